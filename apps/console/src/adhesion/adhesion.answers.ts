import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { DocumentsController } from './documents.controller.js';

export const document = z.object({
  documentId: text,
  kind: text,
  title: text,
  datedOn: day,
  fileName: text,
  mediaType: text,
  size: count.meta({ description: 'Bytes' }),
  sha256: text,
  marketCode: text,
  organisationId: text,
  membershipId: text,
  uploadedOn: day,
}) satisfies AnswerOf<DocumentsController['show']>;
export const documents = z.object({
  documents: z.array(document),
  nextCursor,
}) satisfies AnswerOf<DocumentsController['list']>;
