import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { UploadFiles, type UploadPiece } from './upload-files.js';
import { Uploads } from './uploads.pg.js';

/** The next piece of a file of an upload. */
@Injectable()
export class SendUpload {
  constructor(
    private readonly uploads: Uploads,
    private readonly files: UploadFiles,
  ) {}

  /** Throws UploadUnknown, UploadFileRefused, UploadOutOfOrder, UploadBeyondLimit. */
  async execute(
    uploadId: string,
    piece: UploadPiece,
    caller: Caller,
  ): Promise<{ received: number }> {
    const upload = await this.uploads.toGoOn(uploadId, caller);
    return { received: await this.files.write(upload, piece) };
  }
}
