import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { DirectorySource } from '../sources/directory.reader.js';
import { DropFolder } from './drop-folder.js';
import { ImportWorker } from './import-worker.js';
import { Imports } from './imports.repository.js';

@Injectable()
export class StartImport {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly imports: Imports,
    private readonly source: DirectorySource,
    private readonly dropFolder: DropFolder,
    private readonly businessDate: BusinessDate,
    private readonly worker: ImportWorker,
  ) {}

  /** The same folder with the same content is the same import, so a repeated call is harmless. Throws FolderUnknown, SourceUnreadable. */
  async execute({
    folder,
    startedBy,
  }: {
    folder: string;
    startedBy: string;
  }): Promise<{ importId: string }> {
    const { fingerprint, perimeter, datedOn } = await this.source.inventory(
      this.dropFolder.pathOf(folder),
    );
    const { importId } = await this.unitOfWork.run(async (tx) => {
      const startedOn = await this.businessDate.today(tx);
      const wanted = { folder, fingerprint, source: perimeter, datedOn, startedOn };
      const added = await this.imports.findOrAdd(tx, wanted);
      if (added.created) {
        await audit(tx, {
          actor: startedBy,
          action: 'import.started',
          subject: added.importId,
          restsOn: fingerprint,
          businessDate: startedOn,
        });
      }
      return added;
    });
    this.worker.wake();
    return { importId };
  }
}
