import { Injectable } from '@nestjs/common';
import { Commands, whoAndWhen } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { audit } from '#libs/persistence';
import { DirectorySource, FolderUnknown } from '../sources/sources.module.js';
import { DropFolder } from './drop-folder.js';
import { ImportFiles } from './import-files.js';
import { ImportWorker } from './import-worker.js';
import { Imports } from './imports.pg.js';

@Injectable()
export class StartImport {
  constructor(
    private readonly commands: Commands,
    private readonly imports: Imports,
    private readonly source: DirectorySource,
    private readonly dropFolder: DropFolder,
    private readonly files: ImportFiles,
    private readonly worker: ImportWorker,
  ) {}

  /**
   * The same folder with the same content is the same import, so a repeated call is harmless:
   * of one that has ended, the files go again. Throws FolderUnknown, SourceUnreadable.
   */
  async execute(input: { folder: string; caller: Caller }): Promise<{ importId: string }> {
    const { folder, caller } = input;
    const { fingerprint, perimeter, datedOn } = await this.source.inventory(
      this.dropFolder.pathOf(folder),
    );
    const { importId, created } = await this.commands.attempt(
      {
        operation: 'StartImport',
        action: 'import.started',
        request: { fingerprint },
        caller,
        refused: { subject: fingerprint },
      },
      async (tx, startedOn) => {
        const wanted = { folder, fingerprint, source: perimeter, datedOn, startedOn };
        await this.imports.lockFolders(tx);
        // It may have gone with an import of the same files since we looked into it.
        if (!(await this.dropFolder.has(folder))) throw new FolderUnknown();
        const added = await this.imports.findOrAdd(tx, wanted);
        if (added.created) {
          await audit(tx, {
            ...whoAndWhen(caller, startedOn),
            action: 'import.started',
            subject: added.importId,
            restsOn: fingerprint,
          });
        }
        return added;
      },
    );
    // One that has ended reads them no more.
    if (!created) await this.files.remove(folder);
    this.worker.wake();
    return { importId };
  }
}
