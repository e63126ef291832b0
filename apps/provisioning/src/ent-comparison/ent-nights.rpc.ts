import { Controller } from '@nestjs/common';
import {
  type ApproveEntPlanRequest,
  type AskEntLooksRequest,
  type GetEntSchoolLookRequest,
  type GetSchoolDifferencesRequest,
  type ListEntNightsRequest,
  type ListEntSchoolLooksRequest,
  type ListHandMadeUsersRequest,
  ProvisioningService,
  type RejectEntPlanRequest,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import { type Caller, hasRole, marketsOf, NotVisible, type Role } from '#libs/identity';
import { UnitOfWork } from '#libs/persistence';
import { Answers } from '#libs/rpc';
import { localDate } from '#libs/time';
import { EntQueue } from '../ent/ent.module.js';
import { FedSchools } from '../fed-schools/fed-schools.module.js';
import { PlanViews } from '../ent-plans/ent-plans.module.js';
import { PriceSeats } from '../seat-prices/seat-prices.module.js';
import { DecideEntPlan } from './decide-ent-plan.js';
import { EntBooks } from './ent-books.pg.js';
import { toEntSchoolLook, toFoundDifference, toSchoolDifferences } from './ent-look.dto.js';
import { type EntLookView, EntLookViews } from './ent-look-views.pg.js';
import { HandMadeUsers } from './hand-made-users.pg.js';
import { StructureReadings } from './structure-readings.pg.js';

/** Until each process has read the request: one that reads before would postpone its schools. */
const loginRequestedMs = 2_000;
/** Roles that read the nights. */
const readers = ['coordinator', 'support-2', 'support-3', 'player'] as const;

@Controller()
export class EntNightsRpc {
  constructor(
    private readonly views: EntLookViews,
    private readonly decideEntPlan: DecideEntPlan,
    private readonly books: EntBooks,
    private readonly readings: StructureReadings,
    private readonly unitOfWork: UnitOfWork,
    private readonly priceSeats: PriceSeats,
    private readonly planViews: PlanViews,
    private readonly queue: EntQueue,
    private readonly fedSchools: FedSchools,
    private readonly handMadeUsers: HandMadeUsers,
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

  @Answers(ProvisioningService.method.getSchoolDifferences)
  async getSchoolDifferences({ uai }: GetSchoolDifferencesRequest, caller: Caller) {
    const markets = await this.marketsAt(uai, caller, ...readers);
    const view = await this.views.last(uai, markets);
    const waiting = await this.planViews.waiting(uai, markets);
    const feed = await this.fedSchools.waiting(uai);
    return {
      ...(feed && { feed }),
      ...(view && { look: await this.pricedOne(view), differences: toSchoolDifferences(view) }),
      ...(waiting && { waiting: (await this.priceSeats.forAll([waiting]))(waiting) }),
    };
  }

  @Answers(ProvisioningService.method.listHandMadeUsers)
  async listHandMadeUsers({ uai, limit }: ListHandMadeUsersRequest, caller: Caller) {
    await this.marketsAt(uai, caller, 'support-2', 'player');
    return this.handMadeUsers.list(uai, pageLimitOf(limit));
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
  async askEntLooks({ uai, now }: AskEntLooksRequest, caller: Caller) {
    const markets = marketsOf(caller);
    const isAll = uai === '';
    const mayAsk = isAll ? markets === undefined : await this.books.isOfMarkets(uai, markets);
    if (!mayAsk) throw new NotVisible();
    const paused = (await this.queue.standings()).map((each) => each.loginPausedForSeconds);
    if (now) await this.queue.requestLogin();
    const schools = await this.unitOfWork.run((tx) =>
      this.readings.ask(tx, isAll ? undefined : uai, now ? loginRequestedMs : 0),
    );
    return { schools, loginPausedForSeconds: now ? 0 : Math.max(0, ...paused) };
  }

  /** A head's own school; else one of the markets in which the caller has one of the roles. Throws NotVisible. */
  private async marketsAt(
    uai: string,
    caller: Caller,
    ...roles: readonly Role[]
  ): Promise<readonly string[] | undefined> {
    if (hasRole(caller, 'school') && caller.uais.includes(uai)) return marketsOf(caller);
    const markets = marketsOf(caller, ...roles);
    if (!(await this.books.isOfMarkets(uai, markets))) throw new NotVisible();
    return markets;
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
