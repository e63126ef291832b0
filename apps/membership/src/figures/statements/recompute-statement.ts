import { Injectable } from '@nestjs/common';
import { addDays } from '#libs/time';
import {
  CommitmentGrounds,
  headAfter,
  readCanonicalContent,
  RecordedOrders,
} from '../../orders/ledger/orders.module.js';
import {
  type Difference,
  differencesOf,
  knownDuringTheDay,
  nearestTo,
} from './domain/statement-lines.js';
import { isInForce, type Statement } from './domain/statement.js';
import { digestOf } from './statement-content.js';
import { type StatementBasis, StatementFacts } from './statement-facts.pg.js';

export type Recomputed = {
  readonly statement: Statement;
  /** What is wrong with the ledger itself, or with the place in it that the statement names. */
  readonly faults: readonly Difference[];
  readonly ordersSince: number;
  /** Something was recorded on that day after it was made: another paper of that day says more. */
  readonly isSuperseded: boolean;
  readonly correctionsSince: number;
  readonly ordersChecked: number;
};

const pageSize = 500;

/** A statement made anew, O from the hashed text of the orders alone and every hash recomputed (ORD-7). */
@Injectable()
export class RecomputeStatement {
  constructor(
    private readonly facts: StatementFacts,
    private readonly orders: RecordedOrders,
    private readonly grounds: CommitmentGrounds,
  ) {}

  /** As that day ended. Undefined where there is no such membership. */
  basisOf({ membershipId, on, ledger }: Statement): Promise<StatementBasis | undefined> {
    return this.facts.asOf(membershipId, on, { position: ledger.position });
  }

  async execute(stated: Statement, basis: StatementBasis): Promise<Recomputed> {
    const { statement, positionBefore, positionAtEnd, correctionsSince } = basis;
    const { position } = stated.ledger;
    const walked = await this.walk(stated);
    const faults = [...walked.faults];
    if (position < positionBefore || position > positionAtEnd) {
      faults.push({
        line: 'Registre, nombre de bons ce jour-là',
        stated: String(position),
        recomputed:
          positionBefore === positionAtEnd
            ? String(positionAtEnd)
            : `${positionBefore} à ${positionAtEnd}`,
      });
    }
    const atStart = await this.asTheDayBegan(stated);
    const anew = [statement, ...knownDuringTheDay(stated, atStart, statement)].map((known) => ({
      ...known,
      items: known.items.map((item) => ({
        ...item,
        ordered: isInForce(known) ? (walked.sums.get(item.itemCode) ?? 0) : 0,
      })),
      ledger: { ...statement.ledger, head: walked.head },
    }));
    const nearest = nearestTo(stated, anew);
    const ordersSince = Math.max(0, positionAtEnd - position);
    return {
      statement: nearest,
      faults,
      ordersSince,
      isSuperseded: ordersSince > 0 || differencesOf(nearest, anew[0] ?? nearest).length > 0,
      correctionsSince,
      ordersChecked: walked.count,
    };
  }

  /** Without the letters, decisions and terms recorded on that day: a paper of the morning does not know them. */
  private async asTheDayBegan({ membershipId, on, ledger }: Statement): Promise<Statement> {
    const { position } = ledger;
    const basis = await this.facts.asOf(membershipId, on, {
      position,
      knownUntil: addDays(on, -1),
    });
    if (!basis) throw new RangeError(`membership ${membershipId} is gone`);
    return basis.statement;
  }

  /** Every order up to the place stated, oldest first, a page at a time. */
  private async walk({ membershipId, on, ledger: { position } }: Statement) {
    const sums = new Map<string, number>();
    const faults: Difference[] = [];
    const evidence = await this.grounds.chained(membershipId);
    let head = '';
    let count = 0;
    while (count < position) {
      const limit = Math.min(pageSize, position - count);
      const page = await this.orders.list(membershipId, count, limit);
      for (const { content, previousHash, hash } of page) {
        const before = headAfter(head, count, evidence);
        count += 1;
        const order = readCanonicalContent(content);
        const computed = digestOf(previousHash + content);
        if (previousHash !== before || hash !== computed || order?.ledgerPosition !== count) {
          const line = `Registre, bon de rang ${count}`;
          faults.push({ line, stated: hash, recomputed: computed });
        }
        for (const { itemCode, effectiveFrom, delta } of order?.lines ?? []) {
          if (effectiveFrom <= on) sums.set(itemCode, (sums.get(itemCode) ?? 0) + delta);
        }
        head = computed;
      }
      if (page.length < limit) break;
    }
    return { sums, head, count, faults: faults.slice(0, 100) };
  }
}
