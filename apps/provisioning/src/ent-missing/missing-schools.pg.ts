import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

/** Accounts of a school that the ENT lacks, of those compared. */
export type MissingFigures = {
  readonly missing: number;
  readonly compared: number;
  /** The list of the school was empty: all of its accounts count as missing. */
  readonly isEmptied: boolean;
};
export type MissingSchool = MissingFigures & { readonly uai: string };
export type MissingSchoolView = MissingSchool & {
  readonly schoolName: string;
  /** The first day on which the confirmation is not valid any more; empty: there is none. */
  readonly confirmedUntil: LocalDate | '';
};
/** A confirmation that a repair of one school may still use. */
export type UsableConfirmation = { readonly proposalId: string; readonly missing: number };

/** Schools whose repair was refused for the accounts that the ENT lacks, and their confirmations (PRV-5). */
@Injectable()
export class MissingSchools {
  constructor(private readonly database: Database) {}

  /** As the refused repair read it; the newest reading of a school stands. */
  async record(uai: string, { missing, compared, isEmptied }: MissingFigures): Promise<void> {
    await this.database.query(
      `insert into ent_missing_school (uai, missing, compared, is_emptied, read_on)
       values ($1, $2, $3, $4, platform.business_date())
       on conflict (uai) do update set missing = excluded.missing, compared = excluded.compared,
         is_emptied = excluded.is_emptied, read_on = excluded.read_on`,
      [uai, missing, compared, isEmptied],
    );
  }

  /** The school was repaired. */
  async forget(tx: Transaction, uai: string): Promise<void> {
    await tx.query('delete from ent_missing_school where uai = $1', [uai]);
  }

  /** Of the last three days and these markets (undefined: all), by UAI. */
  async list(
    markets: readonly string[] | undefined,
    tx: Pick<Transaction, 'query'> = this.database,
  ): Promise<MissingSchoolView[]> {
    const { rows } = await tx.query<MissingSchoolView>(
      `select m.uai, coalesce(s.name, '') as "schoolName", m.missing, m.compared, m.is_emptied as "isEmptied",
         coalesce((select max(c.valid_until) from ent_missing_confirmed c where c.uai = m.uai and c.missing >= m.missing)::text, '') as "confirmedUntil"
       from ent_missing_school m cross join platform.business_day d left join school s using (uai)
       where m.read_on > d.day - ${daysListed} and ${isOfMarkets('m.uai')}
       order by m.uai limit ${schoolsMax}`,
      [markets ?? null],
    );
    return rows;
  }

  /** Whether all these schools are of these markets (undefined: all). */
  async areOfMarkets(
    uais: readonly string[],
    markets: readonly string[] | undefined,
  ): Promise<boolean> {
    const { rows } = await this.database.query<{ all: boolean }>(
      `select coalesce(bool_and(${isOfMarkets('u.uai')}), true) as all from unnest($2::text[]) u (uai)`,
      [markets ?? null, uais],
    );
    return rows[0]?.all === true;
  }

  /** With the highest figure; undefined: two persons have confirmed none that is still valid. */
  async confirmed(uai: string): Promise<UsableConfirmation | undefined> {
    const { rows } = await this.database.query<UsableConfirmation>(
      `select proposal_id as "proposalId", missing from ent_missing_confirmed
       where uai = $1 order by missing desc limit 1`,
      [uai],
    );
    return rows[0];
  }

  async confirmedUntil(tx: Transaction, proposalId: string): Promise<LocalDate | ''> {
    const { rows } = await tx.query<{ until: LocalDate }>(
      'select valid_until as until from ent_missing_confirmed where proposal_id = $1 limit 1',
      [proposalId],
    );
    return rows[0]?.until ?? '';
  }

  /** Once a school: the database refuses a second use, and one beyond the figure. */
  async use(tx: Transaction, proposalId: string, uai: string, missing: number): Promise<void> {
    await tx.query(
      `insert into ent_missing_confirmation (proposal_id, uai, missing, used_on)
       values ($1, $2, $3, platform.business_date())`,
      [proposalId, uai, missing],
    );
  }
}

const daysListed = 3;
const schoolsMax = 2_000;
const isOfMarkets = (uai: string) => `($1::text[] is null or exists (
  select from account a join membership o using (membership_id) where a.uai = ${uai} and o.market_code = any($1)))`;
