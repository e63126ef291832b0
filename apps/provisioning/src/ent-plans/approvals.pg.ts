import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { addDays, addMonths, type LocalDate } from '#libs/time';
import type { Approved, ApprovedOfSchool } from './domain/work-plan.js';

/** What was approved elsewhere, by its figures: not asked again within them (PRV-8). */
@Injectable()
export class Approvals {
  /** Whoever was approved to close is deleted at the end of its grace without being asked again. */
  async recordClosings(
    tx: Transaction,
    planId: string,
    schools: readonly { readonly uai: string; readonly closings: number }[],
    on: LocalDate,
  ): Promise<void> {
    const some = schools.filter(({ closings }) => closings > 0);
    await tx.query(
      `insert into ent_approval (source, reference, about, kind, figure, starts_on, ends_on)
       select 'PLAN', $1, x.uai, 'DELETE', x.closings, $4, $5 from unnest($2::text[], $3::int[]) as x(uai, closings)
       on conflict do nothing`,
      [
        ...[planId, some.map(({ uai }) => uai), some.map(({ closings }) => closings)],
        ...[on, addDays(addMonths(on, 3), 1)],
      ],
    );
  }

  /** Of a day, what is worth something. */
  async ofDay(tx: Transaction, day: LocalDate): Promise<Approved> {
    const { rows } = await tx.query<{ about: string; kind: string; figure: number }>(
      `select about, kind, sum(figure)::int as figure from ent_approval a
       where starts_on <= $1 and ends_on > $1 and (source <> 'DIRECTORY' or ${isSettled}) group by 1, 2`,
      [day],
    );
    const schools = new Map<string, ApprovedOfSchool>();
    const members = new Map<string, number>();
    for (const { about, kind, figure } of rows) {
      if (kind === 'BLOCK') members.set(about, figure);
      else {
        const known = schools.get(about) ?? { ended: 0, changed: 0, deletions: 0 };
        schools.set(about, { ...known, [nameOf[kind] ?? kind]: figure });
      }
    }
    return { schools, members };
  }

  /** What was used is worth less by it; what the directory approved was for the people of its import alone. */
  async use(
    tx: Transaction,
    used: readonly {
      readonly about: string;
      readonly kind: 'BLOCK' | 'DELETE';
      readonly figure: number;
    }[],
    day: LocalDate,
  ): Promise<void> {
    await tx.query(
      `with used as (select * from unnest($1::text[], $2::text[], $3::int[]) as u(about, kind, figure)),
         of as (select a.source, a.reference, a.about, a.kind, a.figure,
             least(a.figure, greatest(0, u.figure - coalesce(sum(a.figure) over (
               partition by a.about, a.kind order by a.ends_on, a.reference rows between unbounded preceding and 1 preceding), 0))) as taken
           from ent_approval a join used u using (about, kind) where a.starts_on <= $4 and a.ends_on > $4),
         spent as (delete from ent_approval a using of o where (a.source, a.reference, a.about, a.kind)
           = (o.source, o.reference, o.about, o.kind) and o.taken = o.figure)
       update ent_approval a set figure = a.figure - o.taken from of o where (a.source, a.reference, a.about, a.kind)
         = (o.source, o.reference, o.about, o.kind) and o.taken > 0 and o.taken < o.figure`,
      [
        used.map(({ about }) => about),
        used.map(({ kind }) => kind),
        used.map(({ figure }) => figure),
        day,
      ],
    );
    await tx.query(`delete from ent_approval a where source = 'DIRECTORY' and ${isSettled}`);
    await tx.query('delete from ent_approval where ends_on <= $1', [day]);
  }
}

/** Its people are here and assessed. */
const isSettled = `exists (select from import_progress i where i.import_id = a.reference and i.settled)`;

const nameOf: Readonly<Record<string, string>> = {
  ENDED: 'ended',
  CHANGED: 'changed',
  DELETE: 'deletions',
};
