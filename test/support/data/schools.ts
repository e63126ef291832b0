import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A real school of the académie de Nantes; its mailbox is rewritten to example.org. */
export type RealSchool = {
  readonly uai: string;
  readonly name: string;
  readonly sector: 'PUBLIC' | 'PRIVE';
  /** `primaire` has a nursery section, `elementaire` has none. */
  readonly kind: 'primaire' | 'elementaire';
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly inseeCode: string;
  /** SIREN of the commune. */
  readonly siren: string;
  readonly communePopulation: number;
  readonly department: string;
  readonly mail: string;
  /** Pupils, where the open data state them (departments 53, 72, 85). */
  readonly headcount?: number;
};

/** A real commune of the five departments. */
export type RealCommune = {
  readonly inseeCode: string;
  readonly name: string;
  readonly department: string;
  readonly siren: string;
  readonly population: number;
  readonly epciSiren: string;
  readonly epciName: string;
};

/** Read once by a test file: each export of the generator asks for all of them. */
let schools: readonly RealSchool[] | undefined;

export function realSchools(): readonly RealSchool[] {
  schools ??= readSchools();
  return schools;
}

function readSchools(): RealSchool[] {
  return rowsOf('ecoles_academie_nantes.csv').map((row) => {
    const headcount = Number(row.eleves);
    return {
      uai: row.uai!,
      name: row.nom!,
      sector: row.secteur as 'PUBLIC' | 'PRIVE',
      kind: row.type_ecole === 'elementaire' ? 'elementaire' : 'primaire',
      street: row.adresse!,
      postalCode: row.code_postal!,
      city: row.commune!,
      inseeCode: row.code_insee!,
      siren: row.siren_commune!,
      communePopulation: Number(row.population_commune),
      department: row.departement!,
      mail: `ce.${row.uai}@example.org`,
      ...(headcount > 0 ? { headcount } : {}),
    };
  });
}

export function realPublicSchools(): readonly RealSchool[] {
  return realSchools().filter((school) => school.sector === 'PUBLIC');
}

export function realCommunes(): readonly RealCommune[] {
  return rowsOf('communes_5_departements.csv').map((row) => ({
    inseeCode: row.code_insee!,
    name: row.nom!,
    department: row.departement!,
    siren: row.siren!,
    population: Number(row.population),
    epciSiren: row.epci_siren!,
    epciName: row.epci_nom!,
  }));
}

/** The files hold no quoted cell, so splitting is enough. */
function rowsOf(file: string): Record<string, string | undefined>[] {
  const [header, ...lines] = readFileSync(join(dataFolder(), file), 'utf8').trimEnd().split('\n');
  const names = header!.split(';');
  return lines.map((line) => {
    const cells = line.split(';');
    return Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  });
}

/** Compiled code lives under dist/, the CSV files do not: look from the project's root. */
function dataFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'test/support/data');
}
