import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalDate } from '#libs/time';
import { french, mailOf } from '../aaf-attributes.js';
import { newStaff, type GeneratedStaff, structureKey } from '../population.js';
import { Random } from '../random.js';
import { schoolYearOf } from '../school-years/calendar.js';
import type { PopulationDays } from '../school-years/population-days.js';
import { neighbourOf, type Site } from '../school-years/sites.js';
import { csvRow } from './csv-rows.js';
import type { DayOptions, Written } from './written.js';

const headers = {
  Student: 'Prénom*;Nom*;Date de naissance*;Classes*',
  Relative: 'Nom*;Prénom*;Adresse;Code postal;Ville;Pays;Courriel;Téléphone',
  Teacher:
    'Prénom*;Nom*;date de naissance;fonction;telephone;telephonetravail;email;adresse;cp;ville;pays;classe',
  Personnel:
    'Prénom*;Nom*;date de naissance;fonction;telephone;telephonetravail;email;adresse;cp;ville;pays',
  Guest: 'Prénom*;Nom*;date de naissance;Classes',
} as const;
const childHeader = ["Nom de l'élève", "Prénom de l'élève", "Classes de l'élève"];
type Profile = keyof typeof headers;

/** The five files of the ENT's own CSV form, UTF-8 with a byte order mark: a folder `Name@key_UAI` for each school. */
export function writeEntCsv(population: PopulationDays, options: DayOptions): Written {
  const { folder, day, site, progress } = options;
  const files: string[] = [];
  const count = { schools: 0, pupils: 0, guardians: 0, staff: 0 };
  const sites = site ? [site] : population.sites;
  for (const [done, each] of sites.entries()) {
    progress?.(done, sites.length);
    const { uai, name } = each.school;
    const rows = rowsOf(population, each, day);
    const place = `${name.replace(/[^\p{L}\d -]/gu, ' ')}@${structureKey(uai)}_${uai}`;
    mkdirSync(join(folder, place));
    for (const [profile, cells] of Object.entries(rows) as [Profile, string[][]][]) {
      const width = Math.max(...cells.map(({ length }) => length));
      const lines = cells.map((row) =>
        csvRow([...row, ...Array<string>(width - row.length).fill('')], ';'),
      );
      writeFileSync(join(folder, place, `${profile}.csv`), `\uFEFF${lines.join('')}`);
      files.push(`${place}/${profile}.csv`);
    }
    count.schools++;
    count.pupils += rows.Student.length - 1;
    count.guardians += rows.Relative.length - 1;
    count.staff += rows.Teacher.length + rows.Personnel.length + rows.Guest.length - 3;
  }
  return { files, ...count };
}

function rowsOf(
  population: PopulationDays,
  site: Site,
  day: LocalDate,
): Record<Profile, string[][]> {
  const rows = {
    Student: [headers.Student.split(';')],
    Relative: [headers.Relative.split(';')],
    Teacher: [headers.Teacher.split(';')],
    Personnel: [headers.Personnel.split(';')],
    Guest: [headers.Guest.split(';')],
  };
  const classes = new Set<string>();
  for (const { pupils, guardians } of population.familiesAt(site, day)) {
    for (const { firstName, lastName, birthDate, schoolClass } of pupils) {
      rows.Student.push([firstName, lastName, french(birthDate), schoolClass.label]);
      classes.add(schoolClass.label);
    }
    for (const { guardian, pupils: own, street, postalCode, city } of guardians) {
      rows.Relative.push([
        ...[guardian.lastName, guardian.firstName, street, postalCode, city, 'FRANCE'],
        ...[mailOf(guardian, guardian.key), guardian.mobile],
        ...own.flatMap((pupil) => [pupil.lastName, pupil.firstName, pupil.schoolClass.label]),
      ]);
    }
  }
  const labels = [...classes].sort();
  const children = Math.max(1, ...rows.Relative.map((row) => (row.length - 8) / 3));
  for (let i = 0; i < children; i++) rows.Relative[0]!.push(...childHeader);
  for (const [post, person] of staffAt(population, site, day).entries()) {
    const cells = staffCells(site, person);
    if (person.role === 'AIDE') rows.Personnel.push([...cells]);
    else rows.Teacher.push([...cells, labels[post % Math.max(1, labels.length)] ?? '']);
  }
  for (const person of communalStaff(population, site, day)) {
    rows.Personnel.push(staffCells(site, person, 'ATSEM'));
  }
  const guest = invented(population, site, `guest:${schoolYearOf(day)}`, '90');
  rows.Guest.push([guest.firstName, guest.lastName, french(guest.birthDate), labels[0] ?? '']);
  return rows;
}

/** Those of the school's own posts, and teachers of the school before who share their week with this one. */
export function staffAt(population: PopulationDays, site: Site, day: LocalDate): GeneratedStaff[] {
  const before = neighbourOf(site, population.sites, -1);
  const sites = before === site ? [site] : [site, before];
  return sites
    .flatMap((each) => population.postsOf(each).map((holderOn) => holderOn(day)))
    .filter(({ uais }) => uais.includes(site.school.uai));
}

/** One for each nursery class, employed by the commune: no national source knows them. */
function communalStaff(population: PopulationDays, site: Site, day: LocalDate): GeneratedStaff[] {
  if (site.school.kind === 'elementaire') return [];
  const count = Math.max(1, Math.round(population.classes.countOf(site) * 0.236));
  return Array.from({ length: count }, (_, i) =>
    invented(population, site, `atsem:${i}:${schoolYearOf(day) >> 1}`, String(80 + i)),
  );
}

function invented({ options }: PopulationDays, site: Site, what: string, rank: string) {
  const random = new Random(`${options.seed}:${site.school.uai}:${what}`);
  const key = `${structureKey(site.school.uai)}600${rank}`;
  return newStaff(random, key, [site.school.uai], 'AIDE');
}

function staffCells(site: Site, person: GeneratedStaff, duty?: string): string[] {
  const { street, postalCode, city } = site.school;
  const duties = { HEAD: 'Directeur', TEACHER: 'Enseignant', AIDE: 'AESH' } as const;
  return [
    ...[person.firstName, person.lastName, french(person.birthDate), duty ?? duties[person.role]],
    ...['', '', mailOf(person, person.key), street, postalCode, city, 'FRANCE'],
  ];
}
