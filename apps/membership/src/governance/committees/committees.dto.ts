import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  plain,
  type Attendance as AttendanceMessage,
  type ChangeMeetingRequest,
  type CommitteeSchema,
  type CommitteeSeat,
  type MeetingSchema,
  type PlanMeetingRequest,
} from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import type { Attendance } from './domain/attendance.js';
import type { Committee, Seat } from './domain/committee.js';
import type { Meeting } from './domain/meeting.js';

// The contract's bounds hold by now: kinds, sides, days and outcomes are those that exist.
export const fromPlan = ({
  meetsOn,
  startsAt,
  place,
  agenda,
}: PlanMeetingRequest | ChangeMeetingRequest) => ({
  meetsOn: meetsOn as LocalDate,
  startsAt,
  place,
  agenda,
});
export const fromSeats = (seats: readonly CommitteeSeat[]) => seats.map(plain) as Seat[];
export const fromAttendances = (attendances: readonly AttendanceMessage[]) =>
  attendances.map(plain) as (Attendance & { number: number })[];

export function toCommitteeMessage(
  committee: Committee,
  seatCount = committee.seats.length,
): MessageInitShape<typeof CommitteeSchema> {
  return { ...committee, seats: [...committee.seats], seatCount };
}

export function toMeetingMessage(seen: {
  meeting: Meeting;
  invited: number;
  present: number;
  represented: number;
}): MessageInitShape<typeof MeetingSchema> {
  const { meeting, ...counts } = seen;
  return {
    ...counts,
    meetingId: meeting.meetingId,
    committeeId: meeting.committeeId,
    marketCode: meeting.marketCode,
    meetsOn: meeting.meetsOn,
    startsAt: meeting.startsAt,
    place: meeting.place,
    agenda: [...meeting.agenda],
    status: meeting.status,
    invitations: meeting.invitations.map(({ number, seat, invitedOn, attendance }) => ({
      number,
      seat,
      invitedOn,
      outcome: attendance?.outcome ?? '',
      representedByFunction: attendance?.representedByFunction ?? '',
      representedByOrganisation: attendance?.representedByOrganisation ?? '',
    })),
    minutes: [...meeting.minutes],
    version: meeting.version,
  };
}
