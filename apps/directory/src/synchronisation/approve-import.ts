import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { approvalReason } from './domain/approval-reason.js';
import { approve, ImportUnknown } from './domain/directory-import.js';
import { ImportWorker } from './import-worker.js';
import { Imports } from './imports.repository.js';

@Injectable()
export class ApproveImport {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly imports: Imports,
    private readonly businessDate: BusinessDate,
    private readonly worker: ImportWorker,
  ) {}

  /** Releases the brake for one import (DIR-3). Throws InputInvalid, ImportUnknown, ImportNotHeld. */
  async execute(input: { importId: string; reason: string; approvedBy: string }): Promise<void> {
    const { importId, approvedBy } = input;
    const reason = approvalReason(input.reason);
    await this.unitOfWork.run(async (tx) => {
      const state = await this.imports.stateForUpdate(tx, importId);
      if (!state)
        throw new ImportUnknown('Cet import n’existe pas : consultez la liste des imports.');
      await this.imports.approve(tx, importId, approve(state), approvedBy);
      await audit(tx, {
        actor: approvedBy,
        action: 'import.approved',
        subject: importId,
        businessDate: await this.businessDate.today(tx),
        details: { reason },
      });
    });
    this.worker.wake();
  }
}
