import {
  generateAaf,
  type PopulationChange,
} from '../../../test/support/generator/generate-aaf.js';
import { followImport, storyBrokenBy } from './follow-import.js';
import { layDown } from './lay-down.js';
import type { Stage } from './stage.js';

export type DirectoryExport = {
  readonly folder: string;
  readonly exportedOn: string;
  readonly changes: readonly PopulationChange[];
};

/** The directory of the State, as the academy of Nantes delivers it (DIR-5). */
export const academySource = {
  sourceCode: 'aaf1d-nantes',
  kind: 'AAF_1D',
  title: 'AAF 1er degré, académie de Nantes',
  academyCode: '17',
  priority: 10,
  departments: ['44', '49', '53', '72', '85'],
};

/** The rectorat lays an AAF export down, and the directory imports it from its files. */
export class DirectoryImports {
  constructor(
    private readonly stage: Stage,
    private readonly dropFolder: string,
  ) {}

  async import(wanted: DirectoryExport): Promise<void> {
    const { services, teller } = this.stage;
    const { folder } = wanted;
    await this.write(wanted);
    // The same again changes nothing, so no story has to say it first.
    await services.directory().declareSource(academySource);
    const { importId } = await services
      .directory()
      .startImport({ folder, source: academySource.sourceCode });
    const now = await followImport(services, teller, importId);
    if (now.state !== 'COMPLETED') throw storyBrokenBy(now);
  }

  async write({ folder, exportedOn, changes }: DirectoryExport): Promise<void> {
    const { scenario, teller } = this.stage;
    await layDown(this.dropFolder, folder, (draft) => {
      teller.wait(`écrit l’export AAF du ${exportedOn}`);
      return generateAaf({
        seed: scenario.seed,
        schools: scenario.members.flatMap(({ schools }) =>
          schools.map(({ uai, headcount }) => ({ uai, headcount })),
        ),
        rentree: scenario.rentree,
        folder: draft,
        exportedOn,
        changes,
      });
    });
  }
}
