import { Injectable } from '@nestjs/common';
import type { RecordDeclineRequest } from '#libs/contracts';
import { type Asked, requireInMarket } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import { ReminderDateInvalid } from './domain/invitation.js';
import { Invitations } from './invitations.pg.js';

/** An organisation says that it will not adhere: its sovereign decision (art. 2). */
@Injectable()
export class RecordDecline {
  constructor(
    private readonly commands: Commands,
    private readonly invitations: Invitations,
  ) {}

  /** Declined already: nothing changes. Throws ReminderDateInvalid. */
  execute(input: Asked<RecordDeclineRequest, { declinedOn: LocalDate }>): Promise<object> {
    const { invitationId, declinedOn, note, caller } = input;
    return this.commands.run(
      {
        operation: 'RecordDecline',
        action: 'invitation.declined',
        subject: `invitation:${invitationId}`,
      },
      { invitationId, declinedOn, caller },
      async (tx, today) => {
        const invitation = requireInMarket(caller, await this.invitations.find(invitationId, tx));
        if (declinedOn < invitation.invitedOn || declinedOn > today) {
          throw new ReminderDateInvalid(
            'Une réponse est postérieure à l’invitation et au plus tard d’aujourd’hui.',
            { declinedOn },
          );
        }
        await this.invitations.decline(tx, invitationId, declinedOn, note);
        return {};
      },
    );
  }
}
