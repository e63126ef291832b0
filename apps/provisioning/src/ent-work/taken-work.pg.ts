import { together, type Transaction } from '#libs/persistence';
import { callKind, isUrgentlyBlocked, oneMore } from '../accounts/accounts.module.js';
import {
  type EntChild,
  type EntTask,
  identifierTaken,
  type ToldPlace,
  type WantedPlace,
} from './ent-task.js';
import { placeChanges } from './place-changes.js';

type Told = Omit<ToldPlace, 'leavesSchool'>;
type TaskRow = Omit<
  EntTask,
  | 'fedBy'
  | 'unlinkedChildren'
  | 'formerChildren'
  | 'placesToJoin'
  | 'placesKept'
  | 'placesToLeave'
  | 'triedPlaces'
> & {
  readonly links: readonly (EntChild & { change: 'LINK' | 'UNLINK' })[];
  readonly wanted: readonly WantedPlace[];
  readonly told: readonly Told[];
  readonly tried: readonly Told[];
};

/**
 * The work of these accounts as it stands now, taken: each counts an attempt, where it may be made, and when. What is in a
 * file under way is that file's alone.
 */
export async function takeWork(
  tx: Transaction,
  accountIds: readonly string[],
  { isByFile }: { readonly isByFile: boolean },
): Promise<EntTask[]> {
  const [{ rows }, fed] = await together(
    tx.query<TaskRow>({
      // Planned once for a connection: that costs more than the answer.
      ...{ name: 'take-work', text: take, values: [accountIds, isByFile] },
    }),
    tx.query<{ uai: string; academy: string }>({
      name: 'fed-schools',
      text: 'select uai, academy from fed_school_today',
    }),
  );
  const academyOf = new Map(fed.rows.map(({ uai, academy }) => [uai, academy]));
  // In a fed school the academy places people in classes.
  const ours = <P extends { readonly uai: string }>(places: readonly P[]) =>
    places.filter(({ uai }) => !academyOf.has(uai));
  return rows.map(({ links, wanted, told, tried, ...task }) => ({
    ...task,
    fedBy: academyOf.get(task.home.uai) ?? null,
    ...placeChanges(task.home, { wanted: ours(wanted), told: ours(told), tried: ours(tried) }),
    unlinkedChildren: links.filter(({ change }) => change === 'LINK'),
    formerChildren: links.filter(({ change }) => change === 'UNLINK'),
  }));
}

/** A class as it is wanted, with what the books have of it in the ENT. */
const wantedPlace = (
  uai: string,
  label: string,
  level: string,
) => `jsonb_build_object('uai', ${uai}, 'label', ${label},
  'level', ${level}, 'schoolName', coalesce(s.name, ${uai}), 'structureId', es.ent_id, 'classId', ec.ent_id)`;
const known = (
  uai: string,
  label: string,
) => `left join school s on s.uai = ${uai} left join ent_structure es on es.uai = ${uai}
  left join ent_class ec on ec.uai = ${uai} and ec.label = ${label}`;
const toldPlace = (uai: string, label: string, classId: string) =>
  `jsonb_build_object('uai', ${uai}, 'label', ${label}, 'classId', ${classId}, 'structureId', es.ent_id)`;
const listOf = (item: string, from: string) =>
  `(select coalesce(jsonb_agg(${item}), '[]') from ${from})`;

/** The row of an account is written with all that is learnt of it: who wrote it last is its version. */
const child = `'accountId', c.account_id, 'entId', c.ent_id, 'version', c.xmin::text, 'places', ${listOf(
  "jsonb_build_object('uai', o.uai, 'label', o.class_label, 'classId', o.ent_class_id)",
  'ent_place o where o.account_id = c.account_id',
)}`;

const take = `
  with taken as (
    update ent_task t set attempts = ${oneMore('attempts')}, tried_places = case
        when a.ent_id is not null or a.uai || '|' || a.class_label = any(tried_places) then tried_places
        else tried_places || (a.uai || '|' || a.class_label) end,
      tried_at = case when a.ent_id is null and (a.state in ('PROVISIONING', 'PROVISIONED', 'ACTIVATED', 'SUSPENDED')
        or a.failure_code = '${identifierTaken}') then greatest(tried_at, now()) else tried_at end
    from account a ${callKind} where a.account_id = t.account_id and a.account_id = any($1::uuid[]) and t.account_id = any($1::uuid[])
      and t.gate = 'OPEN' and coalesce(t.file_until > now(), false) = $2 and (k.kind is null or (k.kind = t.kind and k.plan_uai = t.plan_uai))
    returning t.account_id, attempts, faults, tried_places)
  select a.account_id as "accountId", a.state, a.profile, a.ent_id as "entId", a.ent_blocked as "isBlocked",
    ${isUrgentlyBlocked} as "isUrgentlyBlocked",
    a.state = 'FAILED' and a.failure_code = '${identifierTaken}' as "isToTryAgain",
    coalesce(a.ent_external_id, a.account_id::text) as "externalId",
    case when w.way = 'ACADEMIC_SSO' then coalesce(p.academic_mail, '') else '' end as "academicMail",
    case when a.ent_id is null then (select jsonb_build_object('entId', o.ent_id, 'isRemoved', o.ent_removed,
        'isKept', exists (select from ent_task r join ent_plan_part p using (part_id)
          where r.account_id = o.account_id and r.gate = 'HELD' and p.state = 'REJECTED'))
      from account o where o.person_id = a.person_id and o.profile = a.profile and o.state = 'DELETED' and o.ent_id is not null
      order by o.since desc, o.account_id limit 1) end as former,
    t.attempts, t.faults, coalesce(p.first_name, '') as "firstName", coalesce(p.last_name, '') as "lastName",
    coalesce(p.birth_date, '') as "birthDate",
    ent_identity(a.account_id, p.first_name, p.last_name, p.birth_date) as identity, a.ent_identity as "toldIdentity",
    ${wantedPlace('a.uai', 'a.class_label', 'a.class_level')} as home,
    ${listOf(
      wantedPlace('p.uai', 'p.class_label', 'p.class_level'),
      `ent_wanted_place p ${known('p.uai', 'p.class_label')} where p.account_id = a.account_id`,
    )} as wanted,
    ${listOf(
      toldPlace('o.uai', 'o.class_label', 'o.ent_class_id'),
      'ent_place o left join ent_structure es using (uai) where o.account_id = a.account_id',
    )} as told,
    case when a.ent_id is null and t.attempts > 1 then ${listOf(
      toldPlace('c.uai', 'c.label', 'c.ent_id'),
      `unnest(t.tried_places) as place join ent_class c
         on c.uai = split_part(place, '|', 1) and c.label = substr(place, strpos(place, '|') + 1)
       left join ent_structure es using (uai)`,
    )} else '[]' end as tried,
    case when a.profile = 'RELATIVE' and a.ent_id is null then ${listOf(
      `jsonb_build_object(${child})`,
      `account c where c.person_id = any(p.child_ids) and c.profile = 'STUDENT' and c.ent_id is not null and not c.ent_removed`,
    )} else '[]' end as children,
    case when a.profile = 'RELATIVE' and a.ent_id is not null then ${listOf(
      `jsonb_build_object(${child}, 'change', l.change)`,
      `ent_link_gap l join account c on c.account_id = l.student_account_id
       where l.relative_account_id = a.account_id`,
    )} else '[]' end as links
  from taken t join account a using (account_id) left join person p using (person_id)
  left join membership m using (membership_id) left join market_way_in w on w.market_code = m.market_code and w.profile = a.profile
  ${known('a.uai', 'a.class_label')}`;
