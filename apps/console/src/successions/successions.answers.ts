import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { SuccessionsController } from './successions.controller.js';

export const succession = z.object({
  successionId: text,
  groupId: text.meta({ description: 'Carried out together or not at all' }),
  market: text,
  kind: text.meta({ description: 'FULL, PARTIAL' }),
  effectiveOn: day.meta({ description: 'First day under the successor' }),
  status: text.meta({ description: 'PLANNED, CARRIED_OUT, CANCELLED, BLOCKED' }),
  predecessorMembershipId: text,
  predecessorName: text,
  successorOrganisationId: text,
  successorName: text,
  successorMembershipId: text.meta({ description: 'Empty until it is carried out' }),
  successorCreated: z.boolean().meta({ description: 'It became a member by this succession' }),
  document: z.object({ kind: text, title: text, datedOn: day, sha256: text }),
  movedLines: z.array(
    z.object({ line: count, beneficiary: text, itemCode: text, quantity: count }),
  ),
  schools: z.array(text).meta({ description: 'UAI' }),
  moved: z
    .array(z.object({ itemCode: text, commitment: count, ordered: count }))
    .meta({ description: 'What passed on the day' }),
  plannedOn: day,
  decidedOn: day,
  reasonCode: text,
  reason: text.meta({ description: 'Why it was cancelled or blocked' }),
  predecessorOrderId: text,
  successorOrderIds: z.array(text),
}) satisfies AnswerOf<SuccessionsController['show']>;

const side = z.object({
  commitmentBefore: count,
  commitmentAfter: count,
  orderedBefore: count,
  orderedAfter: count,
  seatsHeld: count,
});
export const successionPreview = z.object({
  refusalCode: text.meta({ description: 'Empty where it would be accepted as things stand' }),
  refusal: text,
  items: z.array(
    z.object({
      itemCode: text,
      label: text,
      commitmentMoved: count,
      orderedMoved: count,
      least: count,
      most: count.meta({ description: 'The bounds of the quantity that passes' }),
      predecessor: side,
      successor: side,
      seatsMoving: count,
      seatsMissing: count,
    }),
  ),
  schools: z.array(text),
  createsMembership: z.boolean(),
  seatsKnown: z.boolean().meta({ description: 'False: provisioning did not answer' }),
}) satisfies AnswerOf<SuccessionsController['preview']>;

export const plannedSuccessions = z.object({
  successions: z.array(succession),
}) satisfies AnswerOf<SuccessionsController['plan']>;

export const importedMovements = z.object({
  movements: count,
  faults: z.array(
    z.object({
      line: count.meta({ description: 'Ligne du fichier ; 0 : le fichier entier' }),
      code: text,
      message: text,
    }),
  ),
  successions: z.array(succession).meta({ description: 'Empty on a dry run' }),
}) satisfies AnswerOf<SuccessionsController['import']>;

export const successions = z.object({
  successions: z.array(succession),
  nextCursor,
}) satisfies AnswerOf<SuccessionsController['list']>;
