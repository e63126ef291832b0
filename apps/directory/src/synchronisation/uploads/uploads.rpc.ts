import { Controller } from '@nestjs/common';
import {
  type BeginUploadRequest,
  type CancelUploadRequest,
  type CompleteUploadRequest,
  DirectoryService,
  type SendUploadRequest,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { BeginUpload } from './begin-upload.js';
import { CancelUpload } from './cancel-upload.js';
import { CompleteUpload } from './complete-upload.js';
import { SendUpload } from './send-upload.js';

@Controller()
export class UploadsRpc {
  constructor(
    private readonly beginUpload: BeginUpload,
    private readonly sendUpload: SendUpload,
    private readonly completeUpload: CompleteUpload,
    private readonly cancelUpload: CancelUpload,
  ) {}

  @Answers(DirectoryService.method.beginUpload)
  begin({ source: sourceCode, ...asked }: BeginUploadRequest, caller: Caller) {
    const { uai, datedOn, planOnly, bytes } = asked;
    return this.beginUpload.execute({ sourceCode, uai, datedOn, planOnly, bytes, caller });
  }

  @Answers(DirectoryService.method.sendUpload)
  send({ uploadId, ...piece }: SendUploadRequest, caller: Caller) {
    return this.sendUpload.execute(uploadId, piece, caller);
  }

  @Answers(DirectoryService.method.completeUpload)
  complete({ uploadId }: CompleteUploadRequest, caller: Caller) {
    return this.completeUpload.execute(uploadId, caller);
  }

  @Answers(DirectoryService.method.cancelUpload)
  async cancel({ uploadId }: CancelUploadRequest, caller: Caller) {
    await this.cancelUpload.execute(uploadId, caller);
    return {};
  }
}
