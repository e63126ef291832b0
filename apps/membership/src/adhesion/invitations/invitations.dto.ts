import type { MessageInitShape } from '@bufbuild/protobuf';
import { z } from 'zod';
import type { CampaignInvitationSchema } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';
import {
  type InvitationState,
  invitationStates,
  inviteeKinds,
  reminderChannels,
} from './domain/invitation.js';
import type { InvitationView } from './view-campaign.js';

export class InvitationFormInvalid extends defineProblem('INVITATION_FORM_INVALID', 'invalid') {}

const day = z.custom<LocalDate>((value) => typeof value === 'string' && isLocalDate(value));
const key = z.string().trim().min(1).max(200);
const id = z.string().min(1).max(100);
const letterNumber = z.string().trim().max(100);

const invite = z.object({
  idempotencyKey: key,
  marketCode: id,
  invitedOn: day,
  invitees: z
    .array(
      z.object({
        siren: z.string().transform((text) => text.replace(/\s/g, '')),
        name: z.string().trim(),
        kind: z.enum(inviteeKinds),
        insee: z.string().trim(),
        letterNumber,
      }),
    )
    .min(1)
    .max(200),
});
const list = z.object({
  idempotencyKey: key,
  marketCode: id,
  invitedOn: day,
  fileName: z.string().max(300),
  content: z.instanceof(Uint8Array),
  dryRun: z.boolean(),
});
const reminder = z.object({
  idempotencyKey: key,
  marketCode: id,
  invitationIds: z.array(id).min(1).max(200),
  reminder: z.object({ remindedOn: day, channel: z.enum(reminderChannels), letterNumber }),
});
const decline = z.object({ invitationId: id, declinedOn: day, note: z.string().trim().max(1_000) });
const state = z.union([z.literal(''), z.enum(invitationStates)]);

export function fromInvite(request: unknown) {
  const { invitees, ...rest } = parsed(invite, request);
  return { ...rest, invitees: invitees.map((invitee, index) => ({ line: index + 1, invitee })) };
}
export const fromList = (request: unknown) => parsed(list, request);
export const fromReminder = (request: unknown) => parsed(reminder, request);
export const fromDecline = (request: unknown) => parsed(decline, request);

/** Undefined: every state. */
export function fromState(text: string): InvitationState | undefined {
  return parsed(state, text) || undefined;
}

/** Throws InvitationFormInvalid with the fields. */
function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = [...new Set(result.error.issues.map(({ path }) => path.join('.') || 'state'))];
  throw new InvitationFormInvalid(`Vérifiez la demande : ${fields.join(', ')}.`, { fields });
}

export function toInvitationMessage(
  view: InvitationView,
): MessageInitShape<typeof CampaignInvitationSchema> {
  return {
    invitationId: view.invitationId,
    marketCode: view.marketCode,
    invitee: view.invitee,
    invitedOn: view.invitedOn,
    state: view.state,
    reminders: [...view.reminders],
    missing: [...(view.application?.missing ?? [])],
    reminderDue: view.isReminderDue,
    membershipId: view.application?.membershipId ?? '',
    declinedOn: view.declinedOn ?? '',
  };
}
