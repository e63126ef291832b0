import { Injectable } from '@nestjs/common';
import { ChangeOrganisationFile, type FileChange } from './change-organisation-file.js';
import type { BillingContact } from './domain/organisation.js';
import { OrganisationFiles } from './organisation-files.pg.js';

/** Whom the supplier asks about invoices: the whole list anew (ADH-1). */
@Injectable()
export class ChangeBillingContacts {
  constructor(
    private readonly change: ChangeOrganisationFile,
    private readonly files: OrganisationFiles,
  ) {}

  /** Throws what a change throws. The journal keeps how many, never who. */
  execute(
    input: FileChange & { contacts: readonly BillingContact[] },
  ): Promise<{ version: number }> {
    const { contacts, organisationId } = input;
    return this.change.execute(
      input,
      { operation: 'ChangeBillingContacts', action: 'billing-contacts.changed' },
      { contacts: contacts.length },
      async (tx) => {
        await this.files.replaceContacts(tx, organisationId, contacts);
        return {};
      },
    );
  }
}
