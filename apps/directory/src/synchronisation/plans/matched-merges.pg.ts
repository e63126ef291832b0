import { orderedId } from './steps/ordered-id.pg.js';
import { keepSides } from './sides.pg.js';

/**
 * Whom the plan recognised by score, as if each had come and been merged at once: so that it can be undone exactly, should
 * the score have been wrong (DIR-2). Before anything of the batch is stated. $1: source, $2: import, $3: plan, $4: day of
 * the import.
 */
export const keepMatches = `
  with matched as materialized (
    select gen_random_uuid() as merge_id, gen_random_uuid() as pair_id,
      ${orderedId('row_number() over (order by b.seq)')} as absorbed_id, b.source_key,
      b.person_id as survivor_id, c.match_score, c.match_reasons
    from batch b join plan_change c on c.plan_id = $3 and c.seq = b.seq
    where c.match_reasons is not null and b.digest_before is null
      -- By index: of a batch nothing is known, and all matches of the plan would be compared with it.
      and c.seq between (select min(seq) from batch) and (select max(seq) from batch)),
  at as materialized (select nextval('merge_step') as step where exists (select from matched)),
  ${keepSides('select survivor_id as person_id, step from matched cross join at')},
  pair as (
    insert into doubtful_pair (pair_id, newcomer_id, known_id, score, reasons, found_on, answer, answered_by, answered_on)
    select pair_id, absorbed_id, survivor_id, match_score, match_reasons, $4::date, 'SAME', $2::uuid::text, $4::date from matched),
  kept as (
    insert into person_merge (merge_id, pair_id, survivor_id, absorbed_id, merged_on, merged_by, by_import, step, absorbed_uais)
    select m.merge_id, m.pair_id, m.survivor_id, m.absorbed_id, $4::date, $2::uuid::text, true, at.step,
      array(select distinct l.uai from delivered_place l where l.import_id = $2::uuid and l.source_key = m.source_key)
    from matched m cross join at)
  insert into merged_key (merge_id, source, source_key) select merge_id, $1::text, source_key from matched`;
