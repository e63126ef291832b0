import { Injectable } from '@nestjs/common';
import type { CancelMeetingRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Committees } from './committees.pg.js';
import { cancel, change, type Meeting, type MeetingPlan } from './domain/meeting.js';

/** Another day, place or agenda, or no meeting at all (GOV-5). */
@Injectable()
export class ChangeMeeting {
  constructor(
    private readonly commands: Commands,
    private readonly committees: Committees,
  ) {}

  /** Throws MeetingStale, MeetingClosed, MeetingInvalid. */
  execute(
    input: Asked<
      CancelMeetingRequest,
      { /** Absent: the meeting is cancelled. */ plan?: MeetingPlan }
    >,
  ): Promise<Meeting> {
    const { meetingId, expectedVersion, plan, caller } = input;
    return this.commands.run(
      {
        operation: 'ChangeMeeting',
        action: plan ? 'meeting.changed' : 'meeting.cancelled',
        subject: `meeting:${meetingId}`,
      },
      input,
      async (tx, today) => {
        const meeting = await this.committees.meetingForUpdate(tx, meetingId, caller);
        const changed = plan
          ? change(meeting, expectedVersion, plan, today)
          : cancel(meeting, expectedVersion);
        await this.committees.saveMeeting(tx, changed);
        return changed;
      },
    );
  }
}
