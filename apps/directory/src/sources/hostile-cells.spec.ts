import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDate } from '#libs/time';
import { CsvDirectorySource } from './directory.csv-source.js';
import { OndeDirectorySource } from './directory.onde-source.js';
import type { DirectorySource, SourceRecord } from './directory-source.js';

/**
 * Goal: whatever stands in a cell of a table, nothing that PostgreSQL refuses or a spreadsheet would carry out passes unseen
 * (DIR-1, DIR-3). Method: of each table that is read, each cell of a good row in turn is replaced by what no school means.
 */
const csv = new CsvDirectorySource();
const onde = new OndeDirectorySource();
const options = { uai: '0440290B', datedOn: localDate('2025-09-15') };
const entPupils = [
  'Prénom;Nom;Nom d’usage;Identifiant;Né(e) le;Classe;Classe;INE;Niveau;UAI;Regroupement;Adresse',
  'Lila;DURAND;ROUX;E1;2016-03-09;CP;ULIS;120045678HK;CP;0440290B;Chorale;3 rue des Lilas',
];
const ondePupils = [
  'Nom élève;Nom d’usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Niveau;Libellé classe;Identifiant classe;Regroupement',
  'DURAND;ROUX;Lila;2016-03-09;F;120045678HK;3 rue des Lilas;CE2;CE2 bleu;812;Chorale',
];
const tables: readonly (readonly [
  source: DirectorySource,
  file: string,
  header: string,
  row: string,
])[] = [
  [csv, 'Student.csv', entPupils[0]!, entPupils[1]!],
  [
    ...([csv, 'Relative.csv'] as const),
    'Nom;Prénom;Nom d’usage;Identifiant;Adresse;Code postal;Nom élève;Prénom élève;Classe élève',
    'DURAND;Nora;BLIN;R1;3 rue des Lilas;44600;DURAND;Lila;CP',
  ],
  [
    ...([csv, 'Teacher.csv'] as const),
    'Nom;Prénom;Identifiant;Date de naissance;UAI;Fonction;Directeur;Classe',
    'PETIT;Anne;T1;1980-05-12;0440290B;Directrice;oui;CM1',
  ],
  [
    ...([csv, 'Personnels.csv'] as const),
    'Nom;Prénom;Identifiant;Fonction;Directeur;UAI',
    'ROUX;Paul;P1;Atsem;non;0440290B',
  ],
  [csv, 'Invites.csv', 'Nom;Prénom;Classes;UAI', 'VIDAL;Max;CM1;0440290B'],
  [csv, 'ATSEM.csv', 'Nom;Prénom;Classe;UAI', 'BLANC;Rosa;PS;0440290B'],
  [csv, 'Partenaires.csv', 'Nom;Prénom;Organisme;UAI', 'GARCIA;Eva;Judo;0440290B'],
  [csv, 'Elus.csv', 'Nom;Prénom;Commune;Code INSEE;UAI', 'MARTIN;Jo;Nantes;44109;0440290B'],
  [
    ...([csv, 'Inspecteurs.csv'] as const),
    'Nom;Prénom;Fonction;Circonscription;UAI',
    'FABRE;Line;Inspectrice;Nantes Nord;0440290B',
  ],
  [onde, 'CSVExtraction-eleves.csv', ondePupils[0]!, ondePupils[1]!],
  [
    ...([onde, 'CSVExtraction-eleves.csv'] as const),
    'Nom Elève;Nom d’usage Elève;Prénom Elève;Date naissance;Sexe;Adresse1;Niveau;Classe',
    'DURAND;ROUX;Lila;2016-03-09;F;3 rue des Lilas;CE2;CE2 bleu',
  ],
  [
    ...([onde, 'CSVExtraction-responsables.csv'] as const),
    'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants',
    'Mme;BLIN;DURAND;Nora;3 rue des Lilas;44600;;DURAND;Lila;CE2 bleu',
  ],
];

async function read(
  [source, file, header]: (typeof tables)[number],
  ...rows: readonly string[]
): Promise<SourceRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cells-'));
  try {
    writeFileSync(join(folder, file), [header, ...rows].join('\n'));
    // Guardians come beside the pupils whom they name.
    if (file === 'Relative.csv') writeFileSync(join(folder, 'Student.csv'), entPupils.join('\n'));
    if (file.endsWith('responsables.csv'))
      writeFileSync(join(folder, 'eleves.csv'), ondePupils.join('\n'));
    const records: SourceRecord[] = [];
    for await (const batch of source.read(folder, options)) records.push(...batch);
    return records;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];
const isOf = (file: string) => (record: SourceRecord) => record.file === file && record.line === 3;
const peopleIn = (records: readonly SourceRecord[]) =>
  records.filter(({ kind }) => kind !== 'remark');
const codesIn = (records: readonly SourceRecord[]) =>
  records.flatMap((record) => (record.kind === 'remark' ? [record.code] : []));

/** The row that is tried stands third, below one that is good, and of somebody else. */
const other = (row: string) => row.replace(/Lila|Nora|Anne|Paul|Max|Rosa|Eva|Jo\b|Line/, 'Autre');
const replaced = (row: string, at: number, by: (cell: string) => string) =>
  row
    .split(';')
    .map((cell, column) => (column === at ? by(cell) : cell))
    .join(';');

describe.each(tables)('DIR-1, DIR-3, %#: a cell of %p', (...table) => {
  const [source, file, , row] = table;
  const columns = row.split(';').map((_, at) => at);
  const tried = (at: number, by: (cell: string) => string) =>
    read(table, other(row).replace(/\b([ETRP])1\b/, '$12'), replaced(row, at, by));

  test('is read as it stands, above all', async () => {
    expect(peopleIn((await tried(0, (cell) => cell)).filter(isOf(file)))).toHaveLength(1);
  });

  test.each(columns)('with a NUL in column %p says so, and lets none through', async (at) => {
    for (const by of [
      (cell: string) => `\0${cell}`,
      (cell: string) => `${cell.slice(0, 1)}\0${cell.slice(1)}`,
      () => '\0',
    ]) {
      const records = await tried(at, by);
      expect(stringsIn(records).filter((text) => text.includes('\0'))).toEqual([]);
      expect(codesIn(records.filter(isOf(file)))).toContain('CONTROL_CHARACTER');
      // Whatever became of this row, the one beside it is whole.
      expect(peopleIn(records).some(({ line }) => line === 2)).toBe(true);
    }
  });

  test.each(columns)('with a formula in column %p says so, hidden or not', async (at) => {
    for (const [hidden, sign] of [
      ['', '='],
      ['\0', '='],
      ['\u200b', '+'],
      ['\ufeff', '@'],
      ['\u00a0', '='],
    ] as const) {
      const records = await tried(at, () => `${hidden}${sign}cmd|calc!A0`);
      const [found, code] = [
        records.filter(isOf(file)),
        source === csv ? 'FORMULA_KEPT' : 'FORMULA_REFUSED',
      ];
      expect([sign, hidden, codesIn(found)]).toEqual([
        sign,
        hidden,
        expect.arrayContaining([code]),
      ]);
      if (source === onde) expect(peopleIn(found)).toEqual([]);
    }
  });
});

test('a phone number that begins with a plus is none', async () => {
  const [, , header, row] = tables[1]!;
  const found = await read([csv, 'Relative.csv', `${header};Téléphone`, ''], `${row};+33 6 00 00`);
  expect(codesIn(found)).toEqual([]);
});
