import { Controller } from '@nestjs/common';
import {
  type GetCampaignRequest,
  type ImportInvitationsRequest,
  InvitationService,
  type InviteOrganisationsRequest,
  type ListInvitationsRequest,
  plain,
  type RecordDeclineRequest,
  type RecordReminderRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import type { LocalDate } from '#libs/time';
import { ImportInvitations } from './import-invitations.js';
import type { InvitationState, Invitee, Reminder } from './domain/invitation.js';
import { InviteOrganisations } from './invite-organisations.js';
import { RecordDecline } from './record-decline.js';
import { RecordReminder } from './record-reminder.js';
import { type InvitationView, ViewCampaign } from './view-campaign.js';

@Controller()
export class InvitationsRpc {
  constructor(
    private readonly inviteOrganisationsUseCase: InviteOrganisations,
    private readonly importInvitationsUseCase: ImportInvitations,
    private readonly recordReminderUseCase: RecordReminder,
    private readonly recordDeclineUseCase: RecordDecline,
    private readonly campaign: ViewCampaign,
  ) {}

  @Answers(InvitationService.method.inviteOrganisations)
  inviteOrganisations(request: InviteOrganisationsRequest, caller: Caller) {
    return this.inviteOrganisationsUseCase.execute({ ...fromInvite(request), caller });
  }

  @Answers(InvitationService.method.importInvitations)
  async importInvitations(request: ImportInvitationsRequest, caller: Caller) {
    const answer = await this.importInvitationsUseCase.execute({
      ...plain(request),
      invitedOn: request.invitedOn as LocalDate,
      caller,
    });
    return { ...answer, faults: answer.faults.slice(0, 1_000) };
  }

  @Answers(InvitationService.method.recordReminder)
  recordReminder(request: RecordReminderRequest, caller: Caller) {
    return this.recordReminderUseCase.execute({ ...fromReminder(request), caller });
  }

  @Answers(InvitationService.method.recordDecline)
  async recordDecline({ invitationId, declinedOn, note }: RecordDeclineRequest, caller: Caller) {
    const declined = { invitationId, declinedOn: declinedOn as LocalDate, note };
    await this.recordDeclineUseCase.execute({ ...declined, caller });
    return { declinedOn };
  }

  @Answers(InvitationService.method.listInvitations)
  async listInvitations(
    { marketCode, state, dueOnly, ...page }: ListInvitationsRequest,
    caller: Caller,
  ) {
    const only = state === '' ? {} : { state: state as InvitationState };
    const { rows, nextCursor } = await readPage(
      page,
      ['text', 'text'],
      (part) => this.campaign.list({ marketCode, dueOnly, ...only, ...part, caller }),
      (row) => [row.invitee.name, row.invitationId],
    );
    return { invitations: rows.map(toInvitationMessage), nextCursor };
  }

  @Answers(InvitationService.method.getCampaign)
  async getCampaign({ marketCode }: GetCampaignRequest, caller: Caller) {
    const { campaign, ...counts } = await this.campaign.counts({ marketCode, caller });
    return {
      ...counts,
      adhesionDeadline: campaign.deadline,
      silentAfterDays: campaign.silentAfterDays,
    };
  }
}

// The contract's bounds hold by now: days, kinds and channels are what they should be.
function fromInvite(request: InviteOrganisationsRequest) {
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

function fromReminder(request: RecordReminderRequest) {
  const { reminder, ...rest } = plain(request);
  return { ...rest, reminder: reminder as Reminder };
}

const toInvitationMessage = ({ application, isReminderDue, ...invitation }: InvitationView) => ({
  ...invitation,
  ...application,
  reminderDue: isReminderDue,
});
