import { Injectable } from '@nestjs/common';
import type { LocalDate } from '#libs/time';
import { ChangeOrganisationFile, type FileChange } from './change-organisation-file.js';
import { checkSignatory, SignatoryUnknown } from './domain/organisation.js';
import { OrganisationFiles } from './organisation-files.pg.js';

/** From a day on somebody does not sign for the organisation any more. */
@Injectable()
export class EndSignatory {
  constructor(
    private readonly change: ChangeOrganisationFile,
    private readonly files: OrganisationFiles,
  ) {}

  /** Throws what a change throws, SignatoryUnknown, SignatoryInvalid. */
  execute(
    input: FileChange & { signatoryId: string; endsOn: LocalDate },
  ): Promise<{ version: number }> {
    const { signatoryId, endsOn, organisationId } = input;
    return this.change.execute(
      input,
      { operation: 'EndSignatory', action: 'signatory.ended' },
      { signatoryId, endsOn },
      async (tx) => {
        const signatory = await this.files.signatory(tx, organisationId, signatoryId);
        if (!signatory) throw new SignatoryUnknown('Ce signataire n’est pas de cette fiche.');
        checkSignatory({ ...signatory, endsOn });
        await this.files.endSignatory(tx, signatoryId, endsOn);
        return {};
      },
    );
  }
}
