import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { ActivityController } from './activity.controller.js';
import type { CommitteesController } from './committees.controller.js';
import type { ExecutionDocumentsController } from './execution-documents.controller.js';

const document = z.object({ kind: text, title: text, sha256: text, datedOn: day });
const version = count.meta({ description: 'Stands in the ETag; what If-Match names' });

// ---------------------------------------------------------------- committees (GOV-5)
const seat = z.object({
  functionTitle: text,
  organisation: text,
  organisationId: text,
  side: text.meta({ description: 'EDUCATION_NATIONALE, COLLECTIVITE, OTHER' }),
});
export const committee = z.object({
  committeeId: text,
  marketCode: text,
  kind: text.meta({ description: 'STEERING, DEPARTMENTAL' }),
  department: text,
  seats: z.array(seat).meta({ description: 'To a member: its own and those of no member (SUP-3)' }),
  seatCount: count,
  version,
}) satisfies AnswerOf<CommitteesController['show']>;
export const committees = z.object({
  committees: z.array(committee),
  nextCursor,
}) satisfies AnswerOf<CommitteesController['list']>;
export const meeting = z.object({
  meetingId: text,
  committeeId: text,
  marketCode: text,
  meetsOn: day,
  startsAt: text,
  place: text,
  agenda: z.array(text),
  status: text.meta({ description: 'PLANNED, INVITED, HELD, CANCELLED' }),
  invitations: z.array(
    z.object({
      number: count,
      seat,
      invitedOn: day,
      outcome: text.meta({ description: 'PRESENT, REPRESENTED, EXCUSED, ABSENT; empty' }),
      representedByFunction: text,
      representedByOrganisation: text,
    }),
  ),
  invited: count,
  present: count,
  represented: count,
  minutes: z.array(z.object({ documentId: text, document, recordedOn: day })),
  version,
}) satisfies AnswerOf<CommitteesController['meeting']>;
export const meetings = z.object({ meetings: z.array(meeting), nextCursor }) satisfies AnswerOf<
  CommitteesController['meetings']
>;

// ---------------------------------------------------------------- activity (GOV-1)
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
export const publishedListDecision = z.object({
  content: text.meta({ description: 'NOTHING, NAMES' }),
  decidedOn: day,
  reason: text,
}) satisfies AnswerOf<ActivityController['decide']>;
export const publishedMembers = z.object({
  decision: publishedListDecision.nullable(),
  members: z.array(z.object({ organisationName: text, organisationKind: text })),
  nextCursor,
}) satisfies AnswerOf<ActivityController['published']>;

// ---------------------------------------------------------------- documents for execution (GOV-4)
export const sent = z.object({
  sent: count,
  passedOver: count.meta({ description: 'Had it already' }),
}) satisfies AnswerOf<ExecutionDocumentsController['send']>;
export const dispatch = z.object({
  dispatchId: text,
  membershipId: text,
  organisationName: text,
  documentId: text,
  document,
  sentOn: day,
  acknowledgedOn: day,
  acknowledgedBy: text,
}) satisfies AnswerOf<ExecutionDocumentsController['acknowledge']>;
export const dispatches = z.object({
  dispatches: z.array(dispatch),
  nextCursor,
}) satisfies AnswerOf<ExecutionDocumentsController['list']>;
