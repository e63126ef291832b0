import { z } from 'zod';
import { cents, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { MembershipEndsController } from './membership-ends.controller.js';

const document = z.object({ title: text, datedOn: day, sha256: text });
const letter = z.object({ number: text, sentOn: day, receivedOn: day, document });
const notice = z.object({
  withdrawalId: text,
  membershipId: text,
  memberName: text,
  letter,
  takesEffectOn: day,
  recordedOn: day,
  status: text.meta({ description: 'NOTIFIED, IN_EFFECT, REVOKED, SUPERSEDED' }),
  revocation: letter.nullable(),
  revokedOn: day,
});
const reminder = z.object({
  membershipId: text,
  memberName: text,
  kind: text.meta({ description: 'FIVE_MONTHS, TWO_MONTHS, FIFTEEN_DAYS' }),
  dueOn: day,
  lastDay: day.meta({ description: 'Last day on which a notice may be sent' }),
});

export const withdrawal = z.object({
  state: text.meta({ description: 'NOT_YET, OPEN, CLOSED, NOTIFIED, ENDED, NONE' }),
  window: z
    .object({ opensOn: day, closesOn: day })
    .nullable()
    .meta({ description: 'Half-open: closesOn is the first day too late' }),
  takesEffectOn: day,
  notices: z.array(notice),
  reminders: z.array(reminder),
}) satisfies AnswerOf<MembershipEndsController['withdrawal']>;
export const recordedWithdrawal = z.object({ notice: notice.nullable() }) satisfies AnswerOf<
  MembershipEndsController['withdraw']
>;
export const revokedWithdrawal = z.object({
  notice: notice.nullable(),
  schoolsLost: z
    .array(text)
    .meta({ description: 'UAI of schools that another member has taken meanwhile' }),
}) satisfies AnswerOf<MembershipEndsController['revoke']>;
export const withdrawals = z.object({
  notices: z.array(notice),
  nextCursor,
}) satisfies AnswerOf<MembershipEndsController['everyWithdrawal']>;
export const withdrawalReminders = z.object({
  reminders: z.array(reminder),
  nextCursor,
}) satisfies AnswerOf<MembershipEndsController['reminders']>;

const exclusionOf = z.object({
  exclusionId: text,
  membershipId: text,
  memberName: text,
  ground: text.meta({ description: 'NON_PERFORMANCE' }),
  reference: text,
  court: text,
  decidedOn: day,
  effectiveOn: day,
  sumsDueCents: cents,
  document,
  recordedOn: day,
  status: text.meta({ description: 'PRONOUNCED, IN_EFFECT' }),
});
export const exclusion = z.object({ exclusion: exclusionOf.nullable() }) satisfies AnswerOf<
  MembershipEndsController['exclusion']
>;
export const exclusions = z.object({
  exclusions: z.array(exclusionOf),
  nextCursor,
}) satisfies AnswerOf<MembershipEndsController['everyExclusion']>;
