import { Controller } from '@nestjs/common';
import {
  CorrectionService,
  plain,
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
      ...plain(request),
      idempotencyKey: requiredKey(request.idempotencyKey),
      lines: fromLines(request.lines),
      reason: request.reason as CorrectionReason,
      caller,
    });
    return { order: toOrderMessage(order), ledgerHead, warnings };
  }

  @Answers(CorrectionService.method.previewCorrection)
  async preview(request: PreviewCorrectionRequest, caller: Caller) {
    const lines = fromLines(request.lines);
    const asked = { ...plain(request), lines, kind: 'CORRECTION', caller } as const;
    return toPreviewResponse(await this.previewOrder.execute(asked));
  }
}
