import { Controller } from '@nestjs/common';
import {
  type ApproveEntPlanRequest,
  type AskEntLooksRequest,
  type GetEntSchoolLookRequest,
  type ListEntNightsRequest,
  type ListEntSchoolLooksRequest,
  ProvisioningService,
  type RejectEntPlanRequest,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { UnitOfWork } from '#libs/persistence';
import { Answers } from '#libs/rpc';
import { localDate } from '#libs/time';
import { PriceSeats } from '../seat-prices/seat-prices.module.js';
import { DecideEntPlan } from './decide-ent-plan.js';
import { EntBooks } from './ent-books.pg.js';
import { toEntSchoolLook, toFoundDifference } from './ent-look.dto.js';
import { type EntLookView, EntLookViews } from './ent-look-views.pg.js';
import { StructureReadings } from './structure-readings.pg.js';

@Controller()
export class EntNightsRpc {
  constructor(
    private readonly views: EntLookViews,
    private readonly decideEntPlan: DecideEntPlan,
    private readonly books: EntBooks,
    private readonly readings: StructureReadings,
    private readonly unitOfWork: UnitOfWork,
    private readonly priceSeats: PriceSeats,
  ) {}

  @Answers(ProvisioningService.method.listEntNights)
  async listEntNights(_request: ListEntNightsRequest, caller: Caller) {
    const nights = await this.views.nights(marketsOf(caller));
    return { nights: nights.map(await this.priceSeats.forAll(nights)) };
  }

  @Answers(ProvisioningService.method.listEntSchoolLooks)
  async listEntSchoolLooks(
    { day, cursor, limit: asked }: ListEntSchoolLooksRequest,
    caller: Caller,
  ) {
    const limit = pageLimitOf(asked);
    const looks = await this.views.schools(localDate(day), cursor, limit, marketsOf(caller));
    const page = looks.slice(0, limit);
    const nextCursor = looks.length > limit ? page.at(-1)!.uai : '';
    return { looks: await this.priced(page), nextCursor };
  }

  @Answers(ProvisioningService.method.getEntSchoolLook)
  async getEntSchoolLook({ day, uai }: GetEntSchoolLookRequest, caller: Caller) {
    const look = await this.views.school(uai, localDate(day), marketsOf(caller));
    if (!look) throw new NotVisible();
    return {
      look: await this.pricedOne(look),
      differences: look.differences.map(toFoundDifference),
    };
  }

  @Answers(ProvisioningService.method.approveEntPlan)
  async approveEntPlan({ day, ...request }: ApproveEntPlanRequest, caller: Caller) {
    const look = await this.decideEntPlan.approve({ ...request, day: localDate(day), caller });
    return { look: await this.pricedOne(look) };
  }

  @Answers(ProvisioningService.method.rejectEntPlan)
  async rejectEntPlan({ day, ...request }: RejectEntPlanRequest, caller: Caller) {
    const look = await this.decideEntPlan.reject({ ...request, day: localDate(day), caller });
    return { look: await this.pricedOne(look) };
  }

  /** All of them only for who may see every market. */
  @Answers(ProvisioningService.method.askEntLooks)
  async askEntLooks({ uai }: AskEntLooksRequest, caller: Caller) {
    const markets = marketsOf(caller);
    const isAll = uai === '';
    const mayAsk = isAll ? markets === undefined : await this.books.isOfMarkets(uai, markets);
    if (!mayAsk) throw new NotVisible();
    const schools = await this.unitOfWork.run((tx) =>
      this.readings.ask(tx, isAll ? undefined : uai),
    );
    return { schools };
  }

  private async priced(views: readonly EntLookView[]) {
    const looks = views.map(toEntSchoolLook);
    return looks.map(await this.priceSeats.forAll(looks));
  }

  private async pricedOne(view: EntLookView) {
    const [look] = await this.priced([view]);
    return look!;
  }
}
