import { z } from 'zod';
import { GetGroupTotalsResponseSchema, MemberActivitySchema } from '#libs/contracts';
import { answerShapeOf } from '#libs/http';
import { count, day, nextCursor, type AnswerOf } from '../answers.js';
import type { ActivityController } from './activity.controller.js';

const { on, ...totals } = answerShapeOf(GetGroupTotalsResponseSchema);
const {
  organisationId: _organisationId,
  period: _period,
  ...member
} = answerShapeOf(MemberActivitySchema);
export const activity = z.object({
  on,
  totals: z.object(totals),
  members: z
    .array(
      z.object({
        ...member,
        startsOn: day,
        endsOn: day,
        seatsHeld: count.nullable(),
        waiting: count.nullable(),
      }),
    )
    .meta({ description: 'To a member: its own memberships (SUP-3)' }),
  nextCursor,
}) satisfies AnswerOf<ActivityController['page']>;
