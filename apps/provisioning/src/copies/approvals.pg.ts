import type { Transaction } from '#libs/persistence';

/** A decrease takes effect on its day; who has not lost its seat within a week is asked about again. */
const orderDays = 7;

/** SQL: the end of an approval that begins on a day, three months at most. */
const monthsAfter = (day: string): string => `(${day} + interval '3 months')::date + 1`;

type ImportedSchool = { readonly uai: string; readonly ended: number; readonly changed: number };

/**
 * What a plan of the directory changes in its schools, as it was let through or approved there (DIR-3): worth what its own
 * people bring, until they were judged (PRV-8). Recorded before the import is complete, in the same transaction; read again,
 * nothing.
 */
export async function recordImportFigures(
  tx: Transaction,
  importId: string,
  schools: readonly ImportedSchool[],
  on: string,
): Promise<void> {
  const figures = schools.flatMap(({ uai, ended, changed }) => [
    { about: uai, kind: 'ENDED', figure: ended },
    { about: uai, kind: 'CHANGED', figure: changed },
  ]);
  await tx.query(
    `insert into ent_approval (source, reference, about, kind, figure, starts_on, ends_on)
     select 'DIRECTORY', $1, x.about, x.kind, least(x.figure, m.most), $2, (${monthsAfter('$2::date')})
     from jsonb_to_recordset($3) as x(about text, kind text, figure int), ent_approval_most('DIRECTORY', $1, x.about) as m(most)
     where least(x.figure, m.most) > 0 on conflict do nothing`,
    [importId, on, JSON.stringify(figures)],
  );
}

/** Seats lost by an order, as whoever signed has confirmed them (PRV-7). Nothing takes effect in the past. */
export async function recordSeatsConfirmed(
  tx: Transaction,
  order: {
    readonly orderId: string;
    readonly membershipId: string;
    readonly seatsLost: number;
    readonly lines: readonly { readonly effectiveFrom: string; readonly delta: number }[];
  },
): Promise<void> {
  const { orderId, membershipId, seatsLost, lines } = order;
  const days = lines
    .filter(({ delta }) => delta < 0)
    .map(({ effectiveFrom }) => effectiveFrom)
    .sort();
  if (seatsLost <= 0 || days.length === 0) return;
  await tx.query(
    `insert into ent_approval (source, reference, about, kind, figure, starts_on, ends_on)
     select 'ORDER', $1, $2, 'BLOCK', least($3::int, m.most), s.starts_on,
       least(greatest($5::date, d.day) + $6::int, ${monthsAfter('s.starts_on')})
     from platform.business_day d, greatest($4::date, d.day) as s(starts_on), ent_approval_most('ORDER', $1, $2) as m(most)
     where least($3::int, m.most) > 0 on conflict do nothing`,
    [orderId, membershipId, seatsLost, days[0], days.at(-1), orderDays],
  );
}
