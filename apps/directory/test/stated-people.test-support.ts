import { randomUUID } from 'node:crypto';
import { localDate, type LocalDate } from '#libs/time';
import { DirectorySource, type SourceInventory } from '../src/sources/directory-source.js';
import type {
  SourceGuardian,
  SourcePupil,
  SourceRecord,
  SourceStaff,
  SourceStructure,
} from '../src/sources/directory-source.js';
import { divisionsOf } from '../src/sources/tables/row-values.js';
import { DropFolder } from '../src/synchronisation/drop-folder.js';
import type { ImportReport } from '../src/synchronisation/imports.pg.js';
import { RunImport } from '../src/synchronisation/run-import.js';
import type { BedOptions, ImportBed } from './import-bed.test-support.js';

/** What a source says, without a file: a few people of one's own instead of a generated school. */
class StatedRecords extends DirectorySource {
  constructor(
    private readonly records: readonly SourceRecord[],
    private readonly fingerprint: string,
    private readonly datedOn: LocalDate,
    private readonly meanwhile: () => Promise<unknown>,
  ) {
    super();
  }

  inventory(): Promise<SourceInventory> {
    const { fingerprint, datedOn } = this;
    const states = ['structure', 'pupil', 'guardian', 'staff'] as const;
    return Promise.resolve({ extent: 'FULL', fingerprint, states, perimeter: '', datedOn });
  }

  async *read(): AsyncIterable<readonly SourceRecord[]> {
    await this.meanwhile();
    yield this.records;
  }
}

/** Delivers all that a source states from that day on, and lets the import run. `meanwhile` happens while it is read. */
export async function deliver(
  bed: ImportBed,
  source: string,
  datedOn: string,
  records: readonly SourceRecord[],
  options: BedOptions & { planOnly?: boolean; meanwhile?: () => Promise<unknown> } = {},
): Promise<ImportReport> {
  const { workspace, imports } = bed.parts(options);
  const fingerprint = randomUUID();
  const day = localDate(datedOn);
  const { importId } = await bed.db.unitOfWork.run((tx) =>
    imports.findOrAdd(tx, {
      ...{
        folder: fingerprint,
        fingerprint,
        source,
        datedOn: day,
        startedOn: day,
        uai: '',
        extent: 'FULL' as const,
        planOnly: options.planOnly ?? false,
      },
    }),
  );
  const open = (await workspace.open())!;
  try {
    const { meanwhile = () => Promise.resolve() } = options;
    const stated = new StatedRecords(records, fingerprint, day, meanwhile);
    await new RunImport({ of: () => stated }, new DropFolder(bed.root), bed.academies).execute(
      open,
    );
  } finally {
    await open.close();
  }
  return imports.get(importId);
}

const at = { file: 'stated', line: 1 };
const named = (name: string) => {
  const [firstName = '', ...lastName] = name.split(' ');
  return { firstName, lastName: lastName.join(' ') };
};

export const aSchool = (uai: string): SourceStructure => ({
  ...{ ...at, kind: 'structure', sourceKey: uai, uai, name: `École ${uai}`, insee: '44109' },
  ...{ commune: 'Nantes', postalCode: '44000', siren: '', contract: 'PUBLIC', isPublic: true },
});

/** `name`: first name, then last name. */
export const aPupil = (
  sourceKey: string,
  name: string,
  uai: string,
  more: {
    born?: string;
    level?: string;
    ine?: string;
    guardians?: Record<string, string>;
    /** Labels, the first one the pupil's own. */
    classes?: readonly string[];
    groups?: readonly string[];
    furtherUais?: readonly string[];
  } = {},
): SourcePupil => ({
  ...{ ...at, kind: 'pupil', sourceKey, ...named(name), structureKey: uai },
  birthDate: localDate(more.born ?? '2015-03-04'),
  ...(more.ine ? { ine: more.ine } : {}),
  ...{ classId: more.classes?.[0] ?? '', classLabel: more.classes?.[0] ?? '' },
  ...{ level: more.level ?? 'CE1', otherStructureKeys: more.furtherUais ?? [] },
  ...{ classes: divisionsOf(uai, more.classes ?? []), groups: divisionsOf(uai, more.groups ?? []) },
  guardians: Object.entries(more.guardians ?? {}).map(([key, relation]) => ({
    ...{ sourceKey: key, relation },
  })),
});

export const aGuardian = (sourceKey: string, name: string, born?: string): SourceGuardian => ({
  ...{ ...at, kind: 'guardian', sourceKey, ...named(name) },
  ...(born ? { birthDate: localDate(born) } : {}),
});

export const aTeacher = (
  sourceKey: string,
  name: string,
  uais: readonly string[],
  born?: string,
  classes: readonly string[] = [],
): SourceStaff => ({
  ...{ ...at, kind: 'staff', sourceKey, ...named(name), isTeacher: true },
  ...{ structureKeys: uais, headOf: [], classes: divisionsOf(uais[0] ?? '', classes) },
  ...(born ? { birthDate: localDate(born) } : {}),
});
