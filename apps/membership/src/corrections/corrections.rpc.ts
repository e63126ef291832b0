import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { PreviewCorrectionRequest, RecordCorrectionRequest } from '#libs/contracts';
import { type Caller, CurrentCaller } from '#libs/identity';
import {
  fromLines,
  PreviewOrder,
  requiredKey,
  seatsConfirmed,
  toOrderMessage,
  toPreviewResponse,
} from '../orders/ledger/orders.module.js';
import { fromReason } from './corrections.dto.js';
import { RecordCorrection } from './record-correction.js';

@Controller()
export class CorrectionsRpc {
  constructor(
    private readonly recordCorrection: RecordCorrection,
    private readonly previewOrder: PreviewOrder,
  ) {}

  @GrpcMethod('CorrectionService', 'RecordCorrection')
  async record(@Payload() request: RecordCorrectionRequest, @CurrentCaller() caller: Caller) {
    const { order, ledgerHead, warnings } = await this.recordCorrection.execute({
      idempotencyKey: requiredKey(request.idempotencyKey),
      membershipId: request.membershipId,
      lines: fromLines(request.lines),
      reason: fromReason(request.reason),
      documentId: request.documentId,
      confirmedSeatsLost: seatsConfirmed(request.confirmedSeatsLost),
      caller,
    });
    return { order: toOrderMessage(order), ledgerHead, warnings: [...warnings] };
  }

  @GrpcMethod('CorrectionService', 'PreviewCorrection')
  async preview(@Payload() request: PreviewCorrectionRequest, @CurrentCaller() caller: Caller) {
    const { membershipId } = request;
    const lines = fromLines(request.lines);
    const preview = await this.previewOrder.execute({
      membershipId,
      lines,
      kind: 'CORRECTION',
      caller,
    });
    return toPreviewResponse(preview);
  }
}
