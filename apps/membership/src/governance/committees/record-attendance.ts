import { Injectable } from '@nestjs/common';
import type { RecordAttendanceRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Committees } from './committees.pg.js';
import type { Attendance } from './domain/attendance.js';
import { attend, type Meeting } from './domain/meeting.js';

/** Members take part or are represented (GOV-5, art. 7.1): who was, and by whom. */
@Injectable()
export class RecordAttendance {
  constructor(
    private readonly commands: Commands,
    private readonly committees: Committees,
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
        const meeting = await this.committees.meetingForUpdate(tx, input.meetingId, caller);
        const held = attend(meeting, input.expectedVersion, input.attendances, today);
        await this.committees.saveMeeting(tx, held);
        const recorded = { by: caller.userId, on: today };
        await this.committees.addAttendances(tx, held, input.attendances, recorded);
        return held;
      },
    );
  }
}
