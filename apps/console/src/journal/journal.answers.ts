import { z } from 'zod';
import { count, nextCursor, text, type AnswerOf } from '../answers.js';
import type { JournalController } from './journal.controller.js';

export const journal = z.object({
  looks: z.array(
    z.object({
      id: text,
      recordedAt: text,
      userId: text,
      userName: text,
      roles: z.array(text),
      action: text,
      reason: text.nullable(),
      ticket: text.nullable(),
      refusal: text
        .nullable()
        .meta({ description: 'Code of the refusal; null: the data was shown' }),
      subjects: z.array(text),
      question: text
        .nullable()
        .meta({ description: 'The filter asked over LDAP, without its values' }),
    }),
  ),
  nextCursor,
  named: z
    .object({ people: count.nullable(), agents: count.nullable() })
    .meta({ description: 'How many bear the name asked for; null: no name was' }),
}) satisfies AnswerOf<JournalController['list']>;
export const subjects = z.object({
  people: z.array(z.object({ personId: text, displayName: text })),
}) satisfies AnswerOf<JournalController['subjects']>;
export const verification = z.object({
  lines: count,
  findings: z
    .array(text)
    .meta({ description: 'What is not as it was sealed, in French; empty where all is' }),
  next: text.meta({ description: 'What to do, in French; empty where nothing was found' }),
}) satisfies AnswerOf<JournalController['verify']>;
