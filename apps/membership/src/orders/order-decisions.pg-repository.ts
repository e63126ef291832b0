import { Injectable } from '@nestjs/common';
import { outboxRowOf } from '#libs/messaging';
import {
  auditDetails,
  Database,
  givenAgain,
  type IdempotencyScope,
  isRetriableFault,
  type KeptAnswer,
  keptRefusal,
} from '#libs/persistence';
import { type LocalDate, type Timeline } from '#libs/time';
import {
  type DecisionBasis,
  type JudgedOrder,
  type JudgedRefusal,
  type JudgedSignature,
  type Kept,
  OrderDecisions,
} from './order-decisions.repository.js';
import { fromRow, groupOrderedIn, type LedgerRow } from './orders.pg-repository.js';
import type { RecordedInLedger } from './record-order.js';

/** Two statements, three near the maximum, each a transaction of its own. Harmless to repeat: the key is kept with the decision. */
@Injectable()
export class PgOrderDecisions extends OrderDecisions {
  constructor(private readonly database: Database) {
    super();
  }

  async read(
    scope: IdempotencyScope,
    membershipId: string,
    earliest: LocalDate,
  ): Promise<DecisionBasis> {
    const { organisationId, operation, key } = scope;
    const { rows } = await this.database.query<BasisRow>({
      name: 'order-decision-basis',
      text: `select a.request_hash, a.answer, a.refusal, d.day,
                    case when a.key is null then ledger_of($4, least($5::date, d.day)) end as ledger
               from platform.business_day d left join platform.idempotent_answer a
                 on a.organisation_id = $1 and a.operation = $2 and a.key = $3`,
      values: [organisationId, operation, key, membershipId, earliest],
    });
    const row = rows[0];
    if (row?.request_hash) {
      return {
        answered: givenAgain<RecordedInLedger>({ ...row, request_hash: row.request_hash }, scope),
      };
    }
    if (!row?.day || !row.ledger) return {};
    return { judgedBy: { ledger: fromRow(row.ledger), today: row.day } };
  }

  groupOrdered(marketCode: string, itemCode: string): Promise<Timeline> {
    return groupOrderedIn(this.database, marketCode, itemCode);
  }

  sign(judged: JudgedSignature): Promise<Kept> {
    const { append, answer, event } = judged;
    const { order, chained } = append;
    const told = outboxRowOf(event);
    return this.keep({
      name: 'sign-order-as-judged',
      text: `select sign_order_as_judged($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                                         $18, $19, $20, $21, $22, $23, $24) as kept`,
      values: [
        ...judgedBy(judged),
        JSON.stringify(answer),
        order.orderId,
        order.number,
        order.signedBy,
        chained.content,
        chained.hash,
        order.lines.map(({ itemCode }) => itemCode),
        order.lines.map(({ effectiveFrom }) => effectiveFrom),
        order.lines.map(({ delta }) => delta),
        auditDetails(judged.auditDetails),
        told.eventId,
        told.topic,
        told.type,
        told.value,
        told.traceparent,
      ],
    });
  }

  refuse(judged: JudgedRefusal): Promise<Kept> {
    return this.keep({
      name: 'refuse-order-as-judged',
      text: 'select refuse_order_as_judged($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as kept',
      values: [
        ...judgedBy(judged),
        JSON.stringify(keptRefusal(judged.refusal)),
        judged.actor,
        auditDetails(judged.auditDetails),
      ],
    });
  }

  private async keep(statement: { name: string; text: string; values: unknown[] }): Promise<Kept> {
    try {
      const { rows } = await this.database.query<{ kept: boolean }>(statement);
      return rows[0]?.kept ? 'KEPT' : 'MOVED';
    } catch (error) {
      if (isRetriableFault(error) || isRefusalOfTheDatabase(error)) return 'MOVED';
      throw error;
    }
  }
}

type BasisRow = Omit<KeptAnswer<RecordedInLedger>, 'request_hash'> & {
  /** Null where the key has no answer. */
  readonly request_hash: string | null;
  readonly day: LocalDate | null;
  readonly ledger: LedgerRow | null;
};

function judgedBy({ scope, ledger, today }: JudgedOrder): unknown[] {
  return [
    ledger.membershipId,
    today,
    ledger.ledgerPosition,
    ledger.ledgerHead,
    ledger.version,
    ledger.marketVersion,
    scope.organisationId,
    scope.key,
    scope.requestHash,
  ];
}

/** EN007: ledger or day have moved; class 23: a floor, a maximum or a chain held against what was judged. */
function isRefusalOfTheDatabase(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && (code === 'EN007' || code.startsWith('23'));
}
