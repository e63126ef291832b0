import { Injectable } from '@nestjs/common';
import type { LocalDate } from '#libs/time';
import { ChangeOrganisationFile, type FileChange } from './change-organisation-file.js';
import type { ChorusPro } from './domain/organisation.js';
import { OrganisationFiles } from './organisation-files.pg.js';

/** Chorus Pro data from a day on: the numéro d'engagement is usually new each civil year (ADH-1). */
@Injectable()
export class RecordChorusPro {
  constructor(
    private readonly change: ChangeOrganisationFile,
    private readonly files: OrganisationFiles,
  ) {}

  /** For a past day too: it says what should have stood there. Throws what a change throws. */
  execute(
    input: FileChange & { validFrom: LocalDate; chorusPro: ChorusPro },
  ): Promise<{ version: number }> {
    const { validFrom, chorusPro, organisationId, marketCode, caller } = input;
    const operation = { operation: 'RecordChorusPro', action: 'chorus-pro.recorded' } as const;
    return this.change.execute(
      { ...input, ...operation, request: { validFrom, ...chorusPro } },
      async (tx, today) => {
        await this.files.addChorusPro(tx, organisationId, marketCode, {
          validFrom,
          chorusPro,
          recordedBy: caller.userId,
          recordedOn: today,
        });
        return {};
      },
    );
  }
}
