import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type LetterRequest, requestOn } from './domain/letter-request.js';

/** A request with whose account it is about, now. */
export type LetterRequestSeen = LetterRequest & {
  readonly personId: string;
  readonly uai: string;
  readonly marketCode: string;
};

/** Letters that somebody asked a head to print: one an account, the last. */
@Injectable()
export class LetterRequests {
  constructor(private readonly database: Database) {}

  async of(accountId: string): Promise<LetterRequestSeen | undefined> {
    const { rows } = await this.database.query<LetterRequestSeen>(
      `${select} where r.account_id = $1`,
      [accountId],
    );
    return rows[0];
  }

  /** Neither printed nor expired, the oldest first; so many at most. */
  async openIn(uai: string, limit: number): Promise<LetterRequestSeen[]> {
    const { rows } = await this.database.query<LetterRequestSeen>(
      `${select} cross join platform.business_day d where a.uai = $1 and r.printed_on is null and r.expires_on > d.day
         and a.state in ('PROVISIONED', 'ACTIVATED') order by r.asked_on, r.account_id limit $2`,
      [uai, limit],
    );
    return rows;
  }

  /** In the place of one that is printed or expired. Undefined: written; else the one that is open already. */
  async put(
    tx: Transaction,
    request: LetterRequest,
    askedBy: string,
  ): Promise<LetterRequestSeen | undefined> {
    const { accountId, reason, askedOn, expiresOn } = request;
    const { rowCount } = await tx.query(
      `insert into letter_request as r (account_id, reason, asked_by, asked_on, expires_on) values ($1, $2, $3, $4, $5)
       on conflict (account_id) do update set reason = excluded.reason, asked_by = excluded.asked_by,
         asked_on = excluded.asked_on, expires_on = excluded.expires_on, printed_on = null
       where r.printed_on is not null or r.expires_on <= excluded.asked_on`,
      [accountId, reason, askedBy, askedOn, expiresOn],
    );
    if (rowCount !== 0) return undefined;
    const { rows } = await tx.query<LetterRequestSeen>(`${select} where r.account_id = $1`, [
      accountId,
    ]);
    return rows[0];
  }

  /**
   * Accounts whose activation code is valid again in the ENT. The service itself asks; a federated way in needs no code
   * (AUT-1).
   */
  async askForCodes(
    tx: Transaction,
    accountIds: readonly string[],
    today: LocalDate,
  ): Promise<void> {
    const { reason, askedOn, expiresOn } = requestOn('', 'CODE_DE_NOUVEAU_VALABLE', today);
    await tx.query(
      `insert into letter_request as r (account_id, reason, asked_by, asked_on, expires_on)
       select a.account_id, $2, '', $3, $4 from account a left join membership m using (membership_id)
         left join market_way_in w on w.market_code = m.market_code and w.profile = a.profile
       where a.account_id = any($1::uuid[]) and coalesce(w.way, 'LOCAL') = 'LOCAL'
       on conflict (account_id) do update set reason = excluded.reason, asked_by = excluded.asked_by,
         asked_on = excluded.asked_on, expires_on = excluded.expires_on, printed_on = null
       where r.printed_on is not null or r.expires_on <= excluded.asked_on`,
      [accountIds, reason, askedOn, expiresOn],
    );
  }

  /** Of these accounts, those whose letter was asked for and is printed now. */
  async answered(
    tx: Transaction,
    accountIds: readonly string[],
    today: LocalDate,
  ): Promise<ReadonlySet<string>> {
    const { rows } = await tx.query<{ account_id: string }>(
      `update letter_request set printed_on = $2 where account_id = any($1) and printed_on is null and expires_on > $2
       returning account_id`,
      [accountIds, today],
    );
    return new Set(rows.map(({ account_id }) => account_id));
  }
}

const select = `select r.account_id as "accountId", r.reason, r.asked_on as "askedOn", r.expires_on as "expiresOn",
    r.printed_on as "printedOn", a.person_id as "personId", a.uai, coalesce(m.market_code, '') as "marketCode"
  from letter_request r join account a using (account_id) left join membership m using (membership_id)`;
