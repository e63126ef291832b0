import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { insertRow, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Recorded } from '#libs/trade';
import { type LinkEndReason, SchoolAlreadyFinanced, type SchoolLink } from './domain/financing.js';

type LinkEnding = {
  readonly on: LocalDate;
  readonly reason: LinkEndReason | 'TRANSFER';
  /** Empty: none. */
  readonly documentId: string;
};

const columns = `
  membership_id as "membershipId", uai, starts_on as "startsOn", ends_on as "endsOn", insee,
  coalesce(territory_exception, '') as "territoryException", coalesce(exception_document_id, '') as "exceptionDocumentId"`;

/** Which member pays for which school, when (SCH-1). */
@Injectable()
export class SchoolLinks {
  /** The link that began on a day; one that was taken back whole is none any more. */
  find(tx: Transaction, membershipId: string, uai: string, startsOn: LocalDate) {
    return tx.row<SchoolLink>(
      `select ${columns} from school_link
        where membership_id = $1 and uai = $2 and starts_on = $3 and starts_on < ends_on`,
      [membershipId, uai, startsOn],
    );
  }

  /** The link in force on a day. */
  findOn(tx: Transaction, membershipId: string, uai: string, day: LocalDate) {
    return tx.row<SchoolLink>(
      `select ${columns} from school_link
        where uai = $2 and daterange(starts_on, ends_on) @> $3::date and membership_id = $1`,
      [membershipId, uai, day],
    );
  }

  /** Throws SchoolAlreadyFinanced where anybody pays on one of the days. */
  async add(tx: Transaction, link: SchoolLink, { by, on }: Recorded): Promise<void> {
    try {
      await insertRow(tx, 'school_link', {
        ...{ id: randomUUID(), ...link, recordedBy: by, recordedOn: on },
        territoryException: link.territoryException || null,
        exceptionDocumentId: link.exceptionDocumentId || null,
      });
    } catch (error) {
      if ((error as { code?: unknown }).code !== exclusionViolation) throw error;
      // Who pays is another member's detail (SUP-3): it is not told.
      throw new SchoolAlreadyFinanced(
        'Cette école est déjà financée à ces dates, par vous-même ou par un autre membre : adressez-vous au coordonnateur.',
        { uai: link.uai, startsOn: link.startsOn },
      );
    }
  }

  /** For good: no later end of the membership gives the days back. */
  async end(
    tx: Transaction,
    { membershipId, uai, startsOn }: SchoolLink,
    { on, reason, documentId }: LinkEnding,
  ): Promise<void> {
    const { rowCount } = await tx.query(
      `update school_link set ends_on = $4, open_ended = false, would_end_on = null, end_reason = $5,
                              end_document_id = nullif($6, '')
        where membership_id = $1 and uai = $2 and starts_on = $3 and ends_on > $4`,
      [membershipId, uai, startsOn, on, reason, documentId],
    );
    if (rowCount !== 1) throw new RangeError('a link that was read under the lock is gone');
  }

  /** No link of the membership has a day from `endsOn` on; one that was to begin later has no day left. */
  async cut(tx: Transaction, membershipId: string, endsOn: LocalDate): Promise<void> {
    await tx.query(
      `update school_link
          set ends_on = greatest(starts_on, $2::date), would_end_on = coalesce(would_end_on, ends_on)
        where membership_id = $1 and ends_on > greatest(starts_on, $2::date)`,
      [membershipId, endsOn],
    );
  }

  /**
   * Gives back the days up to `endsOn` that an earlier end had taken, unless anybody else pays for the school
   * then: those links stay as they are, for good, and come back as the answer.
   */
  async giveBack(tx: Transaction, membershipId: string, endsOn: LocalDate) {
    const { rowCount } = await tx.query(`select 1 from school_link ${taken} limit 1`, [
      membershipId,
      endsOn,
    ]);
    if (rowCount === 0) return [];
    // Rare, and short: nobody takes a school between the look and the update.
    await tx.query('lock table school_link in share row exclusive mode');
    await tx.query(
      `with back as (select id, ${entitled} as ends_on from school_link ${taken})
       update school_link l
          set ends_on = back.ends_on, would_end_on = case when l.would_end_on > back.ends_on then l.would_end_on end
         from back
        where l.id = back.id and not exists (
          select 1 from school_link o
           where o.uai = l.uai and o.id <> l.id
             and daterange(o.starts_on, o.ends_on) && daterange(l.starts_on, back.ends_on))`,
      [membershipId, endsOn],
    );
    return tx.rows<{ uai: string; endsOn: LocalDate }>(
      `update school_link set open_ended = false, would_end_on = null ${taken} returning uai, ends_on as "endsOn"`,
      [membershipId, endsOn],
    );
  }
}

const exclusionViolation = '23P01';

/** The end a link is entitled to when its membership ends on $2. */
const entitled = `case when open_ended then $2::date else least(would_end_on, $2::date) end`;
/** Links of membership $1 that have less than that. */
const taken = `where membership_id = $1 and (open_ended or would_end_on is not null)
                 and starts_on < $2::date and ends_on < (${entitled})`;
