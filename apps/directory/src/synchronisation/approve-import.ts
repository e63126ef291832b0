import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { approvalReason } from './domain/approval-reason.js';
import { approve } from './domain/directory-import.js';
import { ImportWorker } from './import-worker.js';
import { Imports } from './imports.pg.js';

/** Releases the brake for one import (DIR-3). */
@Injectable()
export class ApproveImport {
  constructor(
    private readonly commands: Commands,
    private readonly imports: Imports,
    private readonly worker: ImportWorker,
  ) {}

  /** Throws ApprovalReasonInvalid, ImportUnknown, ImportNotHeld. */
  async execute(input: { importId: string; reason: string; caller: Caller }): Promise<void> {
    const { importId, caller } = input;
    const reason = approvalReason(input.reason);
    await this.commands.run(
      { operation: 'ApproveImport', action: 'import.approved', subject: importId },
      { reason, caller },
      async (tx) => {
        const state = approve(await this.imports.stateForUpdate(tx, importId));
        await this.imports.decide(tx, importId, state, caller.userId);
        return {};
      },
    );
    this.worker.wake();
  }
}
