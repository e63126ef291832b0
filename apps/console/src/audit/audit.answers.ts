import { z } from 'zod';
import { AuditEntrySchema } from '#libs/contracts';
import { answerShapeOf } from '#libs/http';
import { nextCursor, text, type AnswerOf } from '../answers.js';
import type { AuditController } from './audit.controller.js';

export const auditEntries = z.object({
  entries: z.array(
    z.object({
      ...answerShapeOf(AuditEntrySchema),
      actorName: text,
      carrierName: text,
      schoolNames: z.array(text).meta({ description: 'Of the schools that it is about, if any' }),
    }),
  ),
  nextCursor,
}) satisfies AnswerOf<AuditController['ofMarket']>;
