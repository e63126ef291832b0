import { randomUUID } from 'node:crypto';
import { type FoundTraces, type LoggedStates, PgBusinessDate, Traces } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { tablesThatSay } from '#libs/testing';
import { localDate } from '#libs/time';
import {
  academy,
  caller,
  current,
  ImportBed,
  leaving,
  sourceCode,
  uaiA,
} from '../../test/import-bed.test-support.js';
import { doublesOn } from '../../test/merging.test-support.js';
import { keepsIds } from '../keeps-ids.js';
import { ErasureDelay, Erasures } from './erasures.pg.js';
import { ProveByNight } from './prove-by-night.js';
import { ProveErasure } from './prove-erasure.js';
import { ProvenErasures } from './proven-erasures.pg.js';
import type { AccountTrace, AccountTraces } from './account-traces.js';

let everybody: ImportBed;
let bed: ImportBed;
beforeAll(async () => {
  everybody = await ImportBed.withEverybody();
});
afterAll(() => everybody?.stop());
beforeEach(async () => {
  bed = await everybody.copy();
});
afterEach(() => bed.stop());

/** Some leave on 3 October; what was told of them then. */
async function someLeave(count = 3) {
  await bed.onDay('2022-10-03');
  await bed.generate('gone', leaving(uaiA, count));
  expect(await bed.import('gone')).toMatchObject({ state: 'COMPLETED' });
  return (await bed.emitted()).people.filter((person) => current(person).length === 0);
}

async function eraseAll(limit?: number): Promise<number> {
  const { erase } = bed.parts();
  let batches = 0;
  while ((await erase.execute(limit)) > 0) batches++;
  return batches;
}

/** What the worker of imports does when a plan has expired. */
async function endImports(on = '2023-01-01'): Promise<void> {
  await bed.expire(on);
  const { ended } = bed.parts();
  while (await ended.removeSome()) continue;
}

const proofs = async () =>
  (
    await bed.db.database.query<{
      person_id: string;
      left_on: string;
      erased_on: string;
      told_again_on: string | null;
    }>('select person_id, left_on, erased_on, told_again_on from erasure order by 1')
  ).rows;

test('SUP-4: a leaver is erased when the delay is over, with a proof, and its relatives lose the link', async () => {
  const left = await someLeave();
  const { people } = bed.parts();
  await bed.onDay('2022-12-31');
  expect(await eraseAll()).toBe(0);
  await bed.onDay('2023-01-01');
  expect(await eraseAll()).toBe(1);
  const due = await bed.emitted();
  const ids = left.map(({ personId }) => personId).sort();
  expect(due.erased.sort()).toEqual(ids);
  expect(due.people.length).toBeGreaterThan(0);
  expect(due.people.flatMap(({ childIds }) => childIds).filter((id) => ids.includes(id))).toEqual(
    [],
  );
  expect(await people.find(ids[0]!)).toBeUndefined();
  expect(await proofs()).toEqual(
    ids.map((personId) => ({
      ...{ person_id: personId, left_on: '2022-10-03', erased_on: '2023-01-01' },
      told_again_on: null,
    })),
  );
});

test('SUP-4: once a leaver is erased, no table says the name, the key or the INE hash, those of the platform included', async () => {
  const [gone] = await someLeave();
  const { rows } = await bed.db.database.query<{ ine_hash: string | null }>(
    'update person set last_name = $2, first_name = $2 where person_id = $1 returning ine_hash',
    [gone!.personId, 'Zwyxélith'],
  );
  await bed.db.database.query(
    `insert into class_link (source, source_key, uai, is_group, class_id, class_label, starts_on, ends_on)
     select source, source_key, $2, false, 'CP', 'CP', '2022-09-01', '2022-10-03' from person_key where person_id = $1`,
    [gone!.personId, uaiA],
  );
  const said = ['Zwyxélith', gone!.sourceKey, rows[0]!.ine_hash].filter((text) => text !== null);
  expect(await tablesThatSay(bed.db.database, said)).toEqual(
    expect.arrayContaining([
      ...['class_link', 'delivered_person', 'person', 'person_key', 'plan_change'].map(
        (name) => `public.${name}`,
      ),
    ]),
  );
  await bed.onDay('2023-01-01');
  await endImports();
  await eraseAll();
  expect(await tablesThatSay(bed.db.database, said)).toEqual([]);
});

test('SUP-4: nor do answers that are given again, the journal, or what an import was refused for, its file named after the person', async () => {
  const [gone, other] = await someLeave();
  const [born, name] = ['1999-02-28', 'Zwyxelith'];
  const { rows } = await bed.db.database.query<{ ine_hash: string | null }>(
    'update person set last_name = $2, first_name = $2, birth_date = $3 where person_id = $1 returning ine_hash',
    [gone!.personId, name, born],
  );
  const said = [name, born, gone!.sourceKey, rows[0]!.ine_hash].filter((text) => text !== null);
  const { pairs, decide } = doublesOn(bed);
  await bed.db.database.query(
    `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on) values ($1, $2, 90, '{}', '2022-10-03')`,
    [gone!.personId, other!.personId],
  );
  const [pair] = await pairs.page('ALL', { uai: '', limit: 1, after: undefined });
  const { pairId, version } = pair!;
  const decision = { pairId, caller, answer: 'DIFFERENT' as const };
  const stale = { ...decision, expectedVersion: version + 1, idempotencyKey: randomUUID() };
  await expect(decide.execute(stale)).rejects.toMatchObject({ code: 'DOUBLE_STALE' });
  await decide.execute({ ...decision, expectedVersion: version, idempotencyKey: randomUUID() });
  const table = { ...academy, sourceCode: 'tables', kind: 'ENT_CSV' as const, academyCode: '' };
  await bed.parts().declare.execute(table, caller);
  const header = 'Nom;Prénom;Né(e) le;Classe;UAI';
  const pupil = `${header}\nRoux;Tom;2016-01-02;CP;${uaiA}\n`;
  bed.lay('named', { [`Eleve ${name}.csv`]: pupil });
  const { start, worker, imports } = bed.parts();
  const demand = { folder: 'named', sourceCode: 'tables', datedOn: '2022-10-03', caller };
  const { importId } = await start.execute(demand);
  // Cut while it was copied.
  bed.lay('named', { [`Eleve ${name}.csv`]: `${pupil}"${name};${name};${born};CP` });
  await worker.runNext();
  const refused = await imports.get(importId);
  expect(refused).toMatchObject({ state: 'REFUSED' });
  expect(refused.remarks[0]!.message).toContain(`Eleve ${name}.csv`);
  expect(await bed.count('platform.idempotent_answer')).toBe(2);
  expect(await tablesThatSay(bed.db.database, said)).toEqual(
    expect.arrayContaining(['public.import_remark', 'public.person']),
  );
  await bed.onDay('2023-01-01');
  await endImports();
  await eraseAll();
  expect(await tablesThatSay(bed.db.database, said)).toEqual([]);
  // What was wrong is still told.
  const { remarks } = await imports.get(importId);
  expect(remarks[0]!.message).toMatch(/coupé ou mal formé\. Rien n’a été importé/);
});

test('SUP-4: leavers of one day are erased batch by batch; whoever is interrupted leaves whole batches, and the rest due', async () => {
  const left = await someLeave(5);
  await bed.onDay('2023-01-01');
  const { erase, erasures } = bed.parts();
  expect(await erase.execute(2)).toBe(2);
  const due = { due: left.length - 2, overdue: 0 };
  expect(await erasures.count(localDate('2023-01-01'))).toEqual(due);
  expect((await bed.emitted()).erased).toHaveLength(2);
  expect(await eraseAll(2)).toBe(Math.ceil((left.length - 2) / 2));
  expect(await proofs()).toHaveLength(left.length);
  expect((await bed.emitted()).erased).toHaveLength(left.length - 2);
});

test('SUP-4: who is not erased three months after leaving is counted as overdue', async () => {
  const left = await someLeave();
  const { erasures } = bed.parts();
  const all = left.length;
  expect(await erasures.count(localDate('2023-01-03'))).toEqual({ due: all, overdue: 0 });
  expect(await erasures.count(localDate('2023-01-04'))).toEqual({ due: all, overdue: all });
  // Whatever delay is set, three months are the end of it.
  const late = new Erasures(bed.db.database, new ErasureDelay(200));
  expect(await late.count(localDate('2023-01-02'))).toEqual({ due: 0, overdue: 0 });
  expect(await late.count(localDate('2023-01-03'))).toEqual({ due: all, overdue: 0 });
});

/** The proof beside services that are not there: who answers, what of, and what Kafka holds. */
function proving(others: Partial<Asked> = {}) {
  const asked: string[][] = [];
  const answer = { traces: [], tables: 1, unread: [] } as FoundTraces;
  const own = new Traces(bed.db.database, bed.db.unitOfWork, keepsIds);
  const metering = {
    service: 'metering',
    findTraces: (ids: readonly string[]) => {
      asked.push([...ids]);
      return others.metering?.(ids) ?? Promise.resolve(answer);
    },
    tellPersonalData: () => Promise.resolve({ tables: [] }),
  };
  const accounts: AccountTraces = { of: () => Promise.resolve([...(others.accounts ?? [])]) };
  const log = {
    of: (_topic: string, keys: readonly string[]) =>
      Promise.resolve(new Map(keys.map((key) => [key, { partition: 0, states: 0 }]))),
  } as unknown as LoggedStates;
  const proven = new ProvenErasures(bed.db.database);
  const businessDate = new PgBusinessDate(bed.db.database);
  const prove = new ProveErasure(proven, businessDate, own, { all: [metering] }, accounts, log);
  const logger = createLogger('test', 'silent');
  return { prove, proven, asked, night: new ProveByNight(proven, prove, businessDate, logger) };
}
type Asked = {
  metering: (ids: readonly string[]) => Promise<FoundTraces>;
  accounts: readonly AccountTrace[];
};
const anAccount = (personId: string): AccountTrace => ({
  ...{ personId, accountId: randomUUID(), isDeleted: true, closingEndsOn: undefined },
  ...{ hasSourceKey: false, hasLogin: false, entId: 'ENT-USER-1', ent: 'ABSENT' },
  ...{ entPurgedBy: undefined, queued: false, lettersPrinted: 0, lastLetterOn: undefined },
});

test('SUP-4: the proof asks every service of the person, its accounts and its users of the ENT, and is kept', async () => {
  const [gone, second] = await someLeave();
  const { personId } = gone!;
  await expect(proving().prove.execute(personId)).rejects.toMatchObject({ code: 'NOT_ERASED' });
  await expect(proving().prove.execute('no id')).rejects.toMatchObject({ code: 'NOT_ERASED' });
  await bed.onDay('2023-01-01');
  await endImports();
  await eraseAll();
  const account = anAccount(personId);
  const { prove, asked, proven } = proving({ accounts: [account] });
  const { erasure, places } = await prove.execute(personId.toUpperCase());
  expect(asked).toEqual([[personId, account.accountId, 'ent-user-1']]);
  expect(erasure).toMatchObject({ personId, leftOn: '2022-10-03', unexpected: 0 });
  const directory = places.filter(({ system }) => system === 'directory');
  // The tombstone waits to be published.
  expect(directory.map(({ place, verdict }) => `${place} ${verdict}`)).toEqual(
    expect.arrayContaining([
      'platform.audit_entry.details ALLOWED',
      'platform.outbox.key ALLOWED',
      'public.erasure.person_id ALLOWED',
    ]),
  );
  expect(await proven.of([personId])).toMatchObject([
    { unexpected: 0, provedAt: expect.any(Date) },
  ]);

  // What is found of somebody else is not told of this one; what nothing allows is counted, and stays until it is mended.
  const hit = (id: string) => ({ id, place: 'public.t.c', rows: 1, because: '', until: '' });
  const found = proving({
    metering: () =>
      Promise.resolve({ traces: [hit(second!.personId), hit(personId)], tables: 1, unread: [] }),
  });
  await found.prove.executeAll([personId, second!.personId]);
  expect(await proven.unexpected()).toBe(2);
  expect((await proven.of([personId]))[0]).toMatchObject({ unexpected: 1 });
  const unavailable = proving({ metering: () => Promise.reject(new Error('away')) });
  await expect(unavailable.prove.execute(personId)).rejects.toThrow('away');
  expect(await proven.unexpected()).toBe(2);
});

test('SUP-4: each night proves the newest erasures that had their time, and again those with a finding', async () => {
  const left = await someLeave();
  await bed.onDay('2023-01-01');
  await endImports();
  await eraseAll();
  const { night, proven } = proving();
  await bed.onDay('2023-01-09');
  expect(await bed.parts().tellAgain.execute()).toBe(left.length);
  await bed.onDay('2023-01-15');
  expect(await night.execute()).toBe(0);
  await bed.onDay('2023-01-16');
  const [first] = left;
  const hit = { id: first!.personId, place: 'public.t.c', rows: 1, because: '', until: '' };
  const finding = proving({
    metering: () => Promise.resolve({ traces: [hit], tables: 1, unread: [] }),
  });
  expect(await finding.night.execute()).toBe(left.length);
  expect(await proven.unexpected()).toBe(1);
  expect(await proven.toProve(localDate('2023-01-16'), 20)).toEqual([first!.personId]);
  expect(await night.execute()).toBe(1);
  expect(await proven.unexpected()).toBe(0);
  expect(await night.execute()).toBe(0);
  // Of what was allowed until a day it is looked again after it: an ENT that does not empty its trash is seen.
  const [one] = await proven.of([first!.personId]);
  await proven.keep([{ ...one!, provedAt: new Date(), heldUntil: localDate('2023-01-20') }]);
  expect(await proven.toProve(localDate('2023-01-20'), 20)).toEqual([]);
  expect(await proven.toProve(localDate('2023-01-21'), 20)).toEqual([first!.personId]);
});

test('SUP-4: the proof tells where a key of the source was still said, and no key is kept for it', async () => {
  const [gone] = await someLeave();
  await bed.db.database.query(
    `insert into stated_link (source, child_key, guardian_key, relation) values ($1, 'x', $2, '1')`,
    [sourceCode, gone!.sourceKey],
  );
  await bed.onDay('2023-01-01');
  await endImports();
  await eraseAll();
  const { prove } = proving();
  const { places } = await prove.execute(gone!.personId);
  expect(places.filter(({ verdict }) => verdict === 'UNEXPECTED')).toMatchObject([
    { system: 'directory', place: 'public.stated_link.guardian_key', rows: 1 },
  ]);
  expect(await tablesThatSay(bed.db.database, [gone!.sourceKey])).toEqual(['public.stated_link']);
});

test('SUP-4: who comes back with a backup is erased again once the days have come again, and told again', async () => {
  const left = await someLeave();
  const ids = left.map(({ personId }) => personId).sort();
  const [lost, restored] = [await bed.copy(), await bed.copy()];
  const usual = bed;
  try {
    for (const life of [lost, restored]) {
      bed = life;
      const { people } = bed.parts();
      expect(await people.find(ids[0]!)).toMatchObject({ personId: ids[0]! });
      // The calendar that the copy had not read crosses many days at once.
      await endImports('2023-01-09');
      await eraseAll();
      expect((await bed.emitted()).erased.sort()).toEqual(ids);
      expect(
        await tablesThatSay(
          bed.db.database,
          left.map(({ sourceKey }) => sourceKey),
        ),
      ).toEqual([]);
      expect((await proofs()).map(({ person_id }) => person_id)).toEqual(ids);
    }
  } finally {
    bed = usual;
    await Promise.all([lost.stop(), restored.stop()]);
  }
});

describe('DIR-2: what was answered of people whom others have absorbed, and who are erased at once', () => {
  type Answered = readonly [newcomer: string, known: string, answer: 'DIFFERENT' | null];

  /** Two who left, each absorbed by somebody who is here, with these answers about the four; then both are erased. */
  async function eraseBoth(
    given: (of: { a: string; b: string; A: string; B: string }) => {
      readonly merges: readonly (readonly [absorbed: string, survivor: string])[];
      readonly answers: readonly Answered[];
    },
  ) {
    const [a, b] = (await someLeave(2)).map(({ personId }) => personId) as [string, string];
    const { rows } = await bed.db.database.query<{ person_id: string }>(
      'select person_id from person where left_on is null order by person_id limit 2',
    );
    const [A, B] = rows.map(({ person_id }) => person_id) as [string, string];
    const { merges, answers } = given({ a, b, A, B });
    for (const [absorbed, survivor] of merges)
      await bed.db.asOwner(
        `insert into person_merge (merge_id, pair_id, survivor_id, absorbed_id, merged_on, merged_by, by_import, step, absorbed_uais)
         values (gen_random_uuid(), gen_random_uuid(), '${survivor}', '${absorbed}', '2022-10-03', 'u-1', false, nextval('merge_step'), '{}')`,
      );
    for (const [newcomer, known, answer] of answers)
      await bed.db.asOwner(
        `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on, answer, answered_by, answered_on)
         values ('${newcomer}', '${known}', 70, '{}', '2022-10-03', ${answer ? `'${answer}', 'u-1', '2022-10-03'` : 'null, null, null'})`,
      );
    await bed.onDay('2023-01-03');
    expect(await eraseAll()).toBe(1);
    const left = await bed.db.database.query<{ one: string; other: string; answer: string }>(
      'select newcomer_id as one, known_id as other, answer from doubtful_pair',
    );
    const name = (id: string) => (id === A ? 'A' : id === B ? 'B' : id);
    return left.rows.map(({ one, other, answer }) => [name(one), name(other), answer]);
  }

  function askedOf(asked: string, A: string, B: string): Answered[] {
    if (asked === 'nobody') return [];
    return [asked === 'A known to B' ? [B, A, null] : [A, B, null]];
  }

  test.each(['A known to B', 'B known to A', 'nobody'])(
    'two answers that come to the same two, of whom is asked already: %s',
    async (asked) => {
      const left = await eraseBoth(({ a, b, A, B }) => ({
        merges: [
          [a, A],
          [b, B],
        ],
        answers: [[a, B, 'DIFFERENT'], [b, A, 'DIFFERENT'], ...askedOf(asked, A, B)],
      }));
      expect(left).toHaveLength(1);
      expect([left[0]![0], left[0]![1]].sort()).toEqual(['A', 'B']);
      expect(left[0]![2]).toBe('DIFFERENT');
    },
  );

  test('an answer both of whose sides go is said of those who have absorbed them', async () => {
    const left = await eraseBoth(({ a, b, A, B }) => ({
      merges: [
        [a, A],
        [b, B],
      ],
      answers: [[a, b, 'DIFFERENT']],
    }));
    expect(left).toEqual([['A', 'B', 'DIFFERENT']]);
  });

  test('likewise of one who was absorbed by somebody who goes too', async () => {
    const left = await eraseBoth(({ a, b, A, B }) => ({
      merges: [
        [a, b],
        [b, A],
      ],
      answers: [[a, B, 'DIFFERENT']],
    }));
    expect(left).toEqual([['A', 'B', 'DIFFERENT']]);
  });

  test('of who is absorbed by nobody nothing stays', async () => {
    expect(
      await eraseBoth(({ a, b, B }) => ({
        merges: [],
        answers: [
          [a, B, 'DIFFERENT'],
          [b, a, null],
        ],
      })),
    ).toEqual([]);
  });
});

test('SUP-4: whom a source still states is not due', async () => {
  const [stated, ...others] = await someLeave();
  await bed.db.database.query(
    `insert into stated_person (source, source_key, person_id, entity, last_name, first_name, digest, dated_on)
     values ($2, 'another key', $1, 1, 'Inventé', 'Élève', gen_random_uuid(), '2022-10-03')`,
    [stated!.personId, sourceCode],
  );
  await bed.onDay('2023-01-01');
  await eraseAll();
  expect((await bed.emitted()).erased.sort()).toEqual(
    others.map(({ personId }) => personId).sort(),
  );
});

test('SUP-4: nobody is erased beside an import', async () => {
  await someLeave();
  await bed.onDay('2023-01-01');
  const { erase, workspace, start } = bed.parts();
  await bed.generate('later', { exportedOn: '2023-01-01' });
  await start.execute({
    folder: 'later',
    sourceCode,
    caller,
  });
  const open = await workspace.open();
  try {
    expect(await erase.execute()).toBe(0);
  } finally {
    await open!.close();
  }
  expect(await erase.execute()).toBeGreaterThan(0);
});

test('SUP-4: a tombstone is told once more eight days later, so that Kafka compacts what is before it', async () => {
  const left = await someLeave();
  await bed.onDay('2023-01-01');
  await eraseAll();
  await bed.emitted();
  const { tellAgain } = bed.parts();
  await bed.onDay('2023-01-08');
  expect(await tellAgain.execute()).toBe(0);
  await bed.onDay('2023-01-09');
  expect(await tellAgain.execute()).toBe(left.length);
  expect(await tellAgain.execute()).toBe(0);
  expect((await bed.emitted()).erased.sort()).toEqual(left.map(({ personId }) => personId).sort());
  expect(new Set((await proofs()).map((proof) => proof.told_again_on))).toEqual(
    new Set(['2023-01-09']),
  );
  for (const attack of [
    `update erasure set told_again_on = null`,
    `update erasure set told_again_on = '2023-02-01'`,
  ])
    await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code: '23001' });
  for (const attack of [`delete from erasure`, `update erasure set erased_on = '2022-12-01'`])
    await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code: '42501' });
});
