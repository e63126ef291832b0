import type { Transaction } from '#libs/persistence';

const people = 'people as materialized (select distinct person_id from batch)';

/**
 * Identifiers of the batch that lead to another one than whom they name, though no merge says so: removed and given anew
 * while no source stated them, which is all that the database lets anybody do (`identifier_moves_by_merge`).
 */
const misled = `
  select distinct on (p.source, p.source_key) p.source, p.source_key, p.person_id
  from people join person p using (person_id) left join person_key k on k.source = p.source and k.source_key = p.source_key
  where k.person_id is distinct from p.person_id
    and not exists (select from person_merge m where m.absorbed_id = p.person_id and m.undone_on is null)
    and not exists (select from person o where o.person_id = k.person_id and o.source = p.source and o.source_key = p.source_key)
  order by 1, 2`;

/** Statements that are kept for another one than to whom their identifier leads, or whose identifier leads nowhere. */
const misplaced = `
  select s.source, s.source_key, s.person_id as kept_for, k.person_id as led_to
  from people join stated_person s using (person_id) left join person_key k on k.source = s.source and k.source_key = s.source_key
  where k.person_id is distinct from s.person_id
  union
  select s.source, s.source_key, s.person_id, k.person_id
  from people join person_key k using (person_id) join stated_person s on s.source = k.source and s.source_key = k.source_key
  where s.person_id <> k.person_id`;

const find = {
  name: 'misled identifiers',
  text: `with ${people} select exists (${misled}) or exists (${misplaced}) as found`,
};

/** An identifier that is stated is neither removed nor given anew, so its statements wait meanwhile. */
const leadBack: readonly string[] = [
  `create temp table if not exists misled (source text collate "C", source_key text collate "C", person_id uuid) on commit delete rows;
   create temp table if not exists waiting (like stated_person) on commit delete rows`,
  `with ${people} insert into misled ${misled}`,
  `with gone as (delete from stated_person s using misled m where s.source = m.source and s.source_key = m.source_key returning s.*)
   insert into waiting select * from gone`,
  'delete from person_key k using misled m where k.source = m.source and k.source_key = m.source_key',
  'insert into person_key (source, source_key, person_id) select source, source_key, person_id from misled',
  'insert into stated_person select * from waiting',
];

/** Gives whom the statements were kept for, and whom they are of. */
const keepForWhomTheyLeadTo = `
  with ${people},
  misplaced as materialized (${misplaced}),
  moved as (
    update stated_person s set person_id = m.led_to from misplaced m
    where s.source = m.source and s.source_key = m.source_key and m.led_to is not null),
  given as (
    insert into person_key (source, source_key, person_id)
    select source, source_key, kept_for from misplaced where led_to is null)
  select kept_for as person_id from misplaced union select led_to from misplaced where led_to is not null`;

/**
 * An identifier leads to one person and stays there (DIR-2), and what a source states under it is of that person. Of the
 * people of the batch what was written otherwise is put back; whom it concerns comes into the batch, and is the answer.
 */
export async function mendIdentifiers(tx: Transaction): Promise<readonly string[]> {
  const [row] = await tx.rows<{ found: boolean }>(find);
  if (!row?.found) return [];
  for (const sql of leadBack) await tx.query(sql);
  const whose = await tx.rows<{ person_id: string }>('select person_id from misled');
  const others = await tx.rows<{ person_id: string }>(keepForWhomTheyLeadTo);
  const personIds = [...new Set([...whose, ...others].map(({ person_id }) => person_id))].sort();
  await tx.query(
    `insert into batch (source_key, person_id) select id::text, id from unnest($1::uuid[]) id
     where not exists (select from batch b where b.person_id = id)`,
    [personIds],
  );
  return personIds;
}
