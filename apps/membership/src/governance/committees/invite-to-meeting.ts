import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Committees } from './committees.pg.js';
import { invite, type Meeting } from './domain/meeting.js';

/** Invites the composition as it stands today (GOV-5, art. 4.2); sending the letters is the coordinator's. */
@Injectable()
export class InviteToMeeting {
  constructor(
    private readonly commands: Commands,
    private readonly committees: Committees,
  ) {}

  /** Throws MeetingStale, MeetingClosed, CompositionIncomplete. */
  execute(input: { meetingId: string; expectedVersion: number; caller: Caller }): Promise<Meeting> {
    const { caller } = input;
    return this.commands.run(
      {
        operation: 'InviteToMeeting',
        action: 'meeting.invited',
        subject: `meeting:${input.meetingId}`,
      },
      input,
      async (tx, today) => {
        const meeting = await this.committees.meetingForUpdate(tx, input.meetingId, caller);
        const { committeeId } = meeting;
        const committee = await this.committees.findForUpdate(tx, committeeId, caller);
        const invited = invite(meeting, input.expectedVersion, committee, today);
        await this.committees.saveMeeting(tx, invited);
        await this.committees.addInvitations(tx, invited, caller.userId);
        return invited;
      },
    );
  }
}
