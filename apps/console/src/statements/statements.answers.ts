import { z } from 'zod';
import { count, day, text, type AnswerOf } from '../answers.js';
import type { StatementsController } from './statements.controller.js';

export const verification = z.object({
  verdict: text.meta({
    description:
      'GENUINE; ALTERED: not the file that was given; LEDGER_DIFFERS: given, and the ledger says otherwise now; UNKNOWN: never given',
  }),
  message: text,
  code: text.meta({ description: 'As printed' }),
  membershipId: text,
  on: day,
  differences: z.array(z.object({ line: text, stated: text, recomputed: text })),
  statement: z
    .record(text, z.unknown())
    .nullable()
    .meta({ description: 'As it was given; null where it never was' }),
  superseded: z.boolean().meta({
    description: 'Something was recorded on that day after it: another statement says more',
  }),
  ordersSince: count.meta({ description: 'Signed on that day after the statement was made' }),
  correctionsSince: count.meta({
    description: 'Recorded later, and changing what was ordered on that day (ORD-4)',
  }),
  ordersChecked: count.meta({ description: 'Orders whose hash was recomputed' }),
}) satisfies AnswerOf<StatementsController['verify']>;
