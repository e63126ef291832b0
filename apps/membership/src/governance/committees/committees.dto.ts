import type { MessageInitShape } from '@bufbuild/protobuf';
import { z } from 'zod';
import type { CommitteeSchema, MeetingSchema } from '#libs/contracts';
import { day, line } from '../../governance-input.js';
import { outcomes } from './domain/attendance.js';
import { type Committee, sides } from './domain/committee.js';
import type { Meeting } from './domain/meeting.js';

export const committeeInput = z.object({
  marketCode: z.string().max(40),
  kind: z.enum(['STEERING', 'DEPARTMENTAL']),
  department: z.string().max(3),
});
export const seatsInput = z.array(
  z.object({
    functionTitle: line,
    organisation: line,
    organisationId: z.string().max(100),
    side: z.enum(sides),
  }),
);
export const planInput = z.object({
  meetsOn: day,
  startsAt: z.string().max(5),
  place: line,
  agenda: z.array(line).max(50),
});
export const attendancesInput = z
  .array(
    z.object({
      number: z.number().int(),
      outcome: z.enum(outcomes),
      representedByFunction: line,
      representedByOrganisation: line,
    }),
  )
  .max(100);

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
