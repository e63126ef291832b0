import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatCount } from '#libs/money';
import {
  generateAaf,
  type PopulationChange,
} from '../../../test/support/generator/generate-aaf.js';
import { WaitedTooLong } from './patience.js';
import { type Stage, StoryBroken } from './stage.js';

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

const importPatienceMs = 300_000;

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
    const until = Date.now() + importPatienceMs;
    for (;;) {
      const { import: now } = await services.directory().getImport({ importId });
      if (!now) throw new StoryBroken(`L’import ${folder} est inconnu de l’annuaire.`);
      if (now.state === 'COMPLETED') return;
      if (now.state === 'HELD' || now.state === 'REFUSED') {
        const causes = now.remarks.map(({ code, message }) => `${code} ${message}`).join(' ; ');
        throw new StoryBroken(`L’import ${folder} est ${now.state} : ${causes}`);
      }
      teller.wait(
        `import ${folder} : ${formatCount(now.entriesRead)} entrées lues, ` +
          `${formatCount(now.peopleApplied)} personnes enregistrées sur ${formatCount(now.peoplePlanned)}`,
      );
      if (Date.now() > until) {
        throw new WaitedTooLong(`L’import ${folder} n’est pas terminé après 5 minutes.`);
      }
      await sleep(200);
    }
  }

  /** Written beside, then renamed: a folder of that name is whole, so one that is there is left alone. */
  async write({ folder, exportedOn, changes }: DirectoryExport): Promise<void> {
    const { scenario, teller } = this.stage;
    const target = join(this.dropFolder, folder);
    if (existsSync(target)) return;
    const draft = join(this.dropFolder, `.${folder}.${process.pid}`);
    teller.wait(`écrit l’export AAF du ${exportedOn}`);
    await generateAaf({
      seed: scenario.seed,
      schools: scenario.members.flatMap(({ schools }) =>
        schools.map(({ uai, headcount }) => ({ uai, headcount })),
      ),
      rentree: scenario.rentree,
      folder: draft,
      exportedOn,
      changes,
    });
    try {
      renameSync(draft, target);
    } catch (error) {
      // Another player was faster: its folder holds the same bytes.
      if (!existsSync(target)) throw error;
      rmSync(draft, { recursive: true });
    }
  }
}
