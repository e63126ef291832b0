import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { ImportFiles } from '../import-files.js';
import { StartImport } from '../start-import.js';
import { UploadFiles } from './upload-files.js';
import { Uploads } from './uploads.pg.js';

/** All files have come: they are imported, or nothing of them stays. */
@Injectable()
export class CompleteUpload {
  constructor(
    private readonly uploads: Uploads,
    private readonly files: UploadFiles,
    private readonly importFiles: ImportFiles,
    private readonly startImport: StartImport,
  ) {}

  /** The same files of a source, of the same day, are the same import, unless it was refused. Throws UploadUnknown, UploadIncomplete, and what StartImport throws. */
  async execute(uploadId: string, caller: Caller): Promise<{ importId: string }> {
    const upload = await this.uploads.toGoOn(uploadId, caller);
    const { sourceCode, datedOn, uai, planOnly, ownSchool } = upload;
    // The folders around do not go meanwhile.
    const folder = await this.importFiles.inTurn(() => this.files.layDown(upload));
    try {
      return await this.startImport.execute({
        ...{ folder, sourceCode, caller, planOnly, ownSchool },
        ...(datedOn ? { datedOn } : {}),
        ...(uai ? { uai } : {}),
      });
    } catch (error) {
      await this.importFiles.remove(folder);
      throw error;
    } finally {
      await this.uploads.remove(uploadId);
    }
  }
}
