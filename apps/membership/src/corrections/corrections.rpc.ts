import { Controller } from '@nestjs/common';
import {
  CorrectionService,
  type PreviewCorrectionRequest,
  type RecordCorrectionRequest,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import {
  type CorrectionReason,
  fromLines,
  PreviewOrder,
  requiredKey,
  toOrderMessage,
  toPreviewResponse,
} from '../orders/ledger/orders.module.js';
import { RecordCorrection } from './record-correction.js';

@Controller()
export class CorrectionsRpc {
  constructor(
    private readonly recordCorrection: RecordCorrection,
    private readonly previewOrder: PreviewOrder,
  ) {}

  @Answers(CorrectionService.method.recordCorrection)
  async record(request: RecordCorrectionRequest, caller: Caller) {
    const { order, ledgerHead, warnings } = await this.recordCorrection.execute({
      idempotencyKey: requiredKey(request.idempotencyKey),
      membershipId: request.membershipId,
      lines: fromLines(request.lines),
      reason: request.reason as CorrectionReason,
      documentId: request.documentId,
      confirmedSeatsLost: request.confirmedSeatsLost,
      caller,
    });
    return { order: toOrderMessage(order), ledgerHead, warnings };
  }

  @Answers(CorrectionService.method.previewCorrection)
  async preview(request: PreviewCorrectionRequest, caller: Caller) {
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
