import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';

type Links = readonly {
  readonly account: { readonly accountId: string };
  readonly extraChildIds: readonly string[];
}[];

export type LinkExposure = {
  readonly uai: string;
  readonly schoolName: string;
  readonly childAccountId: string;
  readonly childPersonId: string;
  readonly guardianAccountId: string;
  readonly guardianPersonId: string;
  /** Instant of the comparison before; null: there was none. */
  readonly absentAt: Date | null;
  readonly foundAt: Date;
  /** Null: the link still stands. */
  readonly cutAt: Date | null;
};

/** Guardian links that an academy's feed has restored although the directory does not state them (PRV-9). */
@Injectable()
export class LinkExposures {
  /** Of links that a comparison found beyond the books: those of a fed school that the directory does not state. */
  async open(tx: Transaction, uai: string, links: Links): Promise<void> {
    const [relatives, students] = pairsOf(links);
    if (relatives.length === 0) return;
    await tx.query(
      `insert into link_exposure (relative_account_id, student_account_id, uai, absent_at)
       select r.account_id, s.account_id, $3, (select max(compared_at) from fed_school f where f.uai = $3)
       from unnest($1::uuid[], $2::uuid[]) as x(relative_id, student_id)
       join account r on r.account_id = x.relative_id join account s on s.account_id = x.student_id
       where exists (select from fed_school_today f where f.uai = $3)
         and not exists (select from person p where p.person_id = r.person_id and s.person_id = any(p.child_ids))
       on conflict (relative_account_id, student_account_id) where cut_at is null do nothing`,
      [relatives, students, uai],
    );
  }

  /** A believed list of the school: exposures whose link it lacks are over, unless the ENT is being told of the guardian. */
  async recordComparison(tx: Transaction, uai: string, links: Links): Promise<void> {
    const { rowCount } = await tx.query(
      `update fed_school f set compared_at = clock_timestamp() from fed_school_today t
       where t.uai = f.uai and f.uai = $1 and f.starts_on <= platform.business_date()
         and (f.ends_on is null or f.ends_on > platform.business_date())`,
      [uai],
    );
    if (rowCount === 0) return;
    await tx.query(
      `update link_exposure e set cut_at = clock_timestamp() where uai = $3 and cut_at is null
         and not exists (select from unnest($1::uuid[], $2::uuid[]) as x(relative_id, student_id)
           where x.relative_id = e.relative_account_id and x.student_id = e.student_account_id)
         and not exists (select from ent_task t where t.account_id = e.relative_account_id)`,
      [...pairsOf(links), uai],
    );
  }

  /** Newest first; of these markets, undefined: of all. */
  async list(
    tx: Pick<Transaction, 'query'>,
    markets: readonly string[] | undefined,
  ): Promise<LinkExposure[]> {
    const { rows } = await tx.query<LinkExposure>(
      `select e.uai, coalesce(c.name, '') as "schoolName", s.account_id as "childAccountId", s.person_id as "childPersonId",
         r.account_id as "guardianAccountId", r.person_id as "guardianPersonId",
         e.absent_at as "absentAt", e.found_at as "foundAt", e.cut_at as "cutAt"
       from link_exposure e join account r on r.account_id = e.relative_account_id
       join account s on s.account_id = e.student_account_id left join membership m on m.membership_id = s.membership_id
       left join school c on c.uai = e.uai
       where $1::text[] is null or m.market_code = any($1)
       order by e.found_at desc, s.account_id, r.account_id limit ${exposuresShown}`,
      [markets ?? null],
    );
    return rows;
  }
}

const exposuresShown = 500;

const pairsOf = (links: Links): [string[], string[]] => {
  const pairs = links.flatMap(({ account, extraChildIds }) =>
    extraChildIds.map((childId) => [account.accountId, childId] as const),
  );
  return [pairs.map(([relative]) => relative), pairs.map(([, student]) => student)];
};
