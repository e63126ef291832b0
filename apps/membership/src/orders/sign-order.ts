import { Injectable } from '@nestjs/common';
import { NotVisible, requireMarket } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import {
  answerOrThrow,
  decidesNothing,
  type IdempotencyScope,
  type Once,
  requestHashOf,
} from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { minDate } from '#libs/time';
import { judgeMaximum } from './domain/maximum.js';
import { judge } from './domain/order-ledger.js';
import { totalLost } from './domain/seats-at-stake.js';
import { groupCounts } from './group-counts.js';
import { LedgerTurns } from './ledger-turns.js';
import { type JudgedOrder, type Kept, OrderDecisions } from './order-decisions.repository.js';
import { orderAtHead, signedEventOf } from './order-to-append.js';
import { auditDetailsOf, type OrderToSign } from './order-to-sign.js';
import type { RecordedInLedger } from './record-order.js';
import { SeatsToConfirm, type SeatsTold } from './seats-to-confirm.js';
import { SignUnderLock } from './sign-under-lock.js';

export type SignOrderInput = Omit<OrderToSign, 'confirmedSeatsLost'> & {
  readonly idempotencyKey: string;
  readonly confirmedSeatsLost?: number;
};

const attemptsMax = 3;

/** Signs a bon de commande (ORD-1 to ORD-6): all lines or none. */
@Injectable()
export class SignOrder {
  constructor(
    private readonly decisions: OrderDecisions,
    private readonly seatsToConfirm: SeatsToConfirm,
    private readonly outbox: Outbox,
    private readonly signUnderLock: SignUnderLock,
    private readonly turns: LedgerTurns,
  ) {}

  /**
   * The same key gives the first answer again, a refusal too (ORD-3). A refusal writes no order and
   * no event; its answer and an audit entry are kept.
   */
  async execute({
    idempotencyKey,
    confirmedSeatsLost = 0,
    ...input
  }: SignOrderInput): Promise<RecordedInLedger> {
    const toSign = { ...input, confirmedSeatsLost };
    const { membershipId, lines, caller, draft } = toSign;
    const scope = {
      organisationId: caller.organisationId ?? '',
      operation: 'SignOrder',
      key: idempotencyKey,
      requestHash: requestHashOf({
        membershipId,
        confirmedSeatsLost,
        ...(draft?.request ?? { lines }),
      }),
    };
    const decided = await this.turns.take(membershipId, () => this.decideAtLast(scope, toSign));
    return answerOrThrow(decided);
  }

  private async decideAtLast(
    scope: IdempotencyScope,
    toSign: OrderToSign,
  ): Promise<Once<RecordedInLedger>> {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const decided = await this.decide(scope, toSign);
      if (decided === 'UNDER_LOCK') break;
      if (decided !== 'MOVED') return decided;
    }
    return this.signUnderLock.execute(scope, toSign);
  }

  /** Read, judge, write if it still stands. */
  private async decide(
    scope: IdempotencyScope,
    toSign: OrderToSign,
  ): Promise<Once<RecordedInLedger> | 'MOVED' | 'UNDER_LOCK'> {
    const { membershipId, lines, caller, draft } = toSign;
    const [first] = lines;
    if (draft || !first) return 'UNDER_LOCK';
    const earliest = lines.reduce(
      (day, line) => minDate(day, line.effectiveFrom),
      first.effectiveFrom,
    );
    const { answered, judgedBy } = await this.decisions.read(scope, membershipId, earliest);
    if (answered) return answered;
    if (!judgedBy) return 'UNDER_LOCK';
    const { ledger, today } = judgedBy;
    const seats = await this.seatsToConfirm.askWith(ledger, lines, today);
    const judged = { scope, ledger, today, actor: caller.userId };
    try {
      return await this.sign(toSign, seats, judged);
    } catch (error) {
      if (!(error instanceof DomainError) || decidesNothing(error)) throw error;
      const { code, details } = error;
      const auditDetails = { code, ...details, lines };
      const kept = await this.decisions.refuse({ ...judged, auditDetails, refusal: error });
      return kept === 'KEPT' ? { refusal: error } : 'MOVED';
    }
  }

  /** Throws to refuse; nothing is written then. */
  private async sign(
    toSign: OrderToSign,
    told: SeatsTold,
    judged: Omit<JudgedOrder, 'auditDetails'>,
  ): Promise<Once<RecordedInLedger> | 'MOVED'> {
    const { lines, caller, confirmedSeatsLost } = toSign;
    const { ledger, today } = judged;
    if (ledger.organisationId !== caller.organisationId) throw new NotVisible();
    requireMarket(caller, ledger.marketCode);
    const asked = { kind: 'ORDINARY', lines } as const;
    const seats = this.seatsToConfirm.require(told, confirmedSeatsLost, ledger, asked, today);
    judge(ledger, asked.kind, lines, today);
    const counted = await groupCounts(ledger.items, lines, (itemCode) =>
      this.decisions.groupOrdered(ledger.marketCode, itemCode),
    );
    const warnings = judgeMaximum(ledger.items, lines, counted);
    const append = orderAtHead(ledger, { ...asked, signedBy: caller.userId, restsOn: [] }, today);
    const { hash } = append.chained;
    const answer = { order: append.order, ledgerHead: hash, warnings };
    const kept: Kept = await this.decisions.sign({
      ...judged,
      append,
      answer,
      event: signedEventOf(ledger, append),
      auditDetails: auditDetailsOf(toSign, hash, totalLost(seats)),
    });
    if (kept === 'MOVED') return kept;
    this.outbox.wake();
    return { answer };
  }
}
