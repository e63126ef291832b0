import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { SchoolTransfersController } from './school-transfers.controller.js';
import type { SchoolsController } from './schools.controller.js';

const period = z.object({ startsOn: day, endsOn: day });
const school = z.object({
  membershipId: text,
  uai: text,
  period,
  state: text.meta({ description: 'PAST, CURRENT, FUTURE; NONE: no day of it is left' }),
  insee: text,
  territoryException: text,
  exceptionDocumentId: text,
  endReason: text.meta({
    description:
      'SCHOOL_CLOSED, SCHOOLS_MERGED, MEMBER_CHOICE, COMPETENCE_LOST, RECORDING_ERROR, TRANSFER; empty: not ended by a decision about this school',
  }),
});
export const schools = z.object({ schools: z.array(school), nextCursor }) satisfies AnswerOf<
  SchoolsController['list']
>;
export const financedSchool = z.object({
  membershipId: text,
  uai: text,
  period,
}) satisfies AnswerOf<SchoolsController['finance']>;
export const endedSchool = z.object({ school: school.nullable() }) satisfies AnswerOf<
  SchoolsController['end']
>;

const transferOf = z.object({
  transferId: text,
  marketCode: text,
  fromMembershipId: text,
  fromName: text,
  toMembershipId: text,
  toName: text,
  uais: z.array(text),
  effectiveOn: day,
  document: z.object({ kind: text, title: text, datedOn: day }),
  status: text.meta({ description: 'PROPOSED, CARRIED_OUT, CANCELLED, DECLINED' }),
  proposedOn: day,
  decidedOn: day,
  seatsMissing: count.meta({ description: 'At the receiver; 0 to the giver (SUP-3)' }),
  orderId: text.meta({ description: 'The complementary order; empty to the giver' }),
});
export const transfers = z.object({
  transfers: z.array(transferOf),
  nextCursor,
}) satisfies AnswerOf<SchoolTransfersController['list']>;
export const transfer = z.object({ transfer: transferOf.nullable() }) satisfies AnswerOf<
  SchoolTransfersController['transfer']
>;
export const acceptedTransfer = z.object({
  transfer: transferOf.nullable(),
  warnings: z.array(text),
}) satisfies AnswerOf<SchoolTransfersController['accept']>;
export const transferPreview = z.object({
  refusal: z.object({ code: text, message: text }).nullable(),
  seats: z.array(
    z.object({
      itemCode: text,
      label: text,
      moving: count.meta({ description: 'Seats held in the schools that pass' }),
      held: count.meta({ description: 'By the receiver, planned arrivals included' }),
      ordered: count.meta({ description: 'The least from the day on, with the order shown' }),
      missing: count,
      leastOn: day,
    }),
  ),
  seatsMissing: count,
  warnings: z.array(text),
}) satisfies AnswerOf<SchoolTransfersController['preview']>;
