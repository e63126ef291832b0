import { Injectable } from '@nestjs/common';
import { insertRow, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { KeptDocument } from '#libs/trade';
import { documentOf } from '../documents/documents.module.js';
import type {
  Amendment,
  Market,
  MarketChange,
  MostOrdered,
} from '../contract/markets/markets.module.js';

export const amendmentKind = 'MARKET_AMENDMENT';
/** What a proposal of an amendment holds; `market_amendment_rests_on_approval` compares what is kept with it. */
export type ProposedAmendment = Amendment & {
  /** Place of the amendment that it is written on top of; 0: the market as it was loaded. */
  readonly basedOn: number;
  /** The market whole, as it leaves it. */
  readonly terms: Market;
  readonly changes: readonly MarketChange[];
};

/** An amendment as it is kept: never changed afterwards. */
export type RecordedAmendment = Omit<ProposedAmendment, 'basedOn'> & {
  readonly amendmentId: string;
  readonly marketCode: string;
  /** In the order of their recording, 1 upwards. */
  readonly position: number;
  readonly document: KeptDocument;
  readonly proposalId: string;
  readonly proposedBy: string;
  /** Who approved it. */
  readonly by: string;
  readonly on: LocalDate;
};

export const amendmentColumns = `
  a.id as "amendmentId", a.market_code as "marketCode", a.number, a.signed_on as "signedOn", a.effective_on as "effectiveOn",
  a.position, a.proposal_id as "proposalId", p.proposed_by as "proposedBy",
  ${documentOf('a.document_id')} as document, a.terms, a.changes, a.recorded_by as by, a.recorded_on as on`;
export const amendmentRows = 'market_amendment a join platform.proposal p using (proposal_id)';
const amendment = `select ${amendmentColumns} from ${amendmentRows}`;

/** Signed amendments of markets (MKT-6). */
@Injectable()
export class Amendments {
  async isNumberTaken(tx: Transaction, marketCode: string, number: string): Promise<boolean> {
    const { rowCount } = await tx.query(
      'select from market_amendment where market_code = $1 and number = $2',
      [marketCode, number],
    );
    return rowCount !== 0;
  }

  /** The one recorded last, in effect or not. */
  last(tx: Transaction, marketCode: string): Promise<RecordedAmendment | undefined> {
    return tx.row<RecordedAmendment>(
      `${amendment} where a.market_code = $1 order by a.position desc limit 1`,
      [marketCode],
    );
  }

  /** The most ordered of each item by the group, and by one member. Waits for the orders under way and keeps others back. */
  async mostOrdered(tx: Transaction, marketCode: string): Promise<MostOrdered[]> {
    await tx.query('select pg_advisory_xact_lock(7272, hashtext($1))', [marketCode]);
    return tx.rows<MostOrdered>(
      `select i.item_code as "itemCode", 'GROUP' as of, g.ordered::float8 as quantity, g.effective_from as on
         from market_item i cross join lateral (
           select * from group_ordered(i.market_code, i.item_code) order by ordered desc, effective_from limit 1) g
        where i.market_code = $1
       union all
       (select distinct on (d.item_code) d.item_code, 'MEMBER', d.ordered::float8, d.effective_from
          from membership m join ordered_day d on d.membership_id = m.id
         cross join lateral reserved_until(m.status, m.end_cause, m.ends_on) until
         where m.market_code = $1 and (until is null or d.effective_from < until)
         order by d.item_code, d.ordered desc, d.effective_from)`,
      [marketCode],
    );
  }

  async add(tx: Transaction, recorded: RecordedAmendment): Promise<void> {
    const { amendmentId: id, document, proposedBy: _, by, on, ...row } = recorded;
    await insertRow(tx, 'market_amendment', {
      ...{ id, marketCode: row.marketCode, position: row.position, number: row.number },
      ...{ signedOn: row.signedOn, effectiveOn: row.effectiveOn, terms: row.terms },
      ...{ changes: JSON.stringify(row.changes), documentId: document.documentId },
      ...{ proposalId: row.proposalId, recordedBy: by, recordedOn: on },
    });
  }

  /** Those that take effect by a day and have made no version yet, of all markets or one; in their order. */
  due(tx: Transaction, day: LocalDate, marketCode?: string): Promise<RecordedAmendment[]> {
    return tx.rows<RecordedAmendment>(
      `${amendment}
        where a.effective_on <= $1 and ($2::text is null or a.market_code = $2)
          and not exists (select from market_version v where v.amendment_id = a.id)
        order by a.market_code, a.position`,
      [day, marketCode],
    );
  }

  /** First day after `day` on which one takes effect that has made no version yet. */
  nextDue(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    return tx.value<LocalDate>(
      `select min(greatest(a.effective_on, $1::date + 1)) from market_amendment a
        where not exists (select from market_version v where v.amendment_id = a.id)`,
      [day],
    );
  }
}
