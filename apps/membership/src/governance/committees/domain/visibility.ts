import type { Committee, Seat } from './committee.js';
import type { Meeting } from './meeting.js';

/** Who looks: the coordinator sees all; a member its own and what is no member's (SUP-3). */
export type Onlooker =
  { readonly sees: 'ALL' } | { readonly sees: 'OWN'; readonly organisationId: string };

export function committeeFor(committee: Committee, onlooker: Onlooker) {
  return {
    committee: { ...committee, seats: committee.seats.filter((seat) => shows(seat, onlooker)) },
    seatCount: committee.seats.length,
  };
}

export function meetingFor(meeting: Meeting, onlooker: Onlooker) {
  const { invitations } = meeting;
  const having = (outcome: string) =>
    invitations.filter(({ attendance }) => attendance?.outcome === outcome).length;
  return {
    meeting: { ...meeting, invitations: invitations.filter(({ seat }) => shows(seat, onlooker)) },
    invited: invitations.length,
    present: having('PRESENT'),
    represented: having('REPRESENTED'),
  };
}

const shows = ({ organisationId }: Seat, onlooker: Onlooker) =>
  onlooker.sees === 'ALL' || organisationId === '' || organisationId === onlooker.organisationId;
