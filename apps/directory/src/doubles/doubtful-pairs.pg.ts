import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { Reach } from './domain/reach.js';

/** One of two who may be one. */
export type DoubleSide = {
  readonly personId: string;
  readonly uais: string[];
  readonly profiles: string[];
  readonly sources: string[];
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string;
  readonly level: string;
  readonly childCount: number;
  readonly guardianCount: number;
  readonly leftOn: string;
  readonly schools: NamedSchool[];
};

export type NamedSchool = { readonly uai: string; readonly name: string; readonly commune: string };

export type Double = {
  readonly pairId: string;
  readonly score: number;
  readonly reasons: string[];
  readonly foundOn: string;
  /** SAME, DIFFERENT, or empty. */
  readonly answer: string;
  readonly answeredOn: string;
  readonly mergeId: string;
  readonly newcomer: DoubleSide;
  readonly known: DoubleSide;
  /** Moves whenever either of them changes. */
  readonly version: number;
};

type Locked = {
  readonly newcomerId: string;
  readonly knownId: string;
  readonly answer: string | null;
  readonly version: number;
};

/** The schools of these places, by name, of those that are known. */
export const schoolsNamed = (places: string): string => `(
  select coalesce(json_agg(json_build_object('uai', s.uai, 'name', s.name, 'commune', s.commune) order by s.uai), '[]') from structure s
  where exists (select from enrolment e where e.uai = s.uai and ${places}))`;

const side = (person: string): string => `(
  select json_build_object('personId', p.person_id, 'lastName', p.last_name, 'firstName', p.first_name,
    'birthDate', coalesce(p.birth_date::text, ''), 'leftOn', coalesce(p.left_on::text, ''),
    'uais', array(select distinct e.uai from enrolment e where e.person_id = p.person_id and (e.ends_on is null or p.left_on is not null) order by 1),
    'schools', ${schoolsNamed('e.person_id = p.person_id and (e.ends_on is null or p.left_on is not null)')},
    'profiles', array(select distinct e.profile from enrolment e where e.person_id = p.person_id and (e.ends_on is null or p.left_on is not null) order by 1),
    'level', coalesce((select max(e.level) from enrolment e where e.person_id = p.person_id and e.ends_on is null), ''),
    'sources', array(select distinct d.title from stated_person s join declared_source d on d.source_code = s.source
      where s.person_id = p.person_id order by 1),
    'childCount', (select count(*) from guardian_link l where l.guardian_id = p.person_id),
    'guardianCount', (select count(*) from guardian_link l where l.child_id = p.person_id))
  from person p where p.person_id = ${person})`;

/** Revisions only grow. */
const versionSql = (one: string, other: string): string =>
  `(select sum(p.revision)::int from person p where p.person_id in (${one}, ${other}))`;

const double = `d.pair_id as "pairId", d.score, d.reasons, d.found_on::text as "foundOn",
  coalesce(d.answer, case when are_held_apart(d.newcomer_id, d.known_id) then 'DIFFERENT' end, '') as answer,
  coalesce(d.answered_on::text, '') as "answeredOn",
  coalesce((select m.merge_id::text from person_merge m where m.pair_id = d.pair_id and m.undone_on is null), '') as "mergeId",
  ${side('d.newcomer_id')} as newcomer, ${side('d.known_id')} as known, ${versionSql('d.newcomer_id', 'd.known_id')} as version`;

/** Until its import is applied a newcomer is nobody; who has been absorbed, or is held apart, is asked about no more. */
const isAsked = `d.answer is null and not are_held_apart(d.newcomer_id, d.known_id)
  and exists (select from person p where p.person_id = d.newcomer_id) and exists (select from person p where p.person_id = d.known_id)
  and not exists (select from person_merge m where m.absorbed_id in (d.newcomer_id, d.known_id) and m.undone_on is null)`;

/** Both are in one of these schools now, and nowhere else. */
const isWithin = (one: string, other: string, uais: string): string => `(
  not exists (select from enrolment e where e.person_id in (${one}, ${other}) and e.ends_on is null and e.uai <> all(${uais}))
  and exists (select from enrolment e where e.person_id = ${one} and e.ends_on is null)
  and exists (select from enrolment e where e.person_id = ${other} and e.ends_on is null))`;

@Injectable()
export class DoubtfulPairs {
  constructor(private readonly database: Database) {}

  /** What is still to be answered, the likeliest first; `limit` + 1 of them where there are more. */
  async page(
    reach: Reach,
    page: {
      readonly uai: string;
      /** This one alone; empty: all. */
      readonly pairId?: string;
      readonly limit: number;
      readonly after: readonly [score: number, pairId: string] | undefined;
    },
  ): Promise<Double[]> {
    const uais = reach === 'ALL' ? null : [...reach];
    const { rows } = await this.database.query<Double>(
      `select ${double} from doubtful_pair d
       where ${isAsked} and ($1::text[] is null or ${isWithin('d.newcomer_id', 'd.known_id', '$1::text[]')})
         and ($2 = '' or exists (select from enrolment e where e.person_id in (d.newcomer_id, d.known_id) and e.uai = $2))
         and ($6 = '' or d.pair_id::text = $6)
         and ($3::int is null or d.score < $3 or (d.score = $3 and d.pair_id > $4::uuid))
       order by d.score desc, d.pair_id limit $5`,
      [
        uais,
        page.uai,
        page.after?.[0] ?? null,
        page.after?.[1] ?? null,
        page.limit + 1,
        page.pairId ?? '',
      ],
    );
    return rows;
  }

  /** Answered or not. */
  async find(reach: Reach, pairId: string): Promise<Double | undefined> {
    const uais = reach === 'ALL' ? null : [...reach];
    const { rows } = await this.database.query<Double>(
      `select ${double} from doubtful_pair d
       where d.pair_id::text = $1 and exists (select from person p where p.person_id = d.newcomer_id)
         and exists (select from person p where p.person_id = d.known_id)
         and ($2::text[] is null or ${isWithin('d.newcomer_id', 'd.known_id', '$2::text[]')})`,
      [pairId, uais],
    );
    return rows[0];
  }

  /** With both people locked, or undefined where there is none within reach. */
  async lock(tx: Transaction, reach: Reach, pairId: string): Promise<Locked | undefined> {
    const { rows } = await tx.query<{
      newcomer_id: string;
      known_id: string;
      answer: string | null;
    }>(
      `select newcomer_id, known_id, coalesce(answer, case when are_held_apart(newcomer_id, known_id) then 'DIFFERENT' end) as answer
       from doubtful_pair where pair_id::text = $1 for update`,
      [pairId],
    );
    if (!rows[0]) return undefined;
    const { newcomer_id: newcomerId, known_id: knownId, answer } = rows[0];
    const locked = await tx.query(
      'select from person where person_id in ($1, $2) order by person_id for update',
      [newcomerId, knownId],
    );
    if (locked.rowCount !== 2) return undefined;
    const within = await tx.query<{ within: boolean; version: number }>(
      `select $3::text[] is null or ${isWithin('$1::uuid', '$2::uuid', '$3::text[]')} as within, ${versionSql('$1::uuid', '$2::uuid')} as version`,
      [newcomerId, knownId, reach === 'ALL' ? null : [...reach]],
    );
    const { within: isReached, version } = within.rows[0]!;
    return isReached ? { newcomerId, knownId, answer, version } : undefined;
  }

  /** Who has been there longest first. */
  async guardiansOf(tx: Transaction, childId: string): Promise<readonly string[]> {
    const { rows } = await tx.query<{ guardian_id: string }>(
      `select l.guardian_id from guardian_link l where l.child_id = $1
       order by (select min(e.starts_on) from enrolment e where e.person_id = l.guardian_id), l.guardian_id limit 20`,
      [childId],
    );
    return rows.map(({ guardian_id }) => guardian_id);
  }

  /** Once for each two, whichever came first. */
  async ask(
    tx: Transaction,
    question: {
      readonly newcomerId: string;
      readonly knownId: string;
      readonly score: number;
      readonly reasons: readonly string[];
      readonly on: string;
      /** Because of which it is asked. */
      readonly mergeId: string;
    },
  ): Promise<void> {
    const { newcomerId, knownId, score, reasons, on, mergeId } = question;
    await tx.query(
      `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on, asked_for_merge)
       select $1::uuid, $2::uuid, $3, $4, $5::date, $6::uuid where not exists (
         select from doubtful_pair d where d.newcomer_id = $2 and d.known_id = $1)
       on conflict (newcomer_id, known_id) do nothing`,
      [newcomerId, knownId, score, reasons, on, mergeId],
    );
  }

  async answer(
    tx: Transaction,
    pairId: string,
    answer: { readonly answer: 'SAME' | 'DIFFERENT'; readonly by: string; readonly on: string },
  ): Promise<void> {
    await tx.query(
      'update doubtful_pair set answer = $2, answered_by = $3, answered_on = $4 where pair_id = $1',
      [pairId, answer.answer, answer.by, answer.on],
    );
  }

  /** What was still asked of who is absorbed is asked of who is left, once for each two. */
  async passOn(tx: Transaction, from: string, to: string, mergeId: string): Promise<void> {
    await tx.query(
      `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on, plan_id, asked_for_merge)
       select case newcomer_id when $1 then $2::uuid else newcomer_id end,
         case known_id when $1 then $2::uuid else known_id end, score, reasons, found_on, plan_id, $3::uuid
       from doubtful_pair a where answer is null and $1 in (newcomer_id, known_id) and $2 not in (newcomer_id, known_id)
         and not exists (select from doubtful_pair d where $2 in (d.newcomer_id, d.known_id)
           and case $1 when a.newcomer_id then a.known_id else a.newcomer_id end in (d.newcomer_id, d.known_id))
       on conflict (newcomer_id, known_id) do nothing`,
      [from, to, mergeId],
    );
  }

  /** What is asked because two are one, and nobody has answered. */
  async forget(tx: Transaction, mergeId: string): Promise<void> {
    await tx.query('delete from doubtful_pair where asked_for_merge = $1 and answer is null', [
      mergeId,
    ]);
  }
}
