import { jest } from '@jest/globals';
import { Random } from '../../../../test/support/generator/random.js';
import { academy, caller, ImportBed, uaiA } from '../../test/import-bed.test-support.js';
import { aSchool, deliver } from '../../test/stated-people.test-support.js';

jest.setTimeout(120_000);

/**
 * Goal: what no school means to write into a table ends no import as a fault of ours: it is left out or kept, with its line,
 * and whoever stands beside it comes in (DIR-3). Method: each table, with a NUL in every cell and in the header, and with
 * values as long as they may be, that no index packs, through a whole import on PostgreSQL.
 */
const day = '2022-09-02';
let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start(day);
  const kinds = { tables: 'ENT_CSV', onde: 'ONDE' } as const;
  for (const [sourceCode, kind] of Object.entries(kinds))
    await bed.parts().declare.execute({ ...academy, sourceCode, kind, academyCode: '' }, caller);
  await bed.parts().declare.execute({ ...academy, sourceCode: 'schools' }, caller);
  await deliver(bed, 'schools', day, [aSchool(uaiA)]);
});
afterAll(() => bed.stop());

type Table = readonly [source: 'tables' | 'onde', file: string, header: string, row: string];
const tables: readonly Table[] = [
  [
    ...(['tables', 'Student.csv'] as const),
    'Prénom;Nom;Nom d’usage;Identifiant;Né(e) le;Classe;Classe;INE;Niveau;UAI;Regroupement;Couleur',
    `Lila;DURAND;ROUX;E1;2016-03-09;CP;ULIS;120045678HK;CP;${uaiA};Chorale;vert`,
  ],
  [
    ...(['tables', 'Relative.csv'] as const),
    'Nom;Prénom;Nom d’usage;Identifiant;Adresse;Code postal;Nom élève;Prénom élève;Classe élève',
    'DURAND;Nora;BLIN;R1;3 rue des Lilas;44600;DURAND;Autre;CP',
  ],
  [
    ...(['tables', 'Teacher.csv'] as const),
    'Nom;Prénom;Identifiant;Date de naissance;UAI;Fonction;Directeur;Classe',
    `PETIT;Anne;T1;1980-05-12;${uaiA};Directrice;oui;CM1`,
  ],
  [
    ...(['tables', 'Personnels.csv'] as const),
    'Nom;Prénom;Identifiant;Fonction;Directeur;UAI',
    `ROUX;Paul;P1;Atsem;non;${uaiA}`,
  ],
  ['tables', 'Invites.csv', 'Nom;Prénom;Classes;UAI', `VIDAL;Max;CM1;${uaiA}`],
  ['tables', 'ATSEM.csv', 'Nom;Prénom;Classe;UAI', `BLANC;Rosa;PS;${uaiA}`],
  ['tables', 'Partenaires.csv', 'Nom;Prénom;Organisme;UAI', `GARCIA;Eva;Judo;${uaiA}`],
  ['tables', 'Elus.csv', 'Nom;Prénom;Commune;Code INSEE;UAI', `MARTIN;Jo;Nantes;44109;${uaiA}`],
  [
    ...(['tables', 'Inspecteurs.csv'] as const),
    'Nom;Prénom;Fonction;Circonscription;UAI',
    `FABRE;Line;Inspectrice;Nantes Nord;${uaiA}`,
  ],
  [
    ...(['onde', 'CSVExtraction-eleves.csv'] as const),
    'Nom élève;Nom d’usage élève;Prénom élève;Date naissance;INE;Niveau;Libellé classe;Identifiant classe;Regroupement;Couleur',
    'DURAND;ROUX;Lila;2016-03-09;120045678HK;CE2;CE2 bleu;812;Chorale;vert',
  ],
];

/** Somebody else than the row says, for each number. */
const other = (row: string, n: number) =>
  row
    .replace(
      /Lila|Nora|Anne|Paul|Max|Rosa|Eva|Jo\b|Line/,
      n === 0 ? 'Autre' : `Autre ${'a'.repeat(n)}`,
    )
    .replace(/\b([ERTP])1\b/, `$1${n + 2}`)
    .replace('120045678HK', `${120045700 + n}HK`);
const nul = (text: string) =>
  text
    .split(';')
    .map((cell) => `\0${cell.slice(0, 2)}\0${cell.slice(2)}`)
    .join(';');

let deliveries = 0;
async function bring([source, file]: Table, header: string, rows: readonly string[]) {
  const name = `delivery-${(deliveries += 1)}`;
  const files: Record<string, string> = { [file]: [header, ...rows].join('\n') };
  if (file === 'Relative.csv') {
    const [, , pupilHeader, pupil] = tables[0]!;
    files['Student.csv'] = [pupilHeader, other(pupil, 0)].join('\n');
  }
  bed.lay(name, files);
  return bed.import(name, { source, datedOn: day, uai: uaiA });
}

test.each(tables)('DIR-1, DIR-3: %s: in %s, signs and lengths of every kind', async (...table) => {
  const [source, , header, row] = table;
  const random = new Random(`long ${table[1]}`);
  const long = () =>
    Array.from({ length: 4_000 }, () => String.fromCharCode(random.between(0x4e00, 0x9fff))).join(
      '',
    );
  const columns = header.split(';');
  const rows = columns.map((_, at) => {
    const cells = other(row, at + 1).split(';');
    cells[at] = long();
    return cells.join(';');
  });
  await bed.db.asOwner('truncate stated_person, stated_place, stated_link, applied_school cascade');
  const { state, remarks } = await bring(table, header, [other(row, 0), nul(row), ...rows]);
  // A fault of ours would leave it READING, to be tried again.
  expect(state).toMatch(/^(COMPLETED|HELD)$/);
  expect(remarks.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['CONTROL_CHARACTER', 'WORD_TOO_LONG']),
  );
  const there = `stated_person where source = '${source}' and first_name = 'Autre'`;
  expect(await bed.count(there)).toBeGreaterThan(0);
});

test.each(tables)('DIR-1: %s: in %s, a name with `$` is that name', async (...table) => {
  const [source, , header, row] = table;
  const sign = '$&$1$$`';
  const name = /Lila|Nora|Anne|Paul|Max|Rosa|Eva|Jo\b|Line/;
  await bed.db.asOwner('truncate stated_person, stated_place, stated_link, applied_school cascade');
  const written = row.replace(name, (found) => `${found} ${sign}`);
  expect((await bring(table, header, [written])).state).toMatch(/^(COMPLETED|HELD)$/);
  const [first] = name.exec(row)!;
  const stated = `stated_person where source = '${source}' and first_name = '${first} ${sign}'`;
  expect(await bed.count(stated)).toBe(1);
});

test.each([tables[0]!, tables.at(-1)!])(
  'DIR-3: %s: a header of %s with a NUL is that header, or is refused with what is wrong',
  async (...table) => {
    const [, , header, row] = table;
    const outcome = await bring(table, nul(header), [row]).then(
      ({ state }) => state,
      ({ code }: { code: string }) => code,
    );
    expect(['COMPLETED', 'HELD', 'SOURCE_UNREADABLE']).toContain(outcome);
  },
);
