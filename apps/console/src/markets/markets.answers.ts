import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { MarketsController } from './markets.controller.js';

const changes = z.array(
  z.object({
    path: text,
    before: text.meta({ description: 'In JSON; empty where there was nothing' }),
    after: text,
  }),
);
const document = z.object({ kind: text, title: text, datedOn: day, sha256: text }).nullable();
const planned = z.object({
  planned: day,
  actual: day.meta({ description: 'Empty until it is fixed (art. 6)' }),
});

export const markets = z.object({
  markets: z.array(
    z.object({
      code: text,
      title: text,
      effectiveOn: day,
      endsOn: day.meta({ description: 'First day out of force' }),
      effectiveOnIsFixed: z.boolean(),
      version: count,
      inForce: z.boolean().meta({ description: 'It changes by a signed amendment only (MKT-6)' }),
    }),
  ),
  nextCursor,
}) satisfies AnswerOf<MarketsController['list']>;

export const marketSchema = z.record(text, z.unknown()).meta({
  description: 'JSON Schema (2020-12) of the file of a market',
}) satisfies AnswerOf<MarketsController['schema']>;

export const market = z.object({
  code: text,
  title: text,
  version: count,
  sha256: text,
  inForce: z.boolean(),
  notification: planned,
  effective: planned,
  endsOn: day,
  terms: z.record(text, z.unknown()).meta({ description: 'As the file says them' }),
}) satisfies AnswerOf<MarketsController['show']>;

export const marketVersions = z.object({
  versions: z.array(
    z.object({
      version: count,
      sha256: text,
      cause: text.meta({ description: 'LOADED, DATE_FIXED, AMENDED' }),
      recordedBy: text,
      recordedOn: day,
      amendmentNumber: text,
      document,
      changes,
    }),
  ),
  nextCursor,
}) satisfies AnswerOf<MarketsController['versions']>;

export const marketDue = z.object({
  today: day,
  due: z.array(
    z.object({
      kind: text.meta({
        description:
          'ADHESION_DEADLINE, TENDER_EARLIEST, NOTIFICATION, EFFECTIVE, CONTRACT_YEAR, WITHDRAWAL_OPENS, WITHDRAWAL_LAST_DAY, LOCK_IN_ENDS, AMENDMENT, LAST_DAY, END',
      }),
      on: day,
      certainty: text.meta({ description: 'PLANNED, ACTUAL' }),
      daysLeft: count.meta({
        description: 'Negative for a planned date that has passed without being fixed',
      }),
      detail: text.meta({ description: 'Number of the contract year or of the amendment' }),
    }),
  ),
}) satisfies AnswerOf<MarketsController['due']>;

const amendment = z.object({
  amendmentId: text.meta({ description: 'Empty after a dry run' }),
  number: text,
  signedOn: day,
  effectiveOn: day,
  document,
  changes,
  recordedBy: text,
  recordedOn: day,
  version: count.meta({ description: 'That it made; 0 until its day comes' }),
});
export const amendments = z.object({
  amendments: z.array(amendment),
  nextCursor,
}) satisfies AnswerOf<MarketsController['amendments']>;
export const recordedAmendment = z.object({ amendment: amendment.nullable() }) satisfies AnswerOf<
  MarketsController['amend']
>;

export const loadedMarket = z.object({
  marketCode: text,
  mistakes: z.array(text).meta({ description: 'All of them, each as `path: what is wrong`' }),
  changes,
  written: z.boolean(),
  version: count,
  refusalCode: text.meta({ description: 'What a real run would be refused for; empty: nothing' }),
  refusal: text,
}) satisfies AnswerOf<MarketsController['load']>;
