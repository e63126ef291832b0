import { type PlanningStep, step } from './planning-step.js';

/**
 * An INE leads to the one person who has it, unless a key of this source that is delivered, or that a delta leaves as it is, stands for that person: it
 * is not taken from its rightful owner (DIR-2). $1: the source, $2: the import.
 */
export const isDeliveredElsewhere = (person: string): string => `exists (
  select from person_key k where k.source = $1 and k.person_id = ${person} and (
    exists (select from delivered_person o where o.import_id = $2 and o.source_key = k.source_key)
    or exists (select from directory_import i where i.import_id = $2 and i.scope = 'KEYS')
      and exists (select from stated_person o where o.source = $1 and o.source_key = k.source_key)
      and not exists (select from delivered_absence a where a.import_id = $2 and a.source_key = k.source_key)))`;

/** $1, $2 as above. */
const owner = (person: string, ofOthers: string) => `
  insert into number_owner (source_key, person_id, leads)
  select d.source_key, m.person_id, not ${isDeliveredElsewhere('m.person_id')} and not exists (${ofOthers})
  from difference d join ${person} m on m.ine_hash = d.ine_hash
  where d.person_id is null and not exists (select from number_owner o where o.source_key = d.source_key)`;

/**
 * In order, once keys have led to whom they lead: whose number somebody new bears. Of two whom a person merged the survivor
 * has one number, and its identifiers state both; an import makes one of no two who have a number each.
 */
export const findOwners: readonly PlanningStep[] = [
  step(
    owner(
      'person',
      'select from person o where o.ine_hash = m.ine_hash and o.person_id <> m.person_id',
    ),
    'source',
    'importId',
  ),
  step(
    owner(
      `(select distinct s.ine_hash, s.person_id from person_merge m join stated_person s on s.person_id = m.survivor_id
        where not m.by_import and m.undone_on is null and s.ine_hash is not null)`,
      `select from person_merge o join stated_person t on t.person_id = o.survivor_id
       where not o.by_import and o.undone_on is null and t.ine_hash = m.ine_hash and t.person_id <> m.person_id`,
    ),
    'source',
    'importId',
  ),
  step('create index on number_owner (source_key); analyze number_owner'),
];

/**
 * What is said under the next keys whose number leads to somebody, beside what is known of that one: as it stands, and as
 * each source says it that gives this number. $1: import, $2: key before, $3: how many.
 */
export const ownersToJudge = `
  select o.source_key, o.person_id as known_id, n.last_name, n.first_name, n.birth_date::text as birth_date, n.ine_hash,
    k.last_name as known_last, k.first_name as known_first, k.birth_date::text as known_born
  from (select source_key, person_id from number_owner where leads and source_key > $2 order by source_key limit $3) o
  join delivered_person n on n.import_id = $1 and n.source_key = o.source_key
  cross join lateral (
    select p.last_name, p.first_name, p.birth_date from person p where p.person_id = o.person_id
    union
    select s.last_name, s.first_name, s.birth_date from stated_person s where s.person_id = o.person_id and s.ine_hash = n.ine_hash) k
  order by o.source_key`;

export type OwnerRow = {
  source_key: string;
  known_id: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  ine_hash: string;
  known_last: string;
  known_first: string;
  known_born: string | null;
};

/** In order. $1: keys, $2: scores, $3: reasons, each as one text. */
export const leadToOwners: readonly string[] = [
  `update number_owner o set score = j.score, reasons = string_to_array(j.reasons, ' ')
   from unnest($1::text[], $2::int[], $3::text[]) as j(source_key, score, reasons) where o.source_key = j.source_key`,
  `update difference d set person_id = o.person_id from number_owner o
   where o.source_key = any($1::text[]) and d.source_key = o.source_key`,
];

/** Once names are compared, where whom a number led to stands as whom a key leads to: what decided, so that it can be parted. */
export const tellWhatDecided = `
  update difference d set match_score = o.score, match_reasons = o.reasons
  from number_owner o where o.score is not null and d.source_key = o.source_key`;

/** $1: keys of whom nobody is known yet. */
export const ownersOf = `
  select source_key, person_id from number_owner where source_key = any($1::text[])`;
