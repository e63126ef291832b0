import { Inject, Injectable } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { SourceFormats } from '../sources/sources.module.js';
import { DeclaredSources } from './declared-sources/declared-sources.pg.js';
import { DropFolder } from './drop-folder.js';
import { Imports } from './imports.pg.js';

const entriesMax = 1_000;

/** The files of an export are of people: they lie in the drop area until an import has read them. */
@Injectable()
export class ImportFiles {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly imports: Imports,
    private readonly formats: SourceFormats,
    private readonly sources: DeclaredSources,
    private readonly dropFolder: DropFolder,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** No files go, and no import names any, as long as this takes. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.unitOfWork.run(async (tx) => {
      await this.imports.lockFolders(tx);
      return work();
    });
  }

  /** Unless an import has yet to read them. What fails is told in the log, and done by a later sweep. */
  remove(folder: string): Promise<void> {
    return this.telling(folder, async () => {
      await this.setAside(folder);
      await this.dropFolder.removeSetAside();
    });
  }

  /** What a kill between reading and removal has left, and what nobody has imported for long. */
  sweep(now: Date): Promise<void> {
    const forgotten = now.getTime() - this.dropFolder.keptHours * 3_600_000;
    return this.telling('', async () => {
      const kept = await this.sources.codes();
      for (const { name, changedAtMs } of await this.dropFolder.entries(entriesMax, kept)) {
        await this.telling(name, async () => {
          for (const folder of await this.readIn(name)) await this.setAside(folder);
          if (changedAtMs < forgotten) await this.setAside(name);
        });
      }
      await this.dropFolder.removeSetAside();
    });
  }

  /** One after the other with StartImport: files go before an import names them, or stay for it. */
  private async setAside(folder: string): Promise<void> {
    const kept = await this.sources.codes();
    await this.unitOfWork.run(async (tx) => {
      await this.imports.lockFolders(tx);
      if (!(await this.imports.needs(tx, folder))) await this.dropFolder.setAside(folder, kept);
    });
  }

  /** Folders of imports that need them no more, as far as they still hold what was imported and no new export. */
  private async readIn(name: string): Promise<string[]> {
    const read = [];
    for (const { folder, kind, fingerprints } of await this.imports.readIn(name, entriesMax)) {
      if (!(await this.dropFolder.has(folder))) continue;
      // One that is not readable any more is no export, and goes with its age.
      const found = await this.formats
        .of(kind)
        .inventory(this.dropFolder.pathOf(folder))
        .catch(() => undefined);
      if (found && fingerprints.includes(found.fingerprint)) read.push(folder);
    }
    return read;
  }

  private async telling(folder: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error(
        { err: error, folder },
        'files of the drop area could not be removed: give this process the right to, it tries again within the hour',
      );
    }
  }
}
