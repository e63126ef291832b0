import { compared, knownInAnotherSchool, type ScopeKind } from './delivery-scope.pg.js';
import { findOwners } from './number-steps.pg.js';
import { type PlanningStep, step } from './planning-step.js';
import { findRewritten } from './rewritten-steps.pg.js';

/**
 * Compared beside the digest: who somebody is by a statement that was written past any import would else stay so for ever,
 * since what the source says of the key is the same.
 */
const identifying = (of: string) =>
  ['entity', 'last_name', 'first_name', 'birth_date', 'ine_hash', 'academic_identifier']
    .map((column) => `${of}.${column}`)
    .join(', ');

/**
 * Keys that plans of this import reserved and nobody came of: another plan may find the person meanwhile, or see that
 * the key is of somebody else than whom it was taken for.
 */
export const freeReservedKeys = `
  delete from person_key k using plan_change c, plan p
  where p.import_id = $2 and c.plan_id = p.plan_id and (c.kind = 'NEW' or c.match_reasons is not null)
    and k.source = $1 and k.source_key = c.source_key and k.person_id = c.person_id
    and not exists (select from stated_person s where s.source = k.source and s.source_key = k.source_key)
    and not exists (select from merged_key m where m.source = k.source and m.source_key = k.source_key)
    and not (c.kind = 'NEW' and (exists (select from person s where s.person_id = k.person_id)
      or exists (select from guardian_link l where l.guardian_id = k.person_id)))`;

/**
 * In order, before anybody is recognised by name. What the delivery says of a key is compared with what its own source
 * said last, and with nothing else (DIR-5).
 */
export const resolvingSteps = (scope: ScopeKind): readonly PlanningStep[] => [
  step(freeReservedKeys, 'source', 'importId'),
  step(
    `insert into difference (source_key, entity, person_id, ine_hash, digest_before, digest_after, is_other)
     select coalesce(d.source_key, s.source_key), coalesce(d.entity, s.entity), s.person_id, d.ine_hash, s.digest, d.digest,
       d.digest is not null and s.digest is not null
         -- Asked of each where most have the same names: the function costs as much as the comparison.
         and (d.last_name, d.first_name, d.birth_date) is distinct from (s.last_name, s.first_name, s.birth_date)
         and is_other_person(s.last_name, s.first_name, s.birth_date, d.last_name, d.first_name, d.birth_date)
     from (select * from delivered_person where import_id = $2) d
     full join (${compared[scope]}) s using (source_key)
     where d.digest is distinct from s.digest
       or (${identifying('d')}) is distinct from (${identifying('s')})`,
    ...(['source', 'importId'] as const),
  ),
  ...findRewritten(scope),
  step('create unique index on difference (source_key); analyze difference'),
  // DIR-2: the source's identifier, then whom an INE may lead to.
  step(
    `update difference d set person_id = k.person_id from person_key k
     where d.person_id is null and k.source = $1 and k.source_key = d.source_key`,
    'source',
  ),
  ...(scope === 'SCHOOLS' ? [step(knownInAnotherSchool, 'source', 'importId')] : []),
  ...findOwners,
];
