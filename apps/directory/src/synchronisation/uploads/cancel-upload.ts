import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { UploadFiles } from './upload-files.js';
import { Uploads } from './uploads.pg.js';

const forgottenAfterMs = 3_600_000;

/** What came of an upload goes: somebody gave it up, or nobody goes on with it. */
@Injectable()
export class CancelUpload {
  constructor(
    private readonly uploads: Uploads,
    private readonly files: UploadFiles,
  ) {}

  /** Throws UploadUnknown. */
  async execute(uploadId: string, caller: Caller): Promise<void> {
    await this.uploads.get(uploadId, caller.userId);
    await this.remove(uploadId);
  }

  /** Those to which nothing was added for an hour, as a process that died leaves them. */
  async sweep(now: Date): Promise<void> {
    const since = now.getTime() - forgottenAfterMs;
    const forgotten = await this.files.forgottenSince(since);
    for (const uploadId of forgotten) await this.remove(uploadId);
    const lying = await this.files.forgottenSince(Infinity);
    for (const uploadId of await this.uploads.begunBefore(new Date(since)))
      if (!lying.includes(uploadId)) await this.uploads.remove(uploadId);
  }

  private async remove(uploadId: string): Promise<void> {
    await this.files.remove(uploadId);
    await this.uploads.remove(uploadId);
  }
}
