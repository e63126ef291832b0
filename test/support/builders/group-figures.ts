import { type LocalDate, localDate } from '#libs/time';
import type { MembershipWorld } from './membership-world.js';

/** A membership's C and O, summed anew from annex 2, what successions moved, and the lines of its orders. */
export type Figures = {
  readonly membershipId: string;
  readonly status: string;
  /** `[startsOn, endsOn)`; absent before activation. */
  readonly startsOn: LocalDate | undefined;
  readonly endsOn: LocalDate | undefined;
  readonly items: ReadonlyMap<
    string,
    { readonly C: readonly Delta[]; readonly O: readonly Delta[] }
  >;
};
type Delta = { readonly from: LocalDate; readonly delta: number };

/** Reads rows and nothing that the product computed from them. */
export async function figuresOf(world: MembershipWorld): Promise<Figures[]> {
  const { rows } = await world.database.query<Row>(
    `select m.id, m.status, m.starts_on, m.ends_on, c.figure, c.item_code, c.effective_from, c.delta
       from membership m left join (
         select membership_id, 'C' as figure, item_code, null::date as effective_from, quantity as delta from commitment
         union all select membership_id, 'C', item_code, effective_from, delta from commitment_change
         union all select membership_id, 'O', item_code, effective_from, delta from order_line
       ) c on c.membership_id = m.id order by m.id`,
  );
  const all = new Map<string, Mutable>();
  for (const row of rows) {
    const figures = all.get(row.id) ?? {
      membershipId: row.id,
      status: row.status,
      startsOn: row.starts_on ?? undefined,
      endsOn: row.ends_on ?? undefined,
      items: new Map(),
    };
    all.set(row.id, figures);
    if (row.item_code === null || row.figure === null) continue;
    const item = figures.items.get(row.item_code) ?? { C: [], O: [] };
    figures.items.set(row.item_code, item);
    const from = row.effective_from ?? row.starts_on ?? localDate('1900-01-01');
    item[row.figure].push({ from, delta: Number(row.delta) });
  }
  return [...all.values()];
}

/** C(d) or O(d) of an item; 0 outside the membership. */
export function on(figures: Figures, figure: 'C' | 'O', itemCode: string, day: LocalDate): number {
  const { startsOn, endsOn } = figures;
  if (!startsOn || !endsOn || day < startsOn || day >= endsOn) return 0;
  return sumUntil(figures.items.get(itemCode)?.[figure] ?? [], day);
}

export function sumUntil(deltas: readonly Delta[], day: LocalDate): number {
  return deltas.filter(({ from }) => from <= day).reduce((sum, { delta }) => sum + delta, 0);
}

/** Every day on which a figure of somebody may change. */
export function daysOf(all: readonly Figures[]): LocalDate[] {
  const days = all.flatMap(({ startsOn, endsOn, items }) => [
    ...(startsOn ? [startsOn] : []),
    ...(endsOn ? [endsOn] : []),
    ...[...items.values()].flatMap(({ C, O }) => [...C, ...O].map(({ from }) => from)),
  ]);
  return [...new Set(days)].sort();
}

type Mutable = {
  membershipId: string;
  status: string;
  startsOn: LocalDate | undefined;
  endsOn: LocalDate | undefined;
  items: Map<string, { C: Delta[]; O: Delta[] }>;
};
type Row = {
  id: string;
  status: string;
  starts_on: LocalDate | null;
  ends_on: LocalDate | null;
  figure: 'C' | 'O' | null;
  item_code: string | null;
  effective_from: LocalDate | null;
  delta: bigint | null;
};
