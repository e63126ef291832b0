import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { PgBusinessDate, PgOutbox } from '#libs/messaging';
import { AskAboutGuardians } from '../src/doubles/ask-about-guardians.js';
import { DecideDouble, type DoubleDecision } from '../src/doubles/decide-double.js';
import { DoubtfulPairs } from '../src/doubles/doubtful-pairs.pg.js';
import { Merges } from '../src/doubles/merges.pg.js';
import { UndoMerge } from '../src/doubles/undo-merge.js';
import { PersonFacts } from '../src/people/person-facts.pg.js';
import { ImportTurn } from '../src/synchronisation/import-turn.pg.js';
import type { BedOptions, ImportBed } from './import-bed.test-support.js';

/**
 * What asks about doubles, merges and parts, on the database of a bed. `answer`: about the two as they are now;
 * `turnWaitMs`: how long a running import is waited for.
 */
export function doublesOn(
  { db: { database, unitOfWork } }: ImportBed,
  { turnWaitMs }: Pick<BedOptions, 'turnWaitMs'> = {},
) {
  const commands = new Commands(unitOfWork, new PgBusinessDate(database));
  const pairs = new DoubtfulPairs(database);
  const merges = new Merges(database, new PersonFacts(), new PgOutbox());
  const imports = new ImportTurn(turnWaitMs);
  const asking = new AskAboutGuardians(pairs);
  const decide = new DecideDouble(commands, imports, pairs, merges, asking);
  return {
    ...{ pairs, merges, decide },
    answer: async (pairId: string, answer: DoubleDecision['answer'], caller: Caller) => {
      const expectedVersion = (await pairs.find('ALL', pairId))?.version ?? 0;
      return decide.execute({ pairId, answer, expectedVersion, idempotencyKey: '', caller });
    },
    undo: new UndoMerge(commands, imports, pairs, merges),
  };
}

/** All that is stored of people, but for how often it was written and what was asked. */
export async function everythingIn({ db }: ImportBed): Promise<Record<string, string[]>> {
  const tables = [
    `select p.person_id, source, source_key, last_name, first_name, birth_date::text, ine_hash, left_on::text from person p`,
    'select * from person_key',
    'select source, source_key, person_id, digest from stated_person',
    'select source, source_key, profile, uai, level, classes, groups from stated_place',
    'select * from guardian_link',
    'select person_id, profile, uai, starts_on::text, ends_on::text, level, class_id, classes, groups from enrolment',
    'select k.person_id, l.* from class_link l join person_key k using (source, source_key)',
  ];
  const held: Record<string, string[]> = {};
  for (const sql of tables) {
    const { rows } = await db.database.query<{ row: string }>(
      `select x::text as row from (${sql}) x order by 1`,
    );
    held[sql] = rows.map(({ row }) => row);
  }
  return held;
}

/** Ids of people are drawn anew in another database. */
export function withoutIds(held: Record<string, string[]>): Record<string, string[]> {
  const name = new Map(
    Object.values(held)[0]!.map((row) => {
      const [id = '', source, key] = row.slice(1, -1).split(',');
      return [id, `${source}:${key}`];
    }),
  );
  const known = (row: string) =>
    row.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => name.get(id) ?? id);
  return Object.fromEntries(
    Object.entries(held).map(([sql, rows]) => [sql, rows.map(known).sort()]),
  );
}
