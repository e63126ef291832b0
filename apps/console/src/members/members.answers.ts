import { z } from 'zod';
import {
  EstimateCostResponseSchema,
  GetQuantitiesResponseSchema,
  ItemTodaySchema,
  PreviewOrderResponseSchema,
} from '#libs/contracts';
import { answerSchemaOf, answerShapeOf } from '#libs/http';
import { count, day, text, type AnswerOf } from '../answers.js';
import type { MembersController } from './members.controller.js';

const period = z
  .object({ startsOn: day, endsOn: day })
  .meta({ description: 'Half-open: endsOn is the first day after' });
const document = z.object({ title: text, datedOn: day, sha256: text });

const membership = z.object({
  membershipId: text,
  name: text,
  siren: text,
  kind: text,
  marketCode: text,
  status: text,
  period,
  annexe2: document.optional(),
});
export const memberships = z.object({ memberships: z.array(membership) }) satisfies AnswerOf<
  MembersController['own']
>;
const supplied = membership.extend({ commitment: count, ordered: count });
export const suppliedMembers = z.object({ members: z.array(supplied) }) satisfies AnswerOf<
  MembersController['suppliedMembers']
>;
const late = z
  .object({ facts: count, since: day.nullable() })
  .nullable()
  .meta({ description: 'Facts wait for a decision of support; 0 and null: the reading stopped' });
export const everyMember = z.object({
  members: z.array(supplied.extend({ margin: count, waiting: count, late })),
}) satisfies AnswerOf<MembersController['everyMember']>;

const { today: _today, ...quantities } = answerShapeOf(GetQuantitiesResponseSchema);
export const dashboard = z.object({
  ...quantities,
  membership,
  items: z.array(
    z.object({
      ...answerShapeOf(ItemTodaySchema),
      held: count.nullable(),
      open: count.nullable(),
      waiting: count,
    }),
  ),
  schools: z.array(
    z.object({
      uai: text,
      name: text,
      held: count,
      open: count,
      activated: count,
      waiting: count,
    }),
  ),
  seatsFresh: z.boolean().meta({ description: 'False: seats as last told, provisioning is away' }),
  notices: z.array(
    z.object({
      kind: z.enum([
        'FIGURES_LATE',
        'SEATS_MISSING',
        'SEATS_TO_BE_LOST',
        'INVOICE_TO_CHECK',
        'MARKET_AMENDED',
        'MARKET_AGREEMENT',
        'EVENT_SKIPPED',
      ]),
      subject: text,
      title: text,
      message: text,
    }),
  ),
  agreements: z
    .array(
      z.object({
        proposalId: text,
        approvedOn: day,
        documentId: text,
        title: text,
        message: text,
      }),
    )
    .meta({ description: 'Prices and where to pay, as two persons agreed on them; newest first' }),
  skipped: z
    .array(z.object({ proposalId: text, decidedOn: day, title: text, message: text }))
    .meta({ description: 'Events that two persons passed over in some service; newest first' }),
}) satisfies AnswerOf<MembersController['dashboard']>;

export const schoolNames = z.object({
  schools: z.array(z.object({ uai: text, name: text })),
}) satisfies AnswerOf<MembersController['schoolNames']>;

export const orderPreview = z.object({
  ...answerShapeOf(PreviewOrderResponseSchema),
  cost: answerSchemaOf(EstimateCostResponseSchema)
    .nullable()
    .meta({ description: 'Null: refused, or billing could not say' }),
}) satisfies AnswerOf<MembersController['preview']>;
