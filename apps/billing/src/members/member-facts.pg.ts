import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import type { RhythmFrom } from '#libs/trade';
import type {
  BuyerParty,
  ChorusProData,
  ItemCommitment,
  LedgerLine,
  MarketTerms,
  SignedPart,
} from './domain/member.js';

export type MemberHeader = {
  readonly membershipId: string;
  readonly membershipVersion: number;
  readonly marketCode: string;
  readonly buyer: BuyerParty;
};

export type AppendedOrder = {
  readonly membershipId: string;
  readonly version: number;
  readonly ledgerHead: string;
  readonly lines: readonly LedgerLine[];
};

/**
 * What membership's events write into billing's copy. Events of one membership arrive in order, each once;
 * every method moves the copy to the version of its event.
 */
@Injectable()
export class MemberFacts {
  /** An older version than the one known changes nothing. */
  async saveMarket(tx: Transaction, terms: MarketTerms): Promise<void> {
    await tx.query(
      `insert into market (market_code, version, terms) values ($1, $2, $3)
       on conflict (market_code) do update set version = excluded.version, terms = excluded.terms
       where market.version < excluded.version`,
      [terms.code, terms.version, JSON.stringify(terms)],
    );
  }

  async saveHeader(tx: Transaction, header: MemberHeader): Promise<void> {
    await tx.query(
      `insert into membership (membership_id, organisation_id, market_code, membership_version, buyer)
       values ($1, $2, $3, $4, $5)
       on conflict (membership_id) do update
         set membership_version = excluded.membership_version, buyer = excluded.buyer`,
      [
        header.membershipId,
        header.buyer.organisationId,
        header.marketCode,
        header.membershipVersion,
        JSON.stringify(header.buyer),
      ],
    );
  }

  async saveCommitment(
    tx: Transaction,
    membershipId: string,
    version: number,
    commitment: readonly ItemCommitment[],
    signed: readonly SignedPart[],
  ): Promise<void> {
    const known = await this.update(tx, membershipId, version, 'signed = $3', [
      JSON.stringify(signed),
    ]);
    // An annex recorded before the application was accepted: activation states it again, complete.
    if (!known) return;
    await tx.query(
      `insert into commitment (membership_id, membership_version, item_code, quantity, effective_from)
       select $1, $2, c.* from unnest($3::text[], $4::bigint[], $5::date[]) as c (item_code, quantity, effective_from)`,
      [
        membershipId,
        version,
        commitment.map((item) => item.itemCode),
        commitment.map((item) => item.quantity),
        commitment.map((item) => item.from),
      ],
    );
  }

  async savePeriod(tx: Transaction, membershipId: string, period: Period): Promise<void> {
    await tx.query(`update membership set starts_on = $2, ends_on = $3 where membership_id = $1`, [
      membershipId,
      period.start,
      period.end,
    ]);
    await keepBounds(tx, membershipId);
  }

  /** Orders of any memberships, each one's in order; all in two statements. Throws RangeError for an unknown membership. */
  async appendOrders(tx: Transaction, orders: readonly AppendedOrder[]): Promise<void> {
    const last = [...new Map(orders.map((order) => [order.membershipId, order])).values()];
    const { rowCount } = await tx.query({
      name: 'move-ledgers',
      text: `update membership m set membership_version = l.version, ledger_head = l.head
        from unnest($1::text[], $2::bigint[], $3::text[]) as l (membership_id, version, head)
        where m.membership_id = l.membership_id`,
      values: [
        last.map((order) => order.membershipId),
        last.map((order) => order.version),
        last.map((order) => order.ledgerHead),
      ],
    });
    if (rowCount !== last.length) {
      throw new RangeError('An order of a membership that was never accepted');
    }
    const lines = orders.flatMap(({ membershipId, lines }) =>
      lines.map((line) => ({ membershipId, ...line })),
    );
    await tx.query({
      name: 'append-lines',
      text: `insert into ledger_line
          (membership_id, ledger_position, line, order_id, order_number, item_code, effective_from, delta, signed_on)
        select * from unnest($1::text[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::date[], $8::bigint[], $9::date[])`,
      values: [
        lines.map((line) => line.membershipId),
        lines.map((line) => line.ledgerPosition),
        lines.map((line) => line.line),
        lines.map((line) => line.orderId),
        lines.map((line) => line.number),
        lines.map((line) => line.itemCode),
        lines.map((line) => line.effectiveFrom),
        lines.map((line) => line.delta),
        lines.map((line) => line.signedOn),
      ],
    });
  }

  /** The membership ends on a day; from then on C and O are 0. */
  async end(
    tx: Transaction,
    membershipId: string,
    version: number,
    endsOn: LocalDate,
  ): Promise<void> {
    // A membership that ends before it began has no day at all.
    await this.update(tx, membershipId, version, 'ends_on = greatest($3::date, starts_on)', [
      endsOn,
    ]);
    await keepBounds(tx, membershipId);
  }

  /** What is foreseen ends there; null: as if nothing had been announced. */
  async announceEnd(
    tx: Transaction,
    membershipId: string,
    version: number,
    endsOn: LocalDate | null,
  ): Promise<void> {
    await this.update(tx, membershipId, version, 'announced_ends_on = $3', [endsOn]);
  }

  async addChorusPro(
    tx: Transaction,
    told: { membershipId: string; version: number; from: LocalDate; data: ChorusProData },
  ): Promise<void> {
    const { membershipId, version, from, data } = told;
    await this.advance(tx, membershipId, version);
    await tx.query(
      `insert into chorus_pro (membership_id, membership_version, valid_from, data) values ($1, $2, $3, $4)`,
      [membershipId, version, from, JSON.stringify(data)],
    );
  }

  async addRhythm(
    tx: Transaction,
    { membershipId, version, from, rhythm }: RhythmFrom & { membershipId: string; version: number },
  ): Promise<void> {
    await this.advance(tx, membershipId, version);
    await tx.query(
      `insert into billing_rhythm (membership_id, membership_version, valid_from, rhythm) values ($1, $2, $3, $4)`,
      [membershipId, version, from, rhythm],
    );
  }

  /** Facts that billing has no use for still count as seen (BIL-5). */
  async advance(tx: Transaction, membershipId: string, version: number): Promise<void> {
    await this.update(tx, membershipId, version, 'buyer = buyer', []);
  }

  private async update(
    tx: Transaction,
    membershipId: string,
    version: number,
    assignment: string,
    values: readonly unknown[],
  ): Promise<boolean> {
    const { rowCount } = await tx.query(
      `update membership set membership_version = $2, ${assignment} where membership_id = $1`,
      [membershipId, version, ...values],
    );
    return rowCount === 1;
  }
}

/** By version, like C and the ledger: an invoice stays explained by what was known then (BIL-7). */
async function keepBounds(tx: Transaction, membershipId: string): Promise<void> {
  await tx.query(
    `insert into membership_bound (membership_id, membership_version, starts_on, ends_on)
     select membership_id, membership_version, starts_on, ends_on from membership
      where membership_id = $1 and starts_on is not null and ends_on is not null`,
    [membershipId],
  );
}
