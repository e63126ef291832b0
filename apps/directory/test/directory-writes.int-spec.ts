import { jest } from '@jest/globals';
import { academy, caller, ImportBed, uaiA } from './import-bed.test-support.js';
import { doublesOn } from './merging.test-support.js';
import { aGuardian, aPupil, aSchool, aTeacher, deliver } from './stated-people.test-support.js';

jest.setTimeout(60_000);

/**
 * Goal: who holds the secret of the service's role rewrites nothing that was decided, proven or past. Method: two sources
 * state a family; a merge stands, another one is undone, two are held apart; then SQL as that role does what the code
 * never does.
 */
const day = '2022-09-01';
const other = 'other';
let bed: ImportBed;

beforeAll(async () => {
  bed = await ImportBed.start(day);
  const declaration = { ...academy, sourceCode: other, academyCode: '', priority: 20 };
  await bed.parts().declare.execute(declaration, caller);
  const names = ['Maëlys Le Montrieux', 'Enzo Tarvel', 'Rose Orsolin'];
  await deliver(bed, academy.sourceCode, day, [
    aSchool(uaiA),
    ...names.map((name, at) =>
      aPupil(`p${at}`, name, uaiA, { level: 'CP', guardians: { g: '1' } }),
    ),
    aGuardian('g', 'Ana Le Montrieux'),
    aTeacher('t', 'Nora Vasseroy', [uaiA], undefined, ['CP']),
  ]);
  await deliver(bed, other, day, [
    aSchool(uaiA),
    ...names.map((name, at) => aPupil(`o${at}`, name, uaiA, { level: 'CE1' })),
  ]);
  await bed.onDay('2022-09-05');
  const { answer: answerNow, pairs, undo } = doublesOn(bed);
  const answer = async (firstName: string, given: 'SAME' | 'DIFFERENT') => {
    const open = await pairs.page('ALL', { uai: '', limit: 50, after: undefined });
    const { pairId } = open.find(({ newcomer }) => newcomer.firstName === firstName)!;
    return answerNow(pairId, given, caller);
  };
  await answer('Maëlys', 'SAME');
  const { mergeId } = await answer('Enzo', 'SAME');
  await undo.execute({ mergeId, idempotencyKey: '', caller });
  await answer('Rose', 'DIFFERENT');
  // The source says another thing of one of two who are one: what it said before is kept.
  await bed.onDay('2022-09-06');
  await deliver(bed, other, '2022-09-06', [
    aSchool(uaiA),
    ...names.map((name, at) => aPupil(`o${at}`, name, uaiA, { level: 'CE2' })),
  ]);
});
afterAll(() => bed.stop());

const refused = '23001';
const notGranted = '42501';
const someone = 'gen_random_uuid()';

test.each([
  [
    'DIR-2',
    'two who are two asked about anew',
    refused,
    `update doubtful_pair set answer = null, answered_by = null, answered_on = null where answer = 'DIFFERENT'`,
  ],
  [
    'DIR-2',
    'two who are two made one',
    refused,
    `update doubtful_pair set answer = 'SAME' where answer = 'DIFFERENT'`,
  ],
  [
    'DIR-2',
    'who decided rewritten',
    refused,
    `update doubtful_pair set answered_by = 'somebody else' where answer = 'SAME'`,
  ],
  [
    'DIR-2',
    'the answer that two are two removed',
    refused,
    `delete from doubtful_pair where answer = 'DIFFERENT'`,
  ],
  [
    'DIR-2',
    'the answer that two are one removed',
    refused,
    `delete from doubtful_pair where answer = 'SAME'`,
  ],
  [
    'DIR-2',
    'a merge that was undone standing again',
    refused,
    `update person_merge set undone_on = null, undone_by = null where undone_on is not null`,
  ],
  [
    'DIR-4',
    'a merge undone once more, so that places may go',
    refused,
    `update person_merge set undone_on = platform.business_date() where undone_on is not null`,
  ],
  [
    'DIR-4',
    'a merge that was undone from the first, so that places may go',
    notGranted,
    `insert into person_merge (merge_id, pair_id, survivor_id, absorbed_id, merged_on, merged_by, step, absorbed_uais, undone_on, undone_by) select ${someone}, ${someone}, person_id, ${someone}, '2022-09-06', 'x', 99, '{}', '2022-09-06', 'x' from person limit 1`,
  ],
  [
    'DIR-2',
    'a merge that nobody can undo any more',
    refused,
    'delete from person_merge where undone_on is null',
  ],
  ['DIR-2', 'who the two of a merge were, forgotten', refused, 'delete from person_side'],
  ['DIR-2', 'whose child somebody was, forgotten', refused, 'delete from side_link'],
  ['DIR-2', 'what was said before a merge, forgotten', refused, 'delete from stated_before'],
  [
    'DIR-2',
    'what was said before a merge, rewritten',
    refused,
    `update stated_before set statement = jsonb_set(statement, '{lastName}', '"Autre"')`,
  ],
  [
    'DIR-2',
    'another guardian in what was said before a merge',
    refused,
    `update stated_before set statement = jsonb_set(statement, '{links}', '[{"guardianKey": "x", "relation": ""}]')`,
  ],
  ['DIR-2', 'which identifiers a merge moved, forgotten', notGranted, 'delete from merged_key'],
  [
    'DIR-2',
    'an identifier that leads to somebody whom no merge names',
    refused,
    `update person_key set person_id = (select person_id from person where first_name = 'Nora')`,
  ],
  ['DIR-2', 'an identifier freed, to lead to somebody else', refused, 'delete from person_key'],
  ['DIR-2', 'a person under another id', notGranted, `update person set person_id = ${someone}`],
  ['DIR-3', 'a class of the past removed', refused, 'delete from class_link'],
  ['DIR-3', 'a class of another day', notGranted, `update class_link set starts_on = '2022-01-01'`],
  [
    'DIR-5',
    'what a source said under another key',
    notGranted,
    `update stated_place set uai = '0440290B'`,
  ],
  ['DIR-5', 'a guardian of another child', notGranted, `update stated_link set child_key = 'p1'`],
  [
    'SUP-3',
    'a child with another guardian',
    notGranted,
    `update guardian_link set guardian_id = ${someone}`,
  ],
  [
    'DIR-3',
    'the remark of another import',
    notGranted,
    `update import_remark set import_id = ${someone}`,
  ],
  [
    'SUP-4',
    'somebody who is here told to be erased',
    refused,
    `insert into erasure (person_id, left_on, erased_on) select person_id, '2022-09-02', '2022-09-06' from person`,
  ],
  [
    'SUP-4',
    'an erasure that is proved from the first',
    notGranted,
    `insert into erasure (person_id, left_on, erased_on, proved_at) values (${someone}, '2022-09-02', '2022-09-06', now())`,
  ],
] as const)('%s: the service’s own role never has %s', async (_rule, _what, code, attack) => {
  await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code });
});

test.each([
  'doubtful_pair',
  'person_merge',
  'person_side',
  'side_link',
  'stated_before',
  'merged_key',
  'person_key',
  'class_link',
  'stated_link',
  'guardian_link',
])('there is something in %s that the attacks would reach', async (table) => {
  const { rows } = await bed.db.database.query(`select from ${table} limit 1`);
  expect(rows).toHaveLength(1);
});
