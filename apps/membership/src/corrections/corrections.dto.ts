import { z } from 'zod';
import {
  type CorrectionReason,
  CorrectionReasonInvalid,
  correctionReasons,
} from '../orders/ledger/orders.module.js';

const reason = z.enum(correctionReasons);

/** Throws CorrectionReasonInvalid. */
export function fromReason(text: string): CorrectionReason {
  const parsed = reason.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CorrectionReasonInvalid(
    `Indiquez le motif de la correction : ${correctionReasons.join(', ')}.`,
  );
}
