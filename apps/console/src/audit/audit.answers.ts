import { z } from 'zod';
import { day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { AuditController } from './audit.controller.js';

export const auditEntries = z.object({
  entries: z.array(
    z.object({
      auditEntryId: text,
      recordedAt: text.meta({ description: 'Instant, UTC' }),
      businessDate: day,
      actor: text.meta({ description: 'User id; calendar or a service where nobody decided' }),
      actorName: text,
      onBehalfOf: text,
      onBehalfOfName: text,
      action: text,
      subject: text,
      subjectName: text,
      schoolNames: z.array(text).meta({ description: 'Of the schools that it is about, if any' }),
      restsOn: text.meta({ description: 'The document, letter or order: an id, number or digest' }),
      restsOnName: text.meta({ description: 'As a person calls it; empty: not kept here' }),
      details: text.meta({ description: 'JSON' }),
    }),
  ),
  nextCursor,
}) satisfies AnswerOf<AuditController['ofMarket']>;
