import { z } from 'zod';
import { cents, count, day, text, type AnswerOf } from '../answers.js';
import type { CoordinationController } from './coordination.controller.js';
import type { MembersController } from './members.controller.js';
import type { SupplierController } from './supplier.controller.js';

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
  SupplierController['members']
>;
export const everyMember = z.object({
  members: z.array(supplied.extend({ margin: count, waiting: count })),
}) satisfies AnswerOf<CoordinationController['members']>;

const steps = z.array(z.object({ from: day, quantity: count }));
const timeline = z.object({
  itemCode: text,
  commitment: count,
  ordered: steps,
  committed: steps,
  margin: steps.meta({ description: 'Ordered above the commitment, from each day it changes on' }),
});
export const dashboard = z.object({
  membership,
  on: day,
  decreaseNoticeDays: count.meta({ description: 'First day of a decrease: today and these' }),
  orderLinesMax: count,
  items: z.array(
    z.object({
      itemCode: text,
      label: text,
      commitment: count,
      ordered: count,
      smallestMargin: count,
      held: count.nullable(),
      open: count.nullable(),
      waiting: count,
    }),
  ),
  timelines: z.array(timeline),
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
      kind: z.enum(['SEATS_MISSING', 'SEATS_TO_BE_LOST', 'INVOICE_TO_CHECK']),
      subject: text,
      title: text,
      message: text,
    }),
  ),
}) satisfies AnswerOf<MembersController['dashboard']>;

const amounts = z.object({ netCents: cents, vatCents: cents, totalCents: cents });
export const orderPreview = z.object({
  refusals: z.array(
    z.object({
      code: text,
      message: text,
      itemCode: text,
      firstDay: day,
      wouldBe: count,
      commitment: count,
      shortfall: count,
      maximum: count.meta({ description: 'ABOVE_MAXIMUM (ORD-6); 0 with other refusals' }),
      excess: count,
    }),
  ),
  warnings: z.array(text).meta({ description: 'How near the maximum the order comes (ORD-6)' }),
  after: z.array(timeline),
  seatsLost: z.array(z.object({ itemCode: text, held: count, lost: count })).meta({
    description: 'Holders who would lose their seat; to be confirmed when signing (PRV-7)',
  }),
  cost: z
    .object({
      invoicedUntil: day,
      isUpperBound: z.boolean(),
      horizons: z.array(
        z.object({
          name: text.meta({
            description:
              'CIVIL_YEAR: to 31 December; MEMBERSHIP: to its end. Days not yet invoiced',
          }),
          period,
          before: amounts.optional(),
          after: amounts.optional(),
          missingPrice: z.object({ label: text, firstDay: day }).optional(),
        }),
      ),
    })
    .nullable()
    .meta({ description: 'Null: refused, or billing could not say' }),
}) satisfies AnswerOf<MembersController['preview']>;
