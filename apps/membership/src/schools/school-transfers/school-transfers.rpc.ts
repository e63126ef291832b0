import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type {
  AcceptSchoolTransferRequest,
  CloseSchoolTransferRequest,
  ListSchoolTransfersRequest,
  PreviewSchoolTransferRequest,
  TransferSchoolsRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { type Caller, CurrentCaller } from '#libs/identity';
import {
  fromLines,
  requiredKey,
  seatsConfirmed,
  toOrderMessage,
} from '../../orders/ledger/orders.module.js';
import { AcceptTransfer } from './accept-transfer.js';
import { CloseTransfer } from './close-transfer.js';
import { PreviewTransfer } from './preview-transfer.js';
import { fromTerms, toPreviewMessage, toTransferMessage } from './school-transfers.dto.js';
import { TransferSchools } from './transfer-schools.js';
import { ViewTransfers } from './view-transfers.js';

@Controller()
export class SchoolTransfersRpc {
  constructor(
    private readonly previewUseCase: PreviewTransfer,
    private readonly transferUseCase: TransferSchools,
    private readonly acceptUseCase: AcceptTransfer,
    private readonly closeUseCase: CloseTransfer,
    private readonly views: ViewTransfers,
  ) {}

  @GrpcMethod('SchoolService', 'PreviewSchoolTransfer')
  async previewSchoolTransfer(
    @Payload() { terms, transferId, lines }: PreviewSchoolTransferRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const preview = await this.previewUseCase.execute({
      terms: transferId === '' ? fromTerms(terms) : undefined,
      transferId,
      lines: fromLines(lines),
      caller,
    });
    return toPreviewMessage(preview);
  }

  @GrpcMethod('SchoolService', 'TransferSchools')
  async transferSchools(
    @Payload() { idempotencyKey, terms, propose }: TransferSchoolsRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const transferId = await this.transferUseCase.execute({
      idempotencyKey: requiredKey(idempotencyKey),
      terms: fromTerms(terms),
      propose,
      caller,
    });
    return { transfer: await this.shown(transferId, caller) };
  }

  @GrpcMethod('SchoolService', 'AcceptSchoolTransfer')
  async acceptSchoolTransfer(
    @Payload() request: AcceptSchoolTransferRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const { transferId } = request;
    const { order } = await this.acceptUseCase.execute({
      idempotencyKey: requiredKey(request.idempotencyKey),
      transferId,
      lines: fromLines(request.lines),
      confirmedSeatsMissing: seatsConfirmed(request.confirmedSeatsMissing),
      caller,
    });
    return {
      transfer: await this.shown(transferId, caller),
      ...(order ? { order: toOrderMessage(order.order) } : {}),
      warnings: [...(order?.warnings ?? [])],
    };
  }

  @GrpcMethod('SchoolService', 'CloseSchoolTransfer')
  async closeSchoolTransfer(
    @Payload() { idempotencyKey, transferId }: CloseSchoolTransferRequest,
    @CurrentCaller() caller: Caller,
  ) {
    await this.closeUseCase.execute({
      idempotencyKey: requiredKey(idempotencyKey),
      transferId,
      caller,
    });
    return { transfer: await this.shown(transferId, caller) };
  }

  @GrpcMethod('SchoolService', 'ListSchoolTransfers')
  async listSchoolTransfers(
    @Payload() { marketCode, status, membershipId, page }: ListSchoolTransfersRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const limit = pageLimitOf(page?.limit);
    const cursor = decodeCursor(page?.cursor, 2);
    const after = cursor && ([String(cursor[0]), String(cursor[1])] as const);
    const asked = { marketCode, status, membershipId, after, limit, caller };
    const found = await this.views.list(asked);
    const { rows, nextCursor } = pageOf(found, limit, (row) => [row.effectiveOn, row.transferId]);
    return { transfers: rows.map(toTransferMessage), page: { nextCursor } };
  }

  private async shown(transferId: string, caller: Caller) {
    return toTransferMessage(await this.views.find({ transferId, caller }));
  }
}
