import { plain, type Attendance as AttendanceMessage, type CommitteeSeat } from '#libs/contracts';
import type { Attendance } from './domain/attendance.js';
import type { Committee, Seat } from './domain/committee.js';
import type { meetingFor } from './domain/meeting.js';

// The contract's bounds hold by now: kinds, sides, days and outcomes are those that exist.
export const fromSeats = (seats: readonly CommitteeSeat[]) => seats.map(plain) as Seat[];
export const fromAttendances = (attendances: readonly AttendanceMessage[]) =>
  attendances.map(plain) as (Attendance & { number: number })[];

export const toCommitteeMessage = (committee: Committee, seatCount = committee.seats.length) => ({
  ...committee,
  seatCount,
});

export function toMeetingMessage(seen: ReturnType<typeof meetingFor>) {
  const { meeting, ...counts } = seen;
  return {
    ...counts,
    ...meeting,
    invitations: meeting.invitations.map(({ attendance, ...invitation }) => ({
      ...attendance,
      ...invitation,
    })),
  };
}
