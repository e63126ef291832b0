import { defineProblem } from '#libs/problems';
import { daysBetween, type LocalDate, maxDate } from '#libs/time';

export class InvitationUnknown extends defineProblem('INVITATION_UNKNOWN', 'invalid') {}
export class NothingToRemind extends defineProblem('NOTHING_TO_REMIND', 'conflict') {}
export class ReminderDateInvalid extends defineProblem('REMINDER_DATE_INVALID', 'invalid') {}

export const invitationStates = [
  'INVITED',
  'REMINDED',
  'SILENT',
  'MISSING_PIECES',
  'APPLIED',
  'ACCEPTED',
  'REFUSED',
  'DECLINED',
] as const;
export type InvitationState = (typeof invitationStates)[number];

export const reminderChannels = ['LETTER', 'MAIL', 'PHONE', 'MEETING'] as const;
export type Reminder = {
  readonly remindedOn: LocalDate;
  readonly channel: (typeof reminderChannels)[number];
  readonly letterNumber: string;
};

/** An invitation and what answered it. */
export type Invitation = {
  readonly invitationId: string;
  readonly invitedOn: LocalDate;
  readonly declinedOn: LocalDate | undefined;
  /** Oldest first. */
  readonly reminders: readonly Reminder[];
  /** The organisation's newest application to the market. */
  readonly application:
    | {
        readonly membershipId: string;
        readonly status: string;
        readonly missing: readonly string[];
      }
    | undefined;
};

export type Campaign = {
  /** Last day on which an adhesion may be sent (MKT-3). */
  readonly deadline: LocalDate;
  /** Days without an answer after which a reminder is due. */
  readonly silentAfterDays: number;
};

/** Where an invitation stands on a day. Whoever declined and applies nevertheless has applied. */
export function stateOf(
  invitation: Invitation,
  campaign: Campaign,
  on: LocalDate,
): InvitationState {
  const { application, declinedOn, reminders } = invitation;
  if (application) {
    if (application.status === 'REFUSED') return 'REFUSED';
    if (application.status !== 'APPLIED') return 'ACCEPTED';
    return application.missing.length > 0 ? 'MISSING_PIECES' : 'APPLIED';
  }
  if (declinedOn !== undefined) return 'DECLINED';
  if (on > campaign.deadline || hasWaited(invitation, campaign, on)) return 'SILENT';
  return reminders.length > 0 ? 'REMINDED' : 'INVITED';
}

/** Up to the deadline: who has not answered for so many days, or sent an application that lacks something. */
export function isReminderDue(invitation: Invitation, campaign: Campaign, on: LocalDate): boolean {
  if (on > campaign.deadline || !hasWaited(invitation, campaign, on)) return false;
  return ['SILENT', 'MISSING_PIECES'].includes(stateOf(invitation, campaign, on));
}

/** Throws NothingToRemind, ReminderDateInvalid. */
export function checkReminder(
  invitation: Invitation,
  campaign: Campaign,
  { remindedOn }: Reminder,
  today: LocalDate,
): void {
  const state = stateOf(invitation, campaign, today);
  const { invitationId } = invitation;
  if (!['INVITED', 'REMINDED', 'SILENT', 'MISSING_PIECES'].includes(state)) {
    throw new NothingToRemind(
      'Cette organisation a répondu : il n’y a plus lieu de la relancer. Retirez-la de la relance.',
      { invitationId, state },
    );
  }
  if (remindedOn < invitation.invitedOn || remindedOn > today) {
    throw new ReminderDateInvalid(
      'Une relance est postérieure à l’invitation et au plus tard d’aujourd’hui.',
      { invitationId, remindedOn },
    );
  }
}

function hasWaited(
  { invitedOn, reminders }: Invitation,
  campaign: Campaign,
  on: LocalDate,
): boolean {
  const lastContact = maxDate(invitedOn, ...reminders.map(({ remindedOn }) => remindedOn));
  return daysBetween(lastContact, on) >= campaign.silentAfterDays;
}
