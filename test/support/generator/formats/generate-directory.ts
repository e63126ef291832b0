import { mkdirSync, readdirSync } from 'node:fs';
import type { LocalDate } from '#libs/time';
import { PopulationDays } from '../school-years/population-days.js';
import { writeDeltaAaf, writeFullAaf } from './aaf-days.js';
import { writeEntCsv } from './ent-csv.js';
import { writeLdif } from './ldif.js';
import { writeOnde } from './onde.js';
import type { DayOptions, Progress, Written } from './written.js';

const writers = {
  aaf: writeFullAaf,
  'aaf-delta': writeDeltaAaf,
  onde: writeOnde,
  csv: writeEntCsv,
  ldif: writeLdif,
} as const satisfies Record<string, (population: PopulationDays, options: DayOptions) => Written>;

export type DirectoryFormat = keyof typeof writers;
export const directoryFormats = Object.keys(writers) as readonly DirectoryFormat[];
export const isDirectoryFormat = (text: string): text is DirectoryFormat =>
  Object.hasOwn(writers, text);

export type GenerateDirectoryOptions = {
  readonly format: DirectoryFormat;
  readonly seed: string | number;
  /** People of all profiles, about. */
  readonly size: number;
  readonly day: LocalDate;
  /** One school alone, which must be of the population. */
  readonly uai?: string;
  /** Made if missing; refused if it holds anything, so that two exports never mix. */
  readonly folder: string;
  readonly progress?: Progress;
};

export class FolderNotEmpty extends Error {}
export class SchoolNotInPopulation extends Error {}

/** One population, written in one format as of one day. The same options give the same bytes. */
export function generateDirectory(options: GenerateDirectoryOptions): Written {
  const { format, seed, size, day, uai, folder, progress } = options;
  const population = new PopulationDays({ seed, size });
  const site = uai === undefined ? undefined : population.siteOf(uai);
  if (uai !== undefined && !site) throw new SchoolNotInPopulation(uai);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new FolderNotEmpty(folder);
  return writers[format](population, {
    ...{ folder, day },
    ...(site ? { site } : {}),
    ...(progress ? { progress } : {}),
  });
}
