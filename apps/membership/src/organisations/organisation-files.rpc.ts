import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type {
  ChangeBillingContactsRequest,
  EndSignatoryRequest,
  GetOrganisationFileRequest,
  ListChorusProRequest,
  RecordChorusProRequest,
  RecordSignatoryRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { type Caller, CurrentCaller } from '#libs/identity';
import { ChangeBillingContacts } from './change-billing-contacts.js';
import { EndSignatory } from './end-signatory.js';
import {
  fromChorusPro,
  fromContacts,
  fromEnd,
  fromSignatory,
  toEntryMessage,
  toFileMessage,
} from './organisation-files.dto.js';
import { RecordChorusPro } from './record-chorus-pro.js';
import { RecordSignatory } from './record-signatory.js';
import { ViewOrganisationFile } from './view-organisation-file.js';

@Controller()
export class OrganisationFilesRpc {
  constructor(
    private readonly files: ViewOrganisationFile,
    private readonly recordSignatoryUseCase: RecordSignatory,
    private readonly endSignatoryUseCase: EndSignatory,
    private readonly changeBillingContactsUseCase: ChangeBillingContacts,
    private readonly recordChorusProUseCase: RecordChorusPro,
  ) {}

  @GrpcMethod('OrganisationService', 'GetOrganisationFile')
  async getOrganisationFile(
    @Payload() { marketCode, organisationId }: GetOrganisationFileRequest,
    @CurrentCaller() caller: Caller,
  ) {
    return { file: toFileMessage(await this.files.find({ marketCode, organisationId, caller })) };
  }

  @GrpcMethod('OrganisationService', 'RecordSignatory')
  recordSignatory(@Payload() request: RecordSignatoryRequest, @CurrentCaller() caller: Caller) {
    return this.recordSignatoryUseCase.execute({ ...fromSignatory(request), caller });
  }

  @GrpcMethod('OrganisationService', 'EndSignatory')
  endSignatory(@Payload() request: EndSignatoryRequest, @CurrentCaller() caller: Caller) {
    return this.endSignatoryUseCase.execute({ ...fromEnd(request), caller });
  }

  @GrpcMethod('OrganisationService', 'ChangeBillingContacts')
  changeBillingContacts(
    @Payload() request: ChangeBillingContactsRequest,
    @CurrentCaller() caller: Caller,
  ) {
    return this.changeBillingContactsUseCase.execute({ ...fromContacts(request), caller });
  }

  @GrpcMethod('OrganisationService', 'RecordChorusPro')
  recordChorusPro(@Payload() request: RecordChorusProRequest, @CurrentCaller() caller: Caller) {
    return this.recordChorusProUseCase.execute({ ...fromChorusPro(request), caller });
  }

  @GrpcMethod('OrganisationService', 'ListChorusPro')
  async listChorusPro(
    @Payload() { marketCode, organisationId, page }: ListChorusProRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const limit = pageLimitOf(page?.limit);
    const cursor = decodeCursor(page?.cursor, 2);
    const found = await this.files.chorusProEntries({
      ...{ marketCode, organisationId, limit, caller },
      ...(cursor ? { after: [String(cursor[0]), String(cursor[1])] as const } : {}),
    });
    const { rows, nextCursor } = pageOf(found, limit, ({ validFrom, entryId }) => [
      validFrom,
      entryId,
    ]);
    return { entries: rows.map(toEntryMessage), page: { nextCursor } };
  }
}
