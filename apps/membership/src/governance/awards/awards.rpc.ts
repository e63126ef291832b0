import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type {
  ChangeOfferRequest,
  GetOfferRequest,
  GetTenderRequest,
  ListOffersRequest,
  OpenTenderRequest,
  RankOffersRequest,
  RecordAwardRequest,
  RecordOfferRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { type Caller, CurrentCaller } from '#libs/identity';
import {
  fromMethod,
  fromOffer,
  toAwardMessage,
  toOfferMessage,
  toRankedMessage,
  toTenderMessage,
} from './awards.dto.js';
import { ChangeOffer } from './change-offer.js';
import { OpenTender } from './open-tender.js';
import { RecordAward } from './record-award.js';
import { RecordOffer } from './record-offer.js';
import { ViewTenders } from './view-tenders.js';

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

  @GrpcMethod('AwardsService', 'OpenTender')
  async openTender(@Payload() request: OpenTenderRequest, @CurrentCaller() caller: Caller) {
    const { idempotencyKey, marketCode, rulesDocumentId } = request;
    const method = fromMethod(request.method);
    const input = { idempotencyKey, marketCode, method, rulesDocumentId, caller };
    return { tender: toTenderMessage(await this.openTenderUseCase.execute(input)) };
  }

  @GrpcMethod('AwardsService', 'GetTender')
  async getTender(@Payload() { marketCode }: GetTenderRequest, @CurrentCaller() caller: Caller) {
    return { tender: toTenderMessage(await this.view.tender({ marketCode, caller })) };
  }

  @GrpcMethod('AwardsService', 'RecordOffer')
  async recordOffer(@Payload() request: RecordOfferRequest, @CurrentCaller() caller: Caller) {
    const { idempotencyKey, marketCode } = request;
    const input = { idempotencyKey, marketCode, content: fromOffer(request), caller };
    return { offer: toOfferMessage(await this.recordOfferUseCase.execute(input)) };
  }

  @GrpcMethod('AwardsService', 'ChangeOffer')
  async changeOffer(@Payload() request: ChangeOfferRequest, @CurrentCaller() caller: Caller) {
    const { offerId, expectedVersion } = request;
    const input = { offerId, expectedVersion, content: fromOffer(request), caller };
    return { offer: toOfferMessage(await this.changeOfferUseCase.execute(input)) };
  }

  @GrpcMethod('AwardsService', 'GetOffer')
  async getOffer(@Payload() { offerId }: GetOfferRequest, @CurrentCaller() caller: Caller) {
    return { offer: toOfferMessage(await this.view.offer({ offerId, caller })) };
  }

  @GrpcMethod('AwardsService', 'ListOffers')
  async listOffers(
    @Payload() { marketCode, ...page }: ListOffersRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const limit = pageLimitOf(page.limit);
    const after = String(decodeCursor(page.cursor, 1)?.[0] ?? '');
    const found = await this.view.offers({ marketCode, after, limit, caller });
    const { rows, nextCursor } = pageOf(found, limit, ({ offerId }) => [offerId]);
    return { offers: rows.map(toOfferMessage), nextCursor };
  }

  @GrpcMethod('AwardsService', 'RankOffers')
  async rankOffers(@Payload() { marketCode }: RankOffersRequest, @CurrentCaller() caller: Caller) {
    const ranking = await this.view.ranking({ marketCode, caller });
    return { ranking: ranking.map(toRankedMessage) };
  }

  @GrpcMethod('AwardsService', 'RecordAward')
  async recordAward(@Payload() request: RecordAwardRequest, @CurrentCaller() caller: Caller) {
    const { idempotencyKey, marketCode, offerId, reason } = request;
    const input = { idempotencyKey, marketCode, offerId, reason, caller };
    return { award: toAwardMessage(await this.recordAwardUseCase.execute(input)) };
  }
}
