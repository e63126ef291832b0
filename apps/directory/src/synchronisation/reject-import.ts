import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { approvalReason } from './domain/approval-reason.js';
import { reject } from './domain/directory-import.js';
import { ImportFiles } from './import-files.js';
import { Imports } from './imports.pg.js';

/** Ends an import that the brake holds: nothing of it is kept, its files neither, and the same ones are not tried again (DIR-3). */
@Injectable()
export class RejectImport {
  constructor(
    private readonly commands: Commands,
    private readonly imports: Imports,
    private readonly files: ImportFiles,
  ) {}

  /** Throws ApprovalReasonInvalid, ImportUnknown, ImportNotHeld. */
  async execute(input: { importId: string; reason: string; caller: Caller }): Promise<void> {
    const { importId, caller } = input;
    const reason = approvalReason(input.reason);
    await this.commands.run(
      { operation: 'RejectImport', action: 'import.rejected', subject: importId },
      { reason, caller },
      async (tx) => {
        const state = reject(await this.imports.stateForUpdate(tx, importId));
        await this.imports.decide(tx, importId, state, caller.userId);
        return {};
      },
    );
    await this.files.remove((await this.imports.get(importId)).folder);
  }
}
