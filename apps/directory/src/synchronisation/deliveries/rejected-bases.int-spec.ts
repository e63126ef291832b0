import { jest } from '@jest/globals';
import {
  aafFiles,
  deliverDelta,
  type Request,
  type Requests,
} from '../../../test/deltas.test-support.js';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { aSchool, deliver } from '../../../test/stated-people.test-support.js';

jest.setTimeout(120_000);

/**
 * Goal: a rejected, expired or undecided delivery is the base of no delta (DIR-3). Method: an export whose names have slipped
 * by one row in a school is held; then it is rejected, expires, or waits; deltas follow that name one attribute.
 */
const uais = ['0440290B', '0440358A'] as const;
const chain = { ...academy, sourceCode: 'chain', academyCode: '', deliversDeltas: true };
const letter = (at: number) => String.fromCharCode(65 + (at % 26));
const sizes = [30, 120] as const;
const names = Array.from(
  { length: sizes[1] },
  (_, at) => `PRENOM${letter(at)}${letter(Math.floor(at / 26))}`,
);
const day = (number: number) => `2025-11-${String(number).padStart(2, '0')}`;

let started: ImportBed;
let bed: ImportBed;
beforeAll(async () => {
  started = await ImportBed.start(day(28));
  await started.parts().declare.execute(chain, caller);
  await started.parts().declare.execute({ ...academy, sourceCode: 'schools' }, caller);
  await deliver(started, 'schools', day(1), uais.map(aSchool));
  bed = started;
  expect(await full(3)).toMatchObject({ state: 'COMPLETED' });
});
afterAll(() => started.stop());
beforeEach(async () => {
  bed = await started.copy();
});
afterEach(() => bed.stop());

const named = (school: number, index: number, slip: number) => {
  const at = (index + slip) % names.length;
  return {
    ...{ ENTPersonJointure: [`${school}-${index}`], ENTPersonNom: ['QUIMPEROIS'] },
    ...{
      ENTPersonPrenom: [names[at]!],
      ENTPersonDateNaissance: [`${String((at % 28) + 1).padStart(2, '0')}/03/2016`],
    },
    ENTPersonStructRattach: [String(school)],
    ENTPersonClasses: [`${school}$$$1$CP`],
  };
};
const adult = (key: string, firstName: string) => ({
  ...{ ENTPersonJointure: [key], ENTPersonNom: ['QUIMPEROIS'], ENTPersonPrenom: [firstName] },
  ENTPersonStructRattach: ['1'],
});
type Export = {
  slip?: number;
  slipped?: readonly number[];
  many?: number;
  others?: readonly Request[];
};
/** By default the names of the first school have slipped; `many`: of so many pupils. */
function full(on: number, { slip = 0, slipped = [1], many = 120, others = [] }: Export = {}) {
  const folder = `full-${on}`;
  bed.lay(
    folder,
    aafFiles('Complet', day(on), {
      EtabEducNat: [
        uais.map((uai, index) => [
          ...(['add', String(index + 1)] as const),
          {
            ...{ ENTStructureJointure: [String(index + 1)], ENTStructureUAI: [uai] },
            ENTStructureNomCourant: ['ECOLE$A$NANTES'],
          },
        ]),
      ],
      Eleve: [
        [1, 2]
          .flatMap((school) =>
            names
              .slice(0, sizes[school - 1])
              .map((_, index): Request => [
                ...(['add', `${school}-${index}`] as const),
                named(school, index, slipped.includes(school) && index < many ? slip : 0),
              ]),
          )
          .concat(others),
      ],
      PersRelEleve: [[['add', 'g', adult('g', 'Nora')]]],
      PersEducNat: [[['add', 't', adult('t', 'Anne')]]],
    }),
  );
  return bed.import(folder, { source: chain.sourceCode, datedOn: day(on) });
}
const delta = (on: number, requests: Requests) =>
  deliverDelta(bed, { name: `delta-${on}`, day: day(on), requests, source: chain.sourceCode });
const toClass = (key: string, label = 'CM2'): Request => [
  ...(['modify', key] as const),
  { ENTPersonClasses: [`${key[0]}$$$2$${label}`] },
];

/** Name, birth date and class of each pupil of the source, by its key. */
async function people(): Promise<Record<string, string>> {
  const { rows } = await bed.db.database.query<{ key: string; text: string }>(
    `select k.source_key as key, concat_ws(' ', p.first_name, p.birth_date, e.class_label) as text
     from person_key k join person p using (person_id) left join enrolment e on e.person_id = p.person_id and e.ends_on is null
     where k.source = $1`,
    [chain.sourceCode],
  );
  return Object.fromEntries(rows.map(({ key, text }) => [key, text]));
}
const withClass = (before: Record<string, string>, key: string, label = 'CM2') => ({
  ...before,
  [key]: before[key]!.replace(/CP$/, label),
});

test('DIR-3: after a rejected export a delta changes only the attribute that it states', async () => {
  const before = await people();
  const held = await full(10, { slip: 1 });
  expect(held).toMatchObject({ state: 'HELD' });
  expect(await bed.decide(held.importId, 'REJECTED')).toMatchObject({ state: 'COMPLETED' });
  expect(await delta(11, { Eleve: [toClass('1-4')] })).toMatchObject({
    state: 'COMPLETED',
    peopleApplied: 1,
  });
  expect(await people()).toEqual(withClass(before, '1-4'));
});

test('DIR-3: two exports rejected in a row leave the base of before the first', async () => {
  const before = await people();
  for (const [on, slip] of [
    [10, 1],
    [11, 2],
  ] as const) {
    const held = await full(on, { slip });
    expect(await bed.decide(held.importId, 'REJECTED')).toMatchObject({ state: 'COMPLETED' });
  }
  // A younger export replaces one that waits, then it is rejected itself.
  const older = await full(12, { slip: 3 });
  const last = await full(13, { slip: 4 });
  expect(await bed.parts().imports.get(older.importId)).toMatchObject({
    replacedBy: last.importId,
  });
  expect(await bed.decide(last.importId, 'REJECTED')).toMatchObject({ state: 'COMPLETED' });
  expect(await delta(14, { Eleve: [toClass('1-4')] })).toMatchObject({
    state: 'COMPLETED',
    peopleApplied: 1,
  });
  expect(await people()).toEqual(withClass(before, '1-4'));
});

test('DIR-3: an expired export is no base either', async () => {
  const before = await people();
  expect(await full(10, { slip: 1 })).toMatchObject({ state: 'HELD' });
  await bed.expire('2025-12-20');
  expect(await delta(11, { Eleve: [toClass('1-4')] })).toMatchObject({
    state: 'COMPLETED',
    peopleApplied: 1,
  });
  expect(await people()).toEqual(withClass(before, '1-4'));
});

test('DIR-3: a rejection after the rest was applied leaves the rest as base', async () => {
  const moved: Request = [
    'add',
    '2-new',
    { ...named(2, 0, 5), ENTPersonJointure: ['2-new'], ENTPersonNom: ['BRESTOIS'] },
  ];
  const held = await full(10, { slip: 1, many: 12, others: [moved] });
  expect(held).toMatchObject({ state: 'HELD', peopleApplied: 1 });
  const before = await people();
  expect(await bed.decide(held.importId, 'REJECTED', uais[0])).toMatchObject({
    state: 'COMPLETED',
  });
  expect(await delta(11, { Eleve: [toClass('1-4'), toClass('2-new')] })).toMatchObject({
    state: 'COMPLETED',
    peopleApplied: 2,
  });
  expect(await people()).toEqual(withClass(withClass(before, '1-4'), '2-new'));
});

test('DIR-3: a pupil of a rejected delta is unknown to the next one', async () => {
  const before = await people();
  const newcomers = names.map((_, index): Request => [
    'add',
    `1-new-${index}`,
    { ...named(1, index, 0), ENTPersonJointure: [`1-new-${index}`], ENTPersonNom: ['BRESTOIS'] },
  ]);
  const held = await delta(10, { Eleve: newcomers });
  expect(held).toMatchObject({ state: 'HELD' });
  await bed.decide(held.importId, 'REJECTED');
  const report = await delta(11, { Eleve: [toClass('1-new-3'), toClass('1-4')] });
  expect(report).toMatchObject({ state: 'COMPLETED', peopleApplied: 1 });
  expect(report.remarks).toMatchObject([{ code: 'MODIFICATION_WITHOUT_BASE', count: 1 }]);
  expect(await people()).toEqual(withClass(before, '1-4'));
});

test('DIR-3: a delta older than a rejected export is read: only applied data make others older', async () => {
  const before = await people();
  const held = await full(20, { slip: 1, slipped: [1, 2] });
  expect(await bed.decide(held.importId, 'REJECTED')).toMatchObject({ state: 'REFUSED' });
  expect(await delta(11, { Eleve: [toClass('1-4')] })).toMatchObject({
    state: 'COMPLETED',
    peopleApplied: 1,
  });
  expect(await delta(10, { Eleve: [toClass('1-5')] })).toMatchObject({
    state: 'REFUSED',
    remarks: [{ code: 'DELIVERY_OLDER' }],
  });
  expect(await people()).toEqual(withClass(before, '1-4'));
});

test('DIR-3: a delta beside an undecided export waits with it, whatever the figures', async () => {
  const before = await people();
  // Below every threshold: it waits since somebody asked to look at it first.
  const slippedOne: Request = ['modify', '1-7', { ENTPersonPrenom: ['AUTRE'] }];
  const { start, worker } = bed.parts();
  bed.lay('plan-only', aafFiles('Delta', day(10), { Eleve: [[slippedOne]] }));
  const { importId } = await start.execute({
    folder: 'plan-only',
    sourceCode: chain.sourceCode,
    datedOn: day(10),
    planOnly: true,
    caller,
  });
  await worker.runNext();
  const next = await delta(11, { Eleve: [toClass('1-7'), toClass('2-3')] });
  expect(next).toMatchObject({ state: 'HELD' });
  expect(await bed.schoolStates(next.importId)).toEqual({
    [uais[0]]: 'HELD',
    [uais[1]]: 'RELEASED',
  });
  expect(await people()).toEqual(withClass(before, '2-3'));
  await expect(bed.decide(importId, 'APPROVED')).rejects.toMatchObject({ code: 'IMPORT_NOT_HELD' });
  await bed.decide(next.importId, 'REJECTED');
  await delta(12, { Eleve: [toClass('1-7', 'CM1')] });
  expect(await people()).toEqual(withClass(withClass(before, '2-3'), '1-7', 'CM1'));
});

test('DIR-3: what is approved is the base of the next delta', async () => {
  const held = await full(10, { slip: 1 });
  expect(await bed.decide(held.importId, 'APPROVED')).toMatchObject({ state: 'COMPLETED' });
  const before = await people();
  expect(before['1-4']).toMatch(/^PRENOMFA/);
  await delta(11, { Eleve: [toClass('1-4')] });
  expect(await people()).toEqual(withClass(before, '1-4'));
});
