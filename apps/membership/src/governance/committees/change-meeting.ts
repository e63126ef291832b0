import { Injectable } from '@nestjs/common';
import type { CancelMeetingRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import { cancel, change, type Meeting, type MeetingPlan } from './domain/meeting.js';
import { Meetings } from './meetings.pg.js';

/** Another day, place or agenda, or no meeting at all (GOV-5). */
@Injectable()
export class ChangeMeeting {
  constructor(
    private readonly commands: Commands,
    private readonly meetings: Meetings,
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
        const meeting = await this.meetings.findForUpdate(tx, meetingId, caller);
        const changed = plan
          ? change(meeting, expectedVersion, plan, today)
          : cancel(meeting, expectedVersion);
        await this.meetings.save(tx, changed);
        return changed;
      },
    );
  }
}
