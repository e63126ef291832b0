import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import type { LocalDate } from '#libs/time';
import { civility, mailOf } from '../aaf-attributes.js';
import type { GeneratedPupil } from '../population.js';
import { Random } from '../random.js';
import type { GuardianOnDay, PopulationDays } from '../school-years/population-days.js';
import type { Site } from '../school-years/sites.js';
import { drifted } from '../spelling.js';
import { csvRow } from './csv-rows.js';
import type { DayOptions, Written } from './written.js';

const pupilHeader = (
  "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;" +
  'Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe;Attestation fournie;' +
  'Autorisation associations;Autorisation photo;Décision de passage'
).split(';');
const guardianHeader = (
  'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;' +
  'Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;' +
  'Téléphone travail;Téléphone portable'
).split(';');
const childHeader = [
  "Nom d'usage enfant",
  'Nom de famille enfant',
  'Prénom enfant',
  'Classes enfants',
];

const cycles: Readonly<Record<GeneratedPupil['level'], string>> = {
  ...{ PS: 'CYCLE I', MS: 'CYCLE I', GS: 'CYCLE I' },
  ...{ CP: 'CYCLE II', CE1: 'CYCLE II', CE2: 'CYCLE II', CM1: 'CYCLE III', CM2: 'CYCLE III' },
};

/**
 * The two extractions of each school, as the head gets them from ONDE: a folder for each UAI. The
 * schools type names anew, so one pupil in twenty is written otherwise than in the AAF.
 */
export function writeOnde(population: PopulationDays, options: DayOptions): Written {
  const { folder, day, site, progress } = options;
  const files: string[] = [];
  const count = { schools: 0, pupils: 0, guardians: 0, staff: 0 };
  const sites = site ? [site] : population.sites;
  for (const [done, each] of sites.entries()) {
    progress?.(done, sites.length);
    const { pupils, guardians } = extractionsOf(population, each, day);
    const { uai } = each.school;
    mkdirSync(join(folder, uai));
    for (const [name, rows] of [
      ['CSVExtraction-eleves.csv', pupils],
      ['CSVExtraction-responsables.csv', guardians],
    ] as const) {
      writeFileSync(join(folder, uai, name), iconv.encode(rows.join(''), 'win1252'));
      files.push(`${uai}/${name}`);
    }
    count.schools++;
    count.pupils += pupils.length - 1;
    count.guardians += guardians.length - 1;
  }
  return { files, ...count };
}

function extractionsOf(population: PopulationDays, site: Site, day: LocalDate) {
  const pupils = [csvRow(pupilHeader, ';')];
  const rows: string[][] = [];
  for (const family of population.familiesAt(site, day)) {
    for (const pupil of family.pupils) {
      const homes = family.guardians.filter(({ pupils: own }) => own.includes(pupil));
      pupils.push(csvRow(pupilCells(population, pupil, homes), ';'));
    }
    for (const guardian of family.guardians) rows.push(guardianCells(population, guardian));
  }
  // As many blocks as the guardian with the most children here has; all rows are as long.
  const width = Math.max(16, ...rows.map(({ length }) => length));
  const header = [...guardianHeader];
  while (header.length < width) header.push(...childHeader);
  const padded = rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
  return { pupils, guardians: [header, ...padded].map((cells) => csvRow(cells, ';')) };
}

function pupilCells(
  population: PopulationDays,
  pupil: GeneratedPupil,
  homes: readonly GuardianOnDay[],
): string[] {
  const { lastName, firstName } = writtenInOnde(population, pupil);
  const first = homes[0];
  // Separated parents: the child has two addresses.
  const second = homes.find(({ street }) => street !== first?.street);
  const address = (home: GuardianOnDay | undefined) =>
    home ? [home.street, home.postalCode, home.city, 'FRANCE'] : ['', '', '', ''];
  const number = Number(pupil.key.slice(-4));
  return [
    ...[lastName, '', firstName, pupil.birthDate, pupil.sex, pupil.ine],
    ...address(first),
    ...address(second),
    ...[cycles[pupil.level], pupil.level, pupil.schoolClass.label, pupil.schoolClass.id],
    ...['Oui', number % 3 === 0 ? 'Non' : 'Oui', number % 7 === 0 ? 'Non' : 'Oui', ''],
  ];
}

function guardianCells(
  population: PopulationDays,
  { guardian, pupils, street, postalCode, city }: GuardianOnDay,
): string[] {
  return [
    ...[civility(guardian.sex), '', guardian.lastName, guardian.firstName],
    ...[street, postalCode, city, 'FRANCE', mailOf(guardian, guardian.key)],
    ...['', '', guardian.mobile.replace('+33 ', '0').replaceAll(' ', '')],
    ...pupils.flatMap((pupil) => {
      const { lastName, firstName } = writtenInOnde(population, pupil);
      return ['', lastName, firstName, pupil.schoolClass.label];
    }),
  ];
}

function writtenInOnde({ options }: PopulationDays, pupil: GeneratedPupil) {
  const random = new Random(`${options.seed}:${pupil.key}:onde`);
  return random.chance(0.05) ? drifted(random, pupil) : pupil;
}
