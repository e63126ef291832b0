import { Injectable } from '@nestjs/common';
import type { RecordAttendanceRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import type { Attendance } from './domain/attendance.js';
import { attend, type Meeting } from './domain/meeting.js';
import { Meetings } from './meetings.pg.js';

/** Members take part or are represented (GOV-5, art. 7.1): who was, and by whom. */
@Injectable()
export class RecordAttendance {
  constructor(
    private readonly commands: Commands,
    private readonly meetings: Meetings,
  ) {}

  /** Throws MeetingStale, MeetingNotYet, InvitationsNotSent, AttendanceInvalid. */
  execute(
    input: Asked<RecordAttendanceRequest, { attendances: readonly Attendance[] }>,
  ): Promise<Meeting> {
    const { caller } = input;
    return this.commands.run(
      {
        operation: 'RecordAttendance',
        action: 'meeting.attended',
        subject: `meeting:${input.meetingId}`,
      },
      input,
      async (tx, today) => {
        const meeting = await this.meetings.findForUpdate(tx, input.meetingId, caller);
        const held = attend(meeting, input.expectedVersion, input.attendances, today);
        await this.meetings.save(tx, held);
        const recorded = { by: caller.userId, on: today };
        await this.meetings.addAttendances(tx, held, input.attendances, recorded);
        return held;
      },
    );
  }
}
