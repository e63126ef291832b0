import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { academy, caller, ImportBed, uaiA, uaiB } from '../../test/import-bed.test-support.js';
import { doublesOn, everythingIn, withoutIds } from '../../test/merging.test-support.js';
import {
  aGuardian,
  aPupil,
  aSchool,
  aTeacher,
  deliver,
} from '../../test/stated-people.test-support.js';

jest.setTimeout(60_000);

/**
 * Goal: whom an import took for somebody known can be parted from that one as if the two had never been one (DIR-2).
 * Method: a second source states people whom the plan recognises by score, and one by the number; after other imports the matches are undone. What
 * is stored is what the same imports store where the identifiers of the newcomers led to people of their own beforehand.
 */
const day = '2022-09-01';
const came = '2022-09-05';
const schools = [aSchool(uaiA), aSchool(uaiB)];
const other = 'other';
const head = callerOf({ userId: 'u-head', roles: ['school'], uais: [uaiA] });

type Records = Parameters<typeof deliver>[3];
/** `isLater`: Rose is stated no more, and Tom under another identifier. */
const academySays = ({ isLater = false } = {}): Records => [
  ...schools,
  aPupil('p1', 'Maëlys Le Montrieux', uaiA, { guardians: { g1: '1', g12: '2' } }),
  aGuardian('g1', 'Ana Le Montrieux'),
  aGuardian('g12', 'Rémi Le Montrieux'),
  aPupil('p2', 'Enzo Tarvel', uaiA, { guardians: { g2: '1', g22: '2' } }),
  aGuardian('g2', 'Yves Tarvel'),
  aGuardian('g22', 'Inès Tarvel'),
  ...(isLater ? [] : [aPupil('p4', 'Rose Orsolin', uaiA, { guardians: { g4: '1', g42: '2' } })]),
  aGuardian('g4', 'Paul Orsolin'),
  aGuardian('g42', 'Zita Orsolin'),
  aPupil(isLater ? 'p3-new' : 'p3', 'Tom Ardisson', uaiB, {
    classes: ['CE1 B'],
    guardians: { g3: '1' },
  }),
  aGuardian('g3', 'Max Ardisson'),
  aTeacher('t1', 'Nora Vasseroy', [uaiA], '1980-05-06'),
  aPupil('p5', 'Lise Abgrall', uaiB, { ine: '5' }),
];
/** `isLater`: Maëlys is in another school and level, and Enzo is stated no more. */
const otherSays = ({ isLater = false } = {}): Records => [
  ...schools,
  aPupil('o1', 'Maelys LE MONTRIEUX', isLater ? uaiB : uaiA, {
    ...{ level: isLater ? 'CE2' : 'CE1', ine: '9', classes: ['CE', 'ULIS'], groups: ['Chorale'] },
    ...{ furtherUais: [uaiB], guardians: { o11: '1', o12: '2', o13: '2' } },
  }),
  aGuardian('o11', 'ANA LE MONTRIEUX'),
  aGuardian('o12', 'Luc Le Montrieux'),
  aGuardian('o13', 'REMI LE MONTRIEUX'),
  ...(isLater
    ? []
    : [
        aPupil('o2', 'ENZO TARVEL', uaiA, {
          ine: '8',
          guardians: { o21: '1', o22: '2', o23: '2' },
        }),
      ]),
  aGuardian('o21', 'YVES TARVEL'),
  aGuardian('o22', 'Lise Tarvel'),
  aGuardian('o23', 'INES TARVEL'),
  aPupil('o4', 'ROSE ORSOLIN', uaiA, {
    classes: ['CE', 'ULIS'],
    guardians: { o41: '1', o42: '2', o43: '2' },
  }),
  aGuardian('o41', 'PAUL ORSOLIN'),
  aGuardian('o42', 'Anne Orsolin'),
  aGuardian('o43', 'ZITA ORSOLIN'),
  // By the key of the academy.
  aTeacher('t1', 'NORA VASSEROY', [uaiA], '1980-05-06'),
  // By the number: another usual name, in another school.
  aPupil('o5', 'Lise Le Bihan', uaiA, { level: isLater ? 'CE2' : 'CE1', ine: '5' }),
];
/** Guardians first: a leaver's links are to whom they lead on the day of the undoing. */
const recognised = [
  ...['o11', 'o13', 'o21', 'o23', 'o41', 'o43', 't1'],
  ...['o1', 'o2', 'o4', 'o5'],
];

let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start(day);
  const declaration = { ...academy, sourceCode: other, academyCode: '', priority: 20 };
  await bed.parts().declare.execute(declaration, caller);
  await deliver(bed, academy.sourceCode, day, academySays());
});
afterAll(() => bed.stop());

type Delivery = readonly [source: string, datedOn: string, says: Records];
const play = async (on: ImportBed, deliveries: readonly Delivery[]) => {
  for (const [source, datedOn, says] of deliveries) {
    await on.onDay(datedOn);
    expect(await deliver(on, source, datedOn, says)).toMatchObject({ state: 'COMPLETED' });
  }
  await on.onDay('2022-09-20');
  // An identifier that a match holds is not given back with what was planned.
  while (await on.parts().ended.removeSome());
};

/** The merge that came of each identifier. */
async function mergesByKey(on: ImportBed): Promise<Map<string, string>> {
  const { rows } = await on.db.database.query<{ source_key: string; merge_id: string }>(
    'select source_key, merge_id from merged_key',
  );
  return new Map(rows.map(({ source_key, merge_id }) => [source_key, merge_id]));
}

const undo = (on: ImportBed, mergeId: string, by = caller) =>
  doublesOn(on).undo.execute({ mergeId, idempotencyKey: '', caller: by });

const first: Delivery = [other, came, otherSays()];
const later: readonly Delivery[] = [
  [other, '2022-09-12', otherSays({ isLater: true })],
  [academy.sourceCode, '2022-09-13', academySays({ isLater: true })],
];
test.each<[title: string, parted: readonly string[], deliveries: readonly Delivery[]]>([
  ['DIR-2: matched and undone, all is as if nobody had been recognised', recognised, [first]],
  [
    'DIR-2: likewise where one moved, one left, who was known left, and one got another identifier',
    [...recognised, 'p3-new'],
    [first, ...later],
  ],
])('%s', async (_title, parted, deliveries) => {
  const [matching, calm] = [await bed.copy(), await bed.copy()];
  try {
    await play(matching, deliveries);
    const merges = await mergesByKey(matching);
    expect([...merges.keys()].sort()).toEqual([...parted].sort());
    for (const key of parted) await undo(matching, merges.get(key)!);
    for (const key of parted)
      await calm.db.database.query(
        'insert into person_key (source, source_key, person_id) values ($1, $2, $3)',
        [key.startsWith('p') ? academy.sourceCode : other, key, randomUUID()],
      );
    // Somebody new bears a number of somebody known, and the plan stands, where that is asked about.
    await calm.db.database.query(
      `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on)
       select k.person_id, p.person_id, 0, '{}', $1 from person_key k, person p where k.source_key = 'o5' and p.source_key = 'p5'`,
      [day],
    );
    await play(calm, deliveries);
    expect(await calm.count('person_merge')).toBe(0);
    expect(withoutIds(await everythingIn(matching))).toEqual(withoutIds(await everythingIn(calm)));
  } finally {
    await Promise.all([matching.stop(), calm.stop()]);
  }
});

describe('DIR-2: what an import decided', () => {
  let on: ImportBed;
  let importId: string;
  beforeAll(async () => {
    on = await bed.copy();
    await on.onDay(came);
    ({ importId } = await deliver(on, other, came, otherSays()));
    await on.emitted();
  });
  afterAll(() => on.stop());
  const listed = (decidedBy: string, reach: 'ALL' | string[] = 'ALL') =>
    doublesOn(on).merges.page(reach, { decidedBy, limit: 50, after: undefined });

  test('DIR-2: is told as such in the list of merges, with score and reasons, and apart from what people answered', async () => {
    const decided = await listed('IMPORT');
    expect(decided).toHaveLength(11);
    for (const { decidedBy, importId: by, score, reasons } of decided) {
      expect([decidedBy, by]).toEqual(['IMPORT', importId]);
      expect([score > 0, reasons.length > 0]).toEqual([true, true]);
    }
    expect(await listed('PERSON')).toEqual([]);
    expect(await listed('')).toHaveLength(11);
    const { pairs } = doublesOn(on);
    const open = await pairs.page('ALL', { uai: '', limit: 50, after: undefined });
    expect(open).toEqual([]);
  });

  test('DIR-2: a head parts whom the import found in the own school alone', async () => {
    const byKey = await mergesByKey(on);
    // Maëlys has a further school.
    await expect(undo(on, byKey.get('o1')!, head)).rejects.toMatchObject({ code: 'MERGE_UNKNOWN' });
    await undo(on, byKey.get('t1')!, head);
    const told = (await on.emitted()).people;
    // Whom each of the two registers states.
    expect(told).toHaveLength(2);
    await expect(undo(on, byKey.get('t1')!)).rejects.toMatchObject({ code: 'MERGE_UNDONE' });
  });

  test('DIR-2: the same delivered again asks nobody and takes nobody for somebody again', async () => {
    const people = await on.count('person');
    await deliver(on, other, '2022-09-06', otherSays({ isLater: true }));
    expect([await on.count('person'), await on.count('person_merge')]).toEqual([people, 11]);
  });

  test('SUP-4: goes three months later with the name that is kept for it, and so does its question', async () => {
    const standing = 'person_merge where undone_on is null';
    const { ended } = on.parts();
    await on.onDay('2022-12-02');
    while (await ended.removeSome());
    expect([await on.count(standing), await on.count('doubtful_pair')]).toEqual([10, 11]);
    await on.onDay('2022-12-03');
    // Not while an import runs: it may keep something for a merge of the same people.
    const beside = on.parts({ turnWaitMs: 100 }).ended;
    const meanwhile = async () => {
      while (await beside.removeSome());
      expect(await on.count('person_merge')).toBe(11);
    };
    await deliver(on, other, '2022-12-03', otherSays({ isLater: true }), { meanwhile });
    while (await ended.removeSome());
    expect([await on.count('person_merge'), await on.count('doubtful_pair')]).toEqual([0, 1]);
    const kept = [await on.count('person_side'), await on.count('stated_before')];
    expect(kept).toEqual([0, 0]);
  });
});
