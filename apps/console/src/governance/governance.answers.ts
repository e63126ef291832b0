import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { ActivityController } from './activity.controller.js';

const figures = z.array(
  z.object({ itemCode: text, label: text, commitment: count, ordered: count, margin: count }),
);
export const activity = z.object({
  on: day,
  totals: z.object({ members: count, figures, schoolsFinanced: count, ordersSigned: count }),
  members: z
    .array(
      z.object({
        membershipId: text,
        organisationName: text,
        organisationKind: text,
        status: text,
        startsOn: day,
        endsOn: day,
        figures,
        schoolsFinanced: count,
        ordersSigned: count,
        seatsHeld: count.nullable(),
        waiting: count.nullable(),
      }),
    )
    .meta({ description: 'To a member: its own memberships (SUP-3)' }),
  nextCursor,
}) satisfies AnswerOf<ActivityController['page']>;
