import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible } from '#libs/identity';
import { UnitOfWork } from '#libs/persistence';
import { DeclaredSources } from '../declared-sources/declared-sources.pg.js';
import { acceptKind } from '../domain/source-declaration.js';
import {
  mayDeliver,
  schoolUploadBytesMax,
  UploadBeyondLimit,
  uploadsOfPersonMax,
  UploadsTooMany,
} from '../domain/upload.js';
import { UploadFiles } from './upload-files.js';
import { deliversForAll, Uploads } from './uploads.pg.js';

/** Opens a way for the files of one delivery. */
@Injectable()
export class BeginUpload {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sources: DeclaredSources,
    private readonly uploads: Uploads,
    private readonly files: UploadFiles,
    private readonly bytesMax: number,
  ) {}

  /**
   * Of a head it is always looked at before it is applied. Throws SourceUndeclared, SourceDisabled, SourceMismatch,
   * NotVisible, UploadBeyondLimit, UploadsTooMany.
   */
  async execute(input: {
    sourceCode: string;
    uai: string;
    datedOn: string;
    planOnly: boolean;
    /** Announced; 0: not known. */
    bytes?: number;
    caller: Caller;
  }): Promise<{ uploadId: string }> {
    const { sourceCode, uai, datedOn, caller } = input;
    const source = await this.sources.get(sourceCode);
    const ownSchool = !deliversForAll(caller);
    if (ownSchool && !mayDeliver(caller.uais, source, uai)) throw new NotVisible();
    acceptKind(source, 'upload');
    const bytesMax = ownSchool ? schoolUploadBytesMax : this.bytesMax;
    if ((input.bytes ?? 0) > bytesMax) throw new UploadBeyondLimit(bytesMax);
    const uploadId = randomUUID();
    await this.unitOfWork.run(async (tx) => {
      if ((await this.uploads.countOf(tx, caller.userId)) >= uploadsOfPersonMax)
        throw new UploadsTooMany();
      await this.uploads.add(tx, {
        ...{ uploadId, sourceCode, uai, datedOn, ownSchool, begunBy: caller.userId },
        planOnly: input.planOnly || ownSchool,
        bytesMax,
      });
    });
    await this.files.begin(uploadId);
    return { uploadId };
  }
}
