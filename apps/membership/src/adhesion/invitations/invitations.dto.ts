import {
  type InviteOrganisationsRequest,
  plain,
  type RecordReminderRequest,
} from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import type { Invitee, Reminder } from './domain/invitation.js';
import type { InvitationView } from './view-campaign.js';

// The contract's bounds hold by now: days, kinds and channels are what they should be.
export function fromInvite(request: InviteOrganisationsRequest) {
  const { invitees, ...rest } = plain(request);
  return {
    ...rest,
    invitedOn: rest.invitedOn as LocalDate,
    invitees: invitees.map((invitee, index) => ({
      line: index + 1,
      invitee: { ...invitee, siren: invitee.siren.replace(/\s/g, '') } as Invitee,
    })),
  };
}

export function fromReminder(request: RecordReminderRequest) {
  const { reminder, ...rest } = plain(request);
  return { ...rest, reminder: reminder as Reminder };
}

export const toInvitationMessage = ({
  application,
  isReminderDue,
  ...invitation
}: InvitationView) => ({ ...invitation, ...application, reminderDue: isReminderDue });
