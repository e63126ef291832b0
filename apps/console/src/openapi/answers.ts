import { z } from 'zod';
import { roles } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import type { JournalController } from '../journal/journal.controller.js';
import type { CoordinationController } from '../members/coordination.controller.js';
import type { InvoicesController } from '../members/invoices.controller.js';
import type { MembersController } from '../members/members.controller.js';
import type { SupplierController } from '../members/supplier.controller.js';
import type { SessionController } from '../sessions/session.controller.js';
import type { SupportController } from '../support/support.controller.js';

/**
 * The shapes of answers, for people who call the API. The compiler holds each against what the
 * route returns (`satisfies`): a field that is not described, or whose type is another, does not
 * compile here.
 */
type AnswerOf<Method extends (...args: never[]) => unknown> = z.ZodType<
  AsJson<Awaited<ReturnType<Method>>>
>;

/** As it travels: a date is text, what is undefined is left out. */
type AsJson<T> = T extends LocalDate
  ? string
  : T extends readonly (infer Item)[]
    ? AsJson<Item>[]
    : T extends object
      ? { [K in keyof T as undefined extends T[K] ? never : K]: AsJson<T[K]> } & {
          [K in keyof T as undefined extends T[K] ? K : never]?: AsJson<Exclude<T[K], undefined>>;
        }
      : T;

const text = z.string();
const count = z.number().int();
const day = z
  .string()
  .regex(/^(\d{4}-\d{2}-\d{2})?$/)
  .meta({ description: 'AAAA-MM-JJ; empty where there is none' });
const cents = z
  .string()
  .regex(/^-?\d+$/)
  .meta({ description: 'Integer cents, as text' });
const nextCursor = text.meta({ description: 'Of the next page; empty on the last' });
const period = z
  .object({ startsOn: day, endsOn: day })
  .meta({ description: 'Half-open: endsOn is the first day after' });
const document = z.object({ title: text, datedOn: day, sha256: text });

export const session = z.object({
  userId: text,
  name: text,
  roles: z.array(z.enum(roles)),
  organisationId: text.optional(),
  uais: z.array(text),
  markets: z.array(text),
  csrfToken: text.meta({ description: 'To be sent as x-csrf-token with every POST' }),
  today: day.nullable().meta({ description: 'The business day; null before the first' }),
}) satisfies AnswerOf<SessionController['session']>;
export const loggedOut = z.object({ redirectTo: text }) satisfies AnswerOf<
  SessionController['logout']
>;

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

const timeline = z.object({
  itemCode: text,
  commitment: count,
  ordered: z.array(z.object({ from: day, quantity: count })),
});
export const dashboard = z.object({
  membership,
  on: day,
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
      kind: z.enum(['SEATS_MISSING', 'INVOICE_TO_CHECK']),
      subject: text,
      title: text,
      message: text,
    }),
  ),
}) satisfies AnswerOf<MembersController['dashboard']>;

const order = z.object({
  orderId: text,
  number: text,
  kind: text,
  status: text,
  signedOn: day,
  lines: z.array(z.object({ itemCode: text, effectiveFrom: day, delta: count })),
  restsOn: z.array(z.object({ kind: text, title: text, datedOn: day })),
});
export const orders = z.object({ orders: z.array(order), nextCursor }) satisfies AnswerOf<
  MembersController['orders']
>;
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
    }),
  ),
  after: z.array(timeline),
}) satisfies AnswerOf<MembersController['preview']>;
export const signedOrder = z.object({
  order: order.optional(),
  warnings: z.array(text),
}) satisfies AnswerOf<MembersController['sign']>;

const invoiceSummary = z.object({
  invoiceId: text,
  membershipId: text,
  period,
  revision: count,
  status: text,
  number: text,
  issuedOn: day,
  dueOn: day,
  contestableUntil: day,
  netCents: cents,
  vatCents: cents,
  totalCents: cents,
});
export const invoices = z.object({
  invoices: z.array(invoiceSummary),
  nextCursor,
}) satisfies AnswerOf<MembersController['invoices']>;
export const invoice = z.object({
  summary: invoiceSummary,
  lines: z.array(
    z.object({
      line: count,
      label: text,
      kind: text,
      period,
      accountDays: count,
      quantity: count,
      days: count,
      daysInContractYear: count,
      unitPriceTenThousandths: count,
      vatBasisPoints: count,
      netCents: cents,
    }),
  ),
  vatTotals: z.array(z.object({ vatBasisPoints: count, netCents: cents, vatCents: cents })),
}) satisfies AnswerOf<InvoicesController['show']>;
export const explanation = z.object({
  lines: z.array(
    z.object({
      line: count,
      sentences: z.array(text),
      commitment: count,
      orders: z.array(
        z.object({
          number: text,
          signedOn: day,
          effectiveFrom: day,
          delta: count,
          orderedAfter: count,
        }),
      ),
      annexe2: document.optional(),
    }),
  ),
}) satisfies AnswerOf<InvoicesController['explanation']>;

const place = z.object({
  profile: text,
  uai: text,
  schoolName: text,
  commune: text,
  classLabel: text,
  level: text,
  startsOn: day,
  endsOn: day.nullable(),
});
const relative = z.object({ personId: text, displayName: text });
const person = z.object({
  personId: text,
  displayName: text,
  birthDate: day.nullable(),
  places: z.array(place),
  accounts: z.array(
    z.object({
      accountId: text,
      profile: text,
      state: text,
      stateInWords: text,
      nextStep: text,
      since: day,
      uai: text,
      login: text,
      wayIn: text,
      waitingRank: count,
      failureCode: text,
    }),
  ),
  guardianCount: count,
  childCount: count,
  guardians: z.array(relative),
  children: z.array(relative),
  masked: z.array(text).meta({ description: 'Fields hidden from this visitor (SUP-1)' }),
});
export const people = z.object({ people: z.array(person), nextCursor }) satisfies AnswerOf<
  SupportController['search']
>;
export const personPage = z.object({
  person,
  fresh: z.boolean(),
  mayReadHistory: z.boolean(),
}) satisfies AnswerOf<SupportController['person']>;
export const accountHistory = z.object({
  transitions: z.array(
    z.object({
      sequence: count,
      fromState: text,
      toState: text,
      inWords: text,
      effectiveOn: day,
      cause: text,
      uai: text,
      recordedAt: text,
      decidedBy: text,
      reason: text,
    }),
  ),
}) satisfies AnswerOf<SupportController['history']>;
export const decidedAccount = z.object({
  accountId: text,
  state: text,
  stateInWords: text,
}) satisfies AnswerOf<SupportController['decide']>;
export const schools = z.object({
  schools: z.array(z.object({ uai: text, name: text, commune: text, postalCode: text })),
}) satisfies AnswerOf<SupportController['schools']>;

export const journal = z.object({
  looks: z.array(
    z.object({
      id: text,
      recordedAt: text,
      userId: text,
      userName: text,
      roles: z.array(text),
      action: text,
      reason: text,
      ticket: text.nullable(),
      subjects: z.array(text),
    }),
  ),
  nextCursor,
}) satisfies AnswerOf<JournalController['list']>;
export const verification = z.object({
  lines: count,
  broken: z.array(text).meta({ description: 'Ids of lines whose chain does not hold' }),
}) satisfies AnswerOf<JournalController['verify']>;
