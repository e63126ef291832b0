import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Attendance } from './domain/attendance.js';
import type { Meeting, Minutes } from './domain/meeting.js';

type Recorded = { readonly by: string; readonly on: LocalDate };

/** What is kept of meetings. Invitations, attendances and minutes are only added. */
export abstract class Meetings {
  abstract add(tx: Transaction, meeting: Meeting, on: LocalDate): Promise<void>;
  abstract findForUpdate(tx: Transaction, meetingId: string): Promise<Meeting | undefined>;
  /** The plan, the status, the round and the version. */
  abstract save(tx: Transaction, meeting: Meeting): Promise<void>;
  abstract addInvitations(tx: Transaction, meeting: Meeting, by: string): Promise<void>;
  abstract addAttendances(
    tx: Transaction,
    meeting: Meeting,
    attendances: readonly Attendance[],
    recorded: Recorded,
  ): Promise<void>;
  abstract addMinutes(
    tx: Transaction,
    meetingId: string,
    minutes: Minutes,
    by: string,
  ): Promise<void>;
}
