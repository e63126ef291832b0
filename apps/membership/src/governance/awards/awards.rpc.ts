import { Controller } from '@nestjs/common';
import {
  type AwardMethod as AwardMethodMessage,
  AwardsService,
  type ChangeOfferRequest,
  type GetOfferRequest,
  type GetTenderRequest,
  type ListOffersRequest,
  type OpenTenderRequest,
  plain,
  type RankOffersRequest,
  type RecordAwardRequest,
  type RecordOfferRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ChangeOffer } from './change-offer.js';
import { OpenTender } from './open-tender.js';
import { RecordAward } from './record-award.js';
import { RecordOffer } from './record-offer.js';
import { ViewTenders } from './view-tenders.js';
import type { AwardMethod } from './domain/award-method.js';

/** Offers are confidential: neither a member nor the supplier in office sees any. */
@Controller()
export class AwardsRpc {
  constructor(
    private readonly openTenderUseCase: OpenTender,
    private readonly recordOfferUseCase: RecordOffer,
    private readonly changeOfferUseCase: ChangeOffer,
    private readonly recordAwardUseCase: RecordAward,
    private readonly view: ViewTenders,
  ) {}

  @Answers(AwardsService.method.openTender)
  async openTender(request: OpenTenderRequest, caller: Caller) {
    const input = { ...plain(request), method: fromMethod(request.method), caller };
    return { tender: await this.openTenderUseCase.execute(input) };
  }

  @Answers(AwardsService.method.getTender)
  async getTender({ marketCode }: GetTenderRequest, caller: Caller) {
    return { tender: await this.view.tender({ marketCode, caller }) };
  }

  @Answers(AwardsService.method.recordOffer)
  async recordOffer(request: RecordOfferRequest, caller: Caller) {
    const { idempotencyKey, marketCode } = request;
    const input = { idempotencyKey, marketCode, content: fromOffer(request), caller };
    return { offer: await this.recordOfferUseCase.execute(input) };
  }

  @Answers(AwardsService.method.changeOffer)
  async changeOffer(request: ChangeOfferRequest, caller: Caller) {
    const { offerId, expectedVersion } = request;
    const input = { offerId, expectedVersion, content: fromOffer(request), caller };
    return { offer: await this.changeOfferUseCase.execute(input) };
  }

  @Answers(AwardsService.method.getOffer)
  async getOffer({ offerId }: GetOfferRequest, caller: Caller) {
    return { offer: await this.view.offer({ offerId, caller }) };
  }

  @Answers(AwardsService.method.listOffers)
  async listOffers({ marketCode, ...page }: ListOffersRequest, caller: Caller) {
    const { rows: offers, nextCursor } = await readPage(
      page,
      ['text'],
      ({ after: [after] = [''], limit }) => this.view.offers({ marketCode, after, limit, caller }),
      ({ offerId }) => [offerId],
    );
    return { offers, nextCursor };
  }

  @Answers(AwardsService.method.rankOffers)
  async rankOffers({ marketCode }: RankOffersRequest, caller: Caller) {
    return { ranking: await this.view.ranking({ marketCode, caller }) };
  }

  @Answers(AwardsService.method.recordAward)
  async recordAward(request: RecordAwardRequest, caller: Caller) {
    return { award: await this.recordAwardUseCase.execute({ ...plain(request), caller }) };
  }
}

// The contract's bounds hold by now: there is a method, with formulas and figures that exist.
const fromMethod = (method: AwardMethodMessage | undefined) => plain(method!) as AwardMethod;

const fromOffer = ({
  bidder,
  siren,
  priceCents,
  marks,
}: RecordOfferRequest | ChangeOfferRequest) => ({
  bidder,
  siren,
  priceCents,
  marks: marks.map(({ criterion, hundredths = 0 }) => ({ criterion, hundredths })),
});
