import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Documents } from '../documents/documents.module.js';
import { ChangeOrganisationFile, type FileChange } from './change-organisation-file.js';
import { checkSignatory, type Signatory } from './domain/organisation.js';
import { OrganisationFiles } from './organisation-files.pg.js';

/** Who may sign for the organisation from a day on (ADH-1). */
@Injectable()
export class RecordSignatory {
  constructor(
    private readonly change: ChangeOrganisationFile,
    private readonly files: OrganisationFiles,
    private readonly documents: Documents,
  ) {}

  /** Throws what a change throws, SignatoryInvalid, DocumentUnknown. */
  execute(
    input: FileChange & { signatory: Omit<Signatory, 'signatoryId'> },
  ): Promise<{ signatoryId: string; version: number }> {
    const { signatory, organisationId, marketCode, caller } = input;
    const { name: _name, ...withoutName } = signatory;
    return this.change.execute(
      input,
      { operation: 'RecordSignatory', action: 'signatory.recorded' },
      withoutName,
      async (tx, today) => {
        checkSignatory(signatory);
        const { delegationDocumentId } = signatory;
        if (delegationDocumentId !== undefined) {
          const owner = { organisationId, marketCode };
          await this.documents.reference(delegationDocumentId, owner, tx);
        }
        const signatoryId = randomUUID();
        const recorded = { recordedBy: caller.userId, recordedOn: today };
        await this.files.addSignatory(tx, organisationId, {
          ...signatory,
          ...recorded,
          signatoryId,
        });
        return { signatoryId };
      },
    );
  }
}
