import { hash } from 'node:crypto';
import type { Transaction } from '#libs/persistence';
import { type LocalDate, localDate } from '#libs/time';
import { keptKeys, soughtKeys } from './domain/blocking-keys.js';
import type { IdentityStatement } from './domain/identity-statement.js';

/** People who share a key with somebody, at most: those who share most keys first. */
const candidatesMax = 50;
const keyedPerBatch = 2_000;

/** What names and dates say of a person who shares a key with the one of this place in the list that was sought. */
export type Candidate = Pick<IdentityStatement, 'lastName' | 'firstName' | 'birthDate' | 'ine'> & {
  readonly of: number;
  readonly personId: string;
};

/**
 * The keys of everybody who is stored, made once people have changed: never by the import that changes them. Hashes, so
 * that the table holds no name; two who share one by chance are judged, and that is all.
 */
export class BlockingKeys {
  /** Of one batch of those who have changed (`person_to_key`), in a transaction of the caller's; false when there is nobody. */
  async catchUp(tx: Transaction): Promise<boolean> {
    // One at a time: who is being keyed by another one is not keyed yet.
    await tx.query('select pg_advisory_xact_lock(7303, 1)');
    const changed = await tx.column<string>(takeChanged, [keyedPerBatch]);
    if (changed.length === 0) return false;
    const { rows } = await tx.query<PersonRow>(peopleToKey, [[...new Set(changed)]]);
    const keys = rows.map((row) => keptKeys(toStatement(row)).map(hashOf));
    await tx.query(keepKeys, [
      rows.map((row) => row.person_id),
      // An array of arrays has to be a rectangle in SQL: each list as its own text.
      keys.map((each) => `{${each.join(',')}}`),
    ]);
    return true;
  }

  /** Who shares a key with each of these. */
  async candidates(
    tx: Transaction,
    sought: readonly IdentityStatement[],
  ): Promise<readonly Candidate[]> {
    const keyed = sought.flatMap((statement, of) =>
      soughtKeys(statement).map((key) => ({ of, key: hashOf(key) })),
    );
    const { rows } = await tx.query<CandidateRow>(candidates, [
      keyed.map(({ of }) => of),
      keyed.map(({ key }) => key),
      candidatesMax,
    ]);
    return rows.map((row) => ({
      ...{ of: row.of, personId: row.person_id },
      ...{ lastName: row.last_name, firstName: row.first_name },
      ...(row.birth_date ? { birthDate: localDate(row.birth_date) } : {}),
      ...(row.ine_hash ? { ine: row.ine_hash } : {}),
    }));
  }
}

const hashOf = (key: string): string => hash('md5', key, 'buffer').readBigInt64BE().toString();

const takeChanged = `
  delete from person_to_key where ctid = any(array(select ctid from person_to_key limit $1)) returning person_id`;

/** Whether somebody is a pupil is asked person by person: of `exists` the planner would read all pupils. */
const peopleToKey = `
  select p.person_id, p.last_name, p.first_name, p.birth_date::text as birth_date,
    array(select distinct e.uai from enrolment e where e.person_id = p.person_id and (e.ends_on is null or p.left_on is not null)) as uais,
    (select count(*) from enrolment e where e.person_id = p.person_id and e.profile = 'STUDENT') > 0 as is_pupil
  from person p where p.person_id = any($1::uuid[]) order by 1`;

const keepKeys = `
  insert into blocking_keys (person_id, keys)
  select person_id, keys::bigint[] from unnest($1::uuid[], $2::text[]) as k(person_id, keys)
  on conflict (person_id) do update set keys = excluded.keys where blocking_keys.keys <> excluded.keys`;

const candidates = `
  with sought as (
    select n, array_agg(key) as keys from unnest($1::int[], $2::bigint[]) as k(n, key) group by 1)
  select s.n as of, p.person_id, p.last_name, p.first_name, p.birth_date::text as birth_date, p.ine_hash
  from sought s
  cross join lateral (
    select b.person_id from blocking_keys b where b.keys && s.keys
    order by cardinality(array(select unnest(b.keys) intersect select unnest(s.keys))) desc, b.person_id limit $3) c
  join person p on p.person_id = c.person_id`;

type PersonRow = {
  person_id: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  uais: string[];
  is_pupil: boolean;
};

type CandidateRow = {
  of: number;
  person_id: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  ine_hash: string | null;
};

function toStatement(row: PersonRow): IdentityStatement {
  const birthDate: LocalDate | undefined = row.birth_date ? localDate(row.birth_date) : undefined;
  return {
    kind: row.is_pupil ? 'PUPIL' : 'GUARDIAN',
    ...{ lastName: row.last_name, firstName: row.first_name, uais: row.uais },
    ...(birthDate ? { birthDate } : {}),
    ...{ relatives: [], sources: [] },
  };
}
