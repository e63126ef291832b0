import { Controller } from '@nestjs/common';
import {
  type ChangeBillingContactsRequest,
  type EndSignatoryRequest,
  type GetOrganisationFileRequest,
  type ListChorusProRequest,
  OrganisationService,
  type RecordSignatoryRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ChangeBillingContacts } from './change-billing-contacts.js';
import type { FileChange } from './change-organisation-file.js';
import { EndSignatory } from './end-signatory.js';
import { fromContacts, fromEnd, fromSignatory } from './organisation-files.dto.js';
import { RecordSignatory } from './record-signatory.js';
import { ViewOrganisationFile } from './view-organisation-file.js';

@Controller()
export class OrganisationFilesRpc {
  constructor(
    private readonly files: ViewOrganisationFile,
    private readonly recordSignatoryUseCase: RecordSignatory,
    private readonly endSignatoryUseCase: EndSignatory,
    private readonly changeBillingContactsUseCase: ChangeBillingContacts,
  ) {}

  @Answers(OrganisationService.method.getOrganisationFile)
  getOrganisationFile(request: GetOrganisationFileRequest, caller: Caller) {
    return this.file(request, caller);
  }

  @Answers(OrganisationService.method.recordSignatory)
  async recordSignatory(request: RecordSignatoryRequest, caller: Caller) {
    const input = { ...fromSignatory(request), caller };
    const { signatoryId } = await this.recordSignatoryUseCase.execute(input);
    return { signatoryId, ...(await this.file(request, caller)) };
  }

  @Answers(OrganisationService.method.endSignatory)
  async endSignatory(request: EndSignatoryRequest, caller: Caller) {
    await this.endSignatoryUseCase.execute({ ...fromEnd(request), caller });
    return this.file(request, caller);
  }

  @Answers(OrganisationService.method.changeBillingContacts)
  async changeBillingContacts(request: ChangeBillingContactsRequest, caller: Caller) {
    await this.changeBillingContactsUseCase.execute({ ...fromContacts(request), caller });
    return this.file(request, caller);
  }

  @Answers(OrganisationService.method.listChorusPro)
  async listChorusPro(
    { marketCode, organisationId, ...page }: ListChorusProRequest,
    caller: Caller,
  ) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'rowId'],
      (part) => this.files.chorusProEntries({ marketCode, organisationId, ...part, caller }),
      ({ validFrom, entryId }) => [validFrom, entryId],
    );
    return { entries: rows, nextCursor };
  }

  /** As it stands after a change: people go on from it. */
  private async file(
    { marketCode, organisationId }: Pick<FileChange, 'marketCode' | 'organisationId'>,
    caller: Caller,
  ) {
    return { file: await this.files.find({ marketCode, organisationId, caller }) };
  }
}
