import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, jest } from '@jest/globals';
import { tablesThatSay } from '#libs/testing';
import { bedOfTwoSources, pupilsSaid, schoolSays } from '../../test/any-merging.test-support.js';
import { academy, caller, ImportBed, uaiA, uaiB } from '../../test/import-bed.test-support.js';
import { PersonData } from '../person-exports/person-data.pg.js';
import { doublesOn, everythingIn } from '../../test/merging.test-support.js';
import { aPupil, aSchool, deliver } from '../../test/stated-people.test-support.js';

jest.setTimeout(120_000);

/**
 * Goal: whatever happens to two who are one, they are parted exactly, or it is said why not (DIR-2). Method: two sources
 * state three pupils each; each case is played with a merge and without it, and what is stored compared.
 */
let bed: ImportBed;
beforeAll(async () => {
  bed = await bedOfTwoSources();
});
afterAll(() => bed.stop());

type World = { readonly on: ImportBed; readonly ids: ReadonlyMap<string, string> };

/** Plays the same in two copies, the second time without what `isMerging` says; both must hold the same at the end. */
async function bothWays(play: (world: World, isMerging: boolean) => Promise<void>) {
  const held: unknown[] = [];
  for (const isMerging of [true, false]) {
    const world = await aWorld();
    try {
      await play(world, isMerging);
      held.push(await everythingIn(world.on));
    } finally {
      await world.on.stop();
    }
  }
  expect(held[0]).toEqual(held[1]);
}

async function aWorld(): Promise<World> {
  const on = await bed.copy();
  const { rows } = await on.db.database.query<{ source_key: string; person_id: string }>(
    'select source_key, person_id from person_key',
  );
  return { on, ids: new Map(rows.map(({ source_key, person_id }) => [source_key, person_id])) };
}

async function ask({ on, ids }: World, newcomer: string, known: string): Promise<string> {
  const { rows } = await on.db.database.query<{ pair_id: string }>(
    `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on)
     values ($1, $2, 50, '{}', '2022-09-01') returning pair_id`,
    [ids.get(newcomer), ids.get(known)],
  );
  return rows[0]!.pair_id;
}

const answer = ({ on }: World, pairId: string, given: 'SAME' | 'DIFFERENT') =>
  doublesOn(on).answer(pairId, given, caller);

/** The second one is absorbed by the first. */
async function merge(world: World, survivor: string, absorbed: string): Promise<string> {
  const { mergeId } = await answer(world, await ask(world, absorbed, survivor), 'SAME');
  return mergeId;
}
const undo = ({ on }: World, mergeId: string) =>
  doublesOn(on).undo.execute({ mergeId, idempotencyKey: '', caller });
const asked = async ({ on }: World) => {
  const page = { uai: '', limit: 50, after: undefined };
  return (await doublesOn(on).pairs.page('ALL', page)).map(({ pairId }) => pairId);
};

async function inAWorld(play: (world: World) => Promise<void>): Promise<void> {
  const world = await aWorld();
  try {
    await play(world);
  } finally {
    await world.on.stop();
  }
}

async function eraseAllOn(on: ImportBed, day: string): Promise<void> {
  await on.onDay(day);
  const { erase } = on.parts();
  // The turn of the import before ends with its connection, which the server closes a moment later.
  while ((await erase.execute()) === 0) await setTimeout(20);
}

test('DIR-2: of whom a person said that it is not the absorbed one, nobody asks whether it is the survivor, until they are parted', () =>
  inAWorld(async (world) => {
    await answer(world, await ask(world, '1p0', '0p2'), 'DIFFERENT');
    const question = await ask(world, '1p1', '0p2');
    const mergeId = await merge(world, '1p1', '1p0');
    expect(await asked(world)).not.toContain(question);
    await expect(answer(world, question, 'SAME')).rejects.toMatchObject({
      code: 'DOUBLE_ANSWERED',
    });
    await undo(world, mergeId);
    expect(await asked(world)).toEqual([question]);
  }));

test('DIR-2: likewise for good once the absorbed one is erased', () =>
  inAWorld(async (world) => {
    await answer(world, await ask(world, '1p0', '0p2'), 'DIFFERENT');
    const question = await ask(world, '0p2', '1p1');
    await world.on.onDay('2022-09-02');
    await merge(world, '1p1', '1p0');
    await eraseAllOn(world.on, '2022-12-01');
    expect(await asked(world)).not.toContain(question);
    await expect(answer(world, question, 'SAME')).rejects.toMatchObject({
      code: 'DOUBLE_ANSWERED',
    });
  }));

test('DIR-2: what was asked because two were one is asked no more once they are parted', () =>
  inAWorld(async (world) => {
    const question = await ask(world, '1p0', '0p2');
    const mergeId = await merge(world, '0p0', '1p0');
    const passedOn = await asked(world);
    expect(passedOn).not.toContain(question);
    expect(passedOn.length).toBeGreaterThan(0);
    await undo(world, mergeId);
    expect(await asked(world)).toEqual([question]);
  }));

test.each([
  ['parted once it is applied', false],
  ['parted before it is', true],
])('DIR-2: merged while a held import waits, %s', (_title, isPartedFirst) =>
  bothWays(async (world, isMerging) => {
    const { on } = world;
    await on.onDay('2022-09-02');
    const moved = schoolSays(1, [uaiB, undefined, uaiA]);
    const { importId } = await deliver(on, 'other', '2022-09-02', moved, { planOnly: true });
    await on.onDay('2022-09-03');
    const mergeIds = isMerging
      ? [await merge(world, '0p0', '1p0'), await merge(world, '1p1', '0p1')]
      : [];
    await on.onDay('2022-09-04');
    const part = async () => {
      for (const mergeId of mergeIds) await undo(world, mergeId);
    };
    if (isPartedFirst) await part();
    // A plan that held one of two who are one now is made anew, and asked about again where it is another one.
    let { state } = await on.decide(importId, 'APPROVED');
    if (state === 'HELD') ({ state } = await on.decide(importId, 'APPROVED'));
    expect(state).toBe('COMPLETED');
    if (!isPartedFirst) await part();
  }),
);

test('DIR-2: one of two merges is undone after who was absorbed by the other is erased', () =>
  bothWays(async (world, isMerging) => {
    const { on } = world;
    await on.onDay('2022-09-02');
    await deliver(on, 'other', '2022-09-02', schoolSays(1, [uaiB, uaiA, uaiA]));
    const first = await merge(world, '0p0', '1p0');
    await on.onDay('2022-09-03');
    const second = isMerging ? await merge(world, '0p0', '1p1') : undefined;
    await on.onDay('2022-09-05');
    await deliver(on, 'other', '2022-09-05', schoolSays(1, [uaiB, uaiB, uaiA]));
    await deliver(on, academy.sourceCode, '2022-09-05', schoolSays(0, [undefined, uaiA, uaiA]));
    await eraseAllOn(on, '2022-12-01');
    // As its source says, what was the erased one's stays with the survivor.
    await expect(undo(world, first)).rejects.toMatchObject({ code: 'MERGE_UNKNOWN' });
    if (second) await undo(world, second);
  }));

test.each([
  ['the other one has none', false],
  // INE_DIFFERENT is among the reasons that whoever answers reads.
  ['the other one has another', true],
])(
  'DIR-2: an identifier that comes by a number of one of them goes with that one: %s',
  (_title, bothHave) =>
    bothWays(async (world, isMerging) => {
      const { on } = world;
      const third = { ...academy, sourceCode: 'third', academyCode: '', priority: 30 };
      await on.parts().declare.execute(third, caller);
      await deliver(on, academy.sourceCode, '2022-09-01', pupilsSaid(0, { ine: bothHave }));
      await on.onDay('2022-09-02');
      const mergeId = isMerging ? await merge(world, '0p0', '1p0') : undefined;
      await on.onDay('2022-09-03');
      // By name alone, in another school, it would be asked about.
      const one = aPupil('x', 'Jade GARVILLE', uaiB, { born: '2015-01-11', ine: '1ine0' });
      await deliver(on, 'third', '2022-09-03', [aSchool(uaiB), one]);
      const leadsTo = (key: string) =>
        on.count(`person_key where source_key = 'x' and person_id = '${world.ids.get(key)}'`);
      expect(await leadsTo(mergeId ? '0p0' : '1p0')).toBe(1);
      await on.onDay('2022-09-04');
      if (mergeId) await undo(world, mergeId);
      expect(await leadsTo('1p0')).toBe(1);
    }),
);

test('SUP-4: a guardian who is erased is not named by what was said of a merged pupil before', () =>
  inAWorld(async (world) => {
    const { on, ids } = world;
    await on.onDay('2022-09-02');
    await deliver(on, 'other', '2022-09-02', pupilsSaid(1, { guardians: 1 }));
    const { rows } = await on.db.database.query<{ id: string; key: string }>(
      `select k.person_id as id, k.source_key as key from stated_link l join person_key k on k.source = l.source and k.source_key = l.guardian_key
       where l.child_key = '1p0'`,
    );
    const { id: guardianId, key } = rows[0]!;
    // Data older than the merge: three months after the last place ended it can still be undone.
    await on.onDay('2022-09-05');
    const mergeId = await merge(world, '0p0', '1p0');
    await deliver(on, 'other', '2022-09-03', pupilsSaid(1, { guardians: 0 }));
    const toldOf = async (id: string) =>
      (await new PersonData(on.db.database).of(id))!.tables.flatMap((table) =>
        table.rows.map((cells) => cells.join('|')),
      );
    // The guardian is told that it stands there, the pupil that somebody does.
    expect(await toldOf(guardianId)).toContainEqual(
      expect.stringMatching(/^Cité.*jusque-là.*\|1 élève\|[^|]+$/),
    );
    expect(await toldOf(ids.get('0p0')!)).toContainEqual(
      expect.stringMatching(/^Avait.*jusque-là.*\|1 personne\|[^|]+$/),
    );
    expect(await tablesThatSay(on.db.database, [key])).toContain('public.stated_before');
    const { ended } = on.parts();
    await eraseAllOn(on, '2022-12-03');
    await on.expire('2022-12-03');
    while (await ended.removeSome());
    const left = await tablesThatSay(on.db.database, [guardianId, key]);
    expect(left.filter((table) => !/erasure|audit_entry|outbox/.test(table))).toEqual([]);
    await undo(world, mergeId);
  }));

test('SUP-4: whoever asks is told what is kept so that the merge can be undone', () =>
  inAWorld(async (world) => {
    const { on, ids } = world;
    await merge(world, '0p0', '1p0');
    await on.onDay('2022-09-03');
    await deliver(on, 'other', '2022-09-03', pupilsSaid(1, { secondName: true }));
    const told = (await new PersonData(on.db.database).of(ids.get('0p0')!))!.tables;
    const rows = told.flatMap((table) => table.rows.map((cells) => cells.join('|')));
    expect(rows).toContainEqual(
      expect.stringMatching(/jusque-là.*\|1p0\|Garville\|Jade\|2015-01-11\|2022-09-03$/),
    );
  }));

test('DIR-2: of two who answer or part at once, one does', () =>
  inAWorld(async (world) => {
    const pairId = await ask(world, '1p0', '0p0');
    const answers = await Promise.allSettled([
      answer(world, pairId, 'SAME'),
      answer(world, pairId, 'DIFFERENT'),
      answer(world, pairId, 'SAME'),
    ]);
    const given = answers.filter(({ status }) => status === 'fulfilled');
    expect(given).toHaveLength(1);
    const mergeId = await merge(world, '0p1', '1p1');
    const parted = await Promise.allSettled([undo(world, mergeId), undo(world, mergeId)]);
    expect(parted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  }));
