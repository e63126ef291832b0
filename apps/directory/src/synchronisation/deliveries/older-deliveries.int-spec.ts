import { jest } from '@jest/globals';
import { aafFiles } from '../../../test/deltas.test-support.js';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { aSchool, aTeacher, deliver } from '../../../test/stated-people.test-support.js';
import type { AcademyLdapSource } from '../../sources/ldap/academy.ldap-source.js';
import { PlanMaking } from '../plans/plan-making.pg.js';

jest.setTimeout(120_000);

/**
 * Goal: in each format, what is older than what the source has said undoes nothing, and says so (DIR-3). Method: somebody
 * comes, then leaves or changes by younger files; then files of a day in between are laid down, which say otherwise.
 */
const [uaiA, uaiB] = ['0440290B', '0440358A'];
const [early, between, late] = ['2025-09-15', '2025-09-16', '2025-09-17'];
const sources = {
  chain: { ...academy, sourceCode: 'chain', academyCode: '', deliversDeltas: true },
  deltas: { ...academy, sourceCode: 'deltas', academyCode: '', deliversDeltas: true },
  whole: { ...academy, sourceCode: 'whole', academyCode: '' },
  onde: { ...academy, sourceCode: 'onde', kind: 'ONDE', academyCode: '' },
  tables: { ...academy, sourceCode: 'tables', kind: 'ENT_CSV', academyCode: '' },
  ldap: { ...academy, sourceCode: 'ldap', kind: 'LDAP', academyCode: '' },
} as const;
type Name = Exclude<keyof typeof sources, 'ldap'>;

let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start(late);
  for (const source of Object.values(sources)) await bed.parts().declare.execute(source, caller);
  await bed.parts().declare.execute({ ...academy, sourceCode: 'schools' }, caller);
  await deliver(bed, 'schools', early!, [uaiA!, uaiB!].map(aSchool));
});
afterAll(() => bed.stop());

let deliveries = 0;
async function lay(source: Name, day: string, files: Record<string, string>, uai = '') {
  const name = `delivery-${(deliveries += 1)}`;
  bed.lay(name, files);
  return bed.import(name, { source, datedOn: day, ...(uai ? { uai } : {}) });
}

/** Who is where by a source, with the class of each. */
async function here(source: string): Promise<string[]> {
  const { rows } = await bed.db.database.query<{ text: string }>(
    `select concat_ws(' ', s.first_name, l.uai, nullif(l.class_label, '')) as text
     from stated_person s join stated_place l using (source, source_key) where s.source = $1 order by 1`,
    [source],
  );
  return rows.map(({ text }) => text);
}

const named = (key: string, firstName: string, uaiKey: string) => ({
  ...{ ENTPersonJointure: [key], ENTPersonNom: ['QUIMPEROIS'], ENTPersonPrenom: [firstName] },
  ...{ ENTPersonDateNaissance: ['09/03/2016'], ENTPersonStructRattach: [uaiKey] },
});
const exportOf = (day: string, ...firstNames: string[]) =>
  aafFiles('Complet', day, {
    EtabEducNat: [
      [
        ...(
          [
            ['1', uaiA],
            ['2', uaiB],
          ] as const
        ).map(
          ([key, uai]) =>
            [
              ...(['add', key] as const),
              {
                ...{ ENTStructureJointure: [key], ENTStructureUAI: [uai!] },
                ENTStructureNomCourant: ['ECOLE$A$NANTES'],
              },
            ] as const,
        ),
      ],
    ],
    Eleve: [firstNames.map((name) => ['add', `p-${name}`, named(`p-${name}`, name, '1')] as const)],
    PersRelEleve: [[['add', 'g', named('g', 'Nora', '1')]]],
    PersEducNat: [[['add', 't', named('t', 'Anne', '1')]]],
  });
const onde = (...rows: string[]) => ({
  'CSVExtraction.csv': [
    'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe',
    ...rows.map((row) => `QUIMPEROIS;${row}`),
  ].join('\n'),
});
const pupils = (...rows: string[]) => ({
  'Student.csv': ['Nom;Prénom;Né(e) le;Classe', ...rows.map((row) => `BRESTOIS;${row}`)].join('\n'),
});
const teachers = (...rows: string[]) => ({
  'Teacher.csv': ['Nom;Prénom;Classe', ...rows.map((row) => `BRESTOIS;${row}`)].join('\n'),
});

type Files = Record<string, string>;
type Story = readonly [
  title: string,
  source: Name,
  uai: string,
  first: Files,
  younger: Files,
  older: Files,
];
test.each<Story>([
  [
    ...(['a full export of the AAF', 'whole', ''] as const),
    exportOf(early!, 'Lila', 'Milo'),
    exportOf(late!, 'Lila'),
    exportOf(between!, 'Lila', 'Milo', 'Zoé'),
  ],
  [
    ...(['a full export after deltas', 'chain', ''] as const),
    exportOf(early!, 'Lila', 'Milo'),
    aafFiles('Delta', late!, { Eleve: [[['delete', 'p-Milo']]] }),
    exportOf(between!, 'Lila', 'Milo', 'Zoé'),
  ],
  [
    ...(['a delta', 'deltas', ''] as const),
    exportOf(early!, 'Lila'),
    aafFiles('Delta', late!, { Eleve: [[['modify', 'p-Lila', { ENTPersonPrenom: ['Lilou'] }]]] }),
    aafFiles('Delta', between!, { Eleve: [[['add', 'p-Milo', named('p-Milo', 'Milo', '1')]]] }),
  ],
  [
    ...(['ONDE', 'onde', uaiA!] as const),
    onde('Lila;2016-03-09;CE1;CE1', 'Milo;2019-11-21;GS;GS'),
    onde('Lila;2016-03-09;CE2;CE2'),
    onde('Lila;2016-03-09;CE1;CE1', 'Milo;2019-11-21;GS;GS', 'Zoé;2017-01-02;CP;CP'),
  ],
  [
    ...(['a table of pupils', 'tables', uaiA!] as const),
    pupils('Lila;2016-03-09;CE1', 'Milo;2019-11-21;GS'),
    pupils('Lila;2016-03-09;CE2'),
    pupils('Lila;2016-03-09;CE1', 'Milo;2019-11-21;GS'),
  ],
  [
    ...(['a table of teachers', 'tables', uaiB!] as const),
    teachers('Anne;CM1'),
    teachers('Anne;CM2'),
    teachers('Anne;CM1', 'Guy;CP'),
  ],
])('DIR-3: %s that is older is refused, and changes nothing', async (...story) => {
  const [, source, uai, first, younger, older] = story;
  expect(await lay(source, early!, first, uai)).toMatchObject({ state: 'COMPLETED' });
  const report = await lay(source, late!, younger, uai);
  expect(report).toMatchObject({ state: 'COMPLETED' });
  expect(report.peopleApplied).toBeGreaterThan(0);
  const [before, stored] = [await here(source), await bed.stored()];
  const { state, peopleApplied, remarks } = await lay(source, between!, older, uai);
  expect([state, peopleApplied]).toEqual(['REFUSED', 0]);
  expect(remarks.map(({ code }) => code)).toContain('DELIVERY_OLDER');
  expect([await here(source), await bed.stored()]).toEqual([before, stored]);
});

test('DIR-3: what is older of one school, or of one kind of people, is as old as these alone', async () => {
  expect(await lay('onde', late!, onde('Lila;2016-03-09;CE2;CE2'), uaiA)).toMatchObject({
    state: 'COMPLETED',
  });
  // Of another school nothing younger was said.
  const other = await lay('onde', between!, onde('Tim;2017-05-05;CE1;CE1'), uaiB);
  expect(other).toMatchObject({ state: 'COMPLETED', peopleCreated: 1 });
  // Nor of its adults, where only its pupils were delivered.
  const same = await lay('tables', late!, pupils('Lou;2016-03-09;CE2'), uaiA);
  expect(same).toMatchObject({ state: 'COMPLETED' });
  expect(await lay('tables', between!, teachers('Eve;CP'), uaiA)).toMatchObject({
    ...{ state: 'COMPLETED', peopleCreated: 1 },
  });
});

test.each<readonly [string, Name, Files, string]>([
  ['an export of the AAF', 'whole', exportOf('2099-09-17', 'Lila'), ''],
  ['an extraction whose day was mistyped', 'onde', onde('Zoé;2017-01-02;CP;CP'), uaiB!],
])(
  'DIR-3: %s that is dated years ahead is refused: all that is true would be older than it',
  async (_what, source, files, uai) => {
    const stored = await bed.stored();
    await expect(lay(source, '2099-09-17', files, uai)).rejects.toMatchObject({
      ...{ code: 'DELIVERY_AHEAD', kind: 'invalid', details: { datedOn: '2099-09-17' } },
    });
    expect(await bed.stored()).toEqual(stored);
    // Data of the next days are no mistake: our day may be late by a week (MKT-4).
    const soon = source === 'whole' ? exportOf('2025-09-24', 'Lila') : files;
    expect(await lay(source, '2025-09-24', soon, uai)).toMatchObject({ state: 'COMPLETED' });
  },
);

test('DIR-3: a reading of an academy’s LDAP that a fault stopped undoes nothing once a younger one is applied', async () => {
  const reads = (...firstNames: string[]) => {
    async function* read() {
      yield {
        records: firstNames.map((name) => aTeacher(`t-${name}`, `${name} VANNETAIS`, [uaiA!])),
        upTo: undefined,
      };
    }
    const asked = { read, readChanges: read } as unknown as AcademyLdapSource;
    bed.academies = { of: () => Promise.resolve(asked) };
  };
  const ask = () => bed.import('', { source: 'ldap' });
  reads('Anne', 'Guy');
  expect(await ask()).toMatchObject({ state: 'COMPLETED', peopleCreated: 2 });
  // Kept, then stopped: it says that Guy has gone.
  reads('Anne');
  const failing = jest
    .spyOn(PlanMaking.prototype, 'current')
    .mockRejectedValue(new Error('no room'));
  const { start, worker, imports, retry } = bed.parts();
  const { importId } = await start.execute({ folder: '', sourceCode: 'ldap', caller });
  for (let attempt = 0; attempt < 3; attempt += 1) await worker.runNext();
  failing.mockRestore();
  expect((await imports.get(importId)).state).toBe('FAILED');
  reads('Anne', 'Guy', 'Marie');
  expect(await ask()).toMatchObject({ state: 'COMPLETED' });
  const [before, stored] = [await here('ldap'), await bed.stored()];
  expect(before).toHaveLength(3);
  await expect(retry.execute({ importId, caller })).rejects.toMatchObject({
    code: 'IMPORT_NOT_FAILED',
  });
  expect([await here('ldap'), await bed.stored()]).toEqual([before, stored]);
});
