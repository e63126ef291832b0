import { defineProblem, refuseMistakes, requireVersion } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import { type Attendance, checkAttendances } from './attendance.js';
import { type Committee, lacksOf, type Seat } from './committee.js';

export class MeetingInvalid extends defineProblem('MEETING_INVALID', 'invalid') {}
export class MeetingStale extends defineProblem('MEETING_STALE', 'stale') {}
export class MeetingClosed extends defineProblem('MEETING_CLOSED', 'conflict') {}
export class MeetingNotYet extends defineProblem('MEETING_NOT_YET', 'conflict') {}
export class InvitationsNotSent extends defineProblem('INVITATIONS_NOT_SENT', 'conflict') {}
export class CompositionIncomplete extends defineProblem('COMPOSITION_INCOMPLETE', 'conflict') {}
export class MinutesKnown extends defineProblem('MINUTES_KNOWN', 'conflict') {}

export type Invitation = {
  readonly number: number;
  readonly seat: Seat;
  readonly invitedOn: LocalDate;
  readonly attendance?: Attendance;
};
export type Minutes = {
  readonly documentId: string;
  readonly document: DocumentReference;
  readonly recordedOn: LocalDate;
};

/** Day, hour (HH:MM, Paris), place and agenda: what an invitation says. */
export type MeetingPlan = {
  readonly meetsOn: LocalDate;
  readonly startsAt: string;
  readonly place: string;
  readonly agenda: readonly string[];
};

export type Meeting = MeetingPlan & {
  readonly meetingId: string;
  readonly committeeId: string;
  readonly marketCode: string;
  readonly status: 'PLANNED' | 'INVITED' | 'HELD' | 'CANCELLED';
  /** Of the last round. */
  readonly invitations: readonly Invitation[];
  readonly round: number;
  /** Oldest first. */
  readonly minutes: readonly Minutes[];
  readonly version: number;
};

/** Throws MeetingInvalid with every mistake: a meeting is planned for today or later. */
export function checkPlan({ meetsOn, startsAt, place, agenda }: MeetingPlan, today: LocalDate) {
  const mistakes = [
    ...(meetsOn < today ? [`la réunion est prévue le ${frenchDate(meetsOn)}, déjà passé`] : []),
    ...(/^([01]\d|2[0-3]):[0-5]\d$/.test(startsAt) ? [] : ['l’heure s’écrit HH:MM']),
    ...(place.trim() === '' ? ['indiquez le lieu'] : []),
    ...(agenda.length === 0 || agenda.length > 50 || agenda.some((point) => point.trim() === '')
      ? ['l’ordre du jour compte de 1 à 50 points, aucun vide']
      : []),
  ];
  refuseMistakes(mistakes, MeetingInvalid, 'Corrigez la réunion');
}

/** Whoever was invited to another day or place is invited again. Throws MeetingStale, MeetingClosed, MeetingInvalid. */
export function change(meeting: Meeting, version: number, plan: MeetingPlan, today: LocalDate) {
  requireOpen(meeting, version);
  checkPlan(plan, today);
  const { meetsOn, startsAt, place, agenda } = plan;
  const planned = { meetsOn, startsAt, place, agenda, status: 'PLANNED', invitations: [] } as const;
  return next({ ...meeting, ...planned });
}

export function cancel(meeting: Meeting, version: number): Meeting {
  requireOpen(meeting, version);
  return next({ ...meeting, status: 'CANCELLED' });
}

/** Invites the composition as it stands. Throws also CompositionIncomplete (art. 4.2), MeetingInvalid where the day is past. */
export function invite(
  meeting: Meeting,
  version: number,
  committee: Pick<Committee, 'kind' | 'seats'>,
  today: LocalDate,
): Meeting {
  requireOpen(meeting, version);
  checkPlan(meeting, today);
  const lacks = lacksOf(committee);
  if (lacks.length > 0) throw new CompositionIncomplete(lacks.join(' '), { lacks });
  const invitations = committee.seats.map((seat, index) => ({
    number: index + 1,
    seat,
    invitedOn: today,
  }));
  return next({ ...meeting, status: 'INVITED', invitations, round: meeting.round + 1 });
}

/** Who came, or was represented (art. 7.1); from the day of the meeting on, and again to correct it. */
export function attend(
  meeting: Meeting,
  version: number,
  attendances: readonly Attendance[],
  today: LocalDate,
): Meeting {
  requireRead(meeting, version);
  if (meeting.status !== 'INVITED' && meeting.status !== 'HELD') throw notInvited();
  if (today < meeting.meetsOn) {
    throw new MeetingNotYet(
      `La réunion a lieu le ${frenchDate(meeting.meetsOn)} : notez les présences à partir de ce jour.`,
      { meetsOn: meeting.meetsOn, today },
    );
  }
  checkAttendances(
    attendances,
    meeting.invitations.map(({ number }) => number),
  );
  const invitations = meeting.invitations.map((invitation) => {
    const attendance = attendances.find(({ number }) => number === invitation.number);
    return attendance ? { ...invitation, attendance } : invitation;
  });
  return next({ ...meeting, status: 'HELD', invitations });
}

/** Throws MeetingNotYet before attendance is recorded or for a document of an earlier day, MinutesKnown. */
export function minute(meeting: Meeting, version: number, minutes: Minutes): Meeting {
  requireRead(meeting, version);
  if (meeting.status !== 'HELD' || minutes.document.datedOn < meeting.meetsOn) {
    throw new MeetingNotYet(
      'Le compte rendu est celui d’une réunion tenue : notez d’abord les présences, et datez-le du jour de la réunion ou d’après.',
      { status: meeting.status, meetsOn: meeting.meetsOn, datedOn: minutes.document.datedOn },
    );
  }
  if (meeting.minutes.some(({ documentId }) => documentId === minutes.documentId)) {
    throw new MinutesKnown('Ce compte rendu est déjà enregistré : déposez la version corrigée.');
  }
  return next({ ...meeting, minutes: [...meeting.minutes, minutes] });
}

function requireOpen(meeting: Meeting, version: number): void {
  requireRead(meeting, version);
  if (meeting.status === 'HELD' || meeting.status === 'CANCELLED') {
    throw new MeetingClosed(
      'Cette réunion est tenue ou annulée : elle ne change plus. Prévoyez-en une autre.',
      { status: meeting.status },
    );
  }
}

const requireRead = (meeting: Meeting, version: number) =>
  requireVersion(meeting, version, MeetingStale, changedSince);
const changedSince = 'La réunion a été modifiée entre-temps : rechargez-la.';

const notInvited = () =>
  new InvitationsNotSent(
    'Personne n’est invité à cette réunion : envoyez d’abord les invitations (convention, art. 4.2).',
  );
const next = (meeting: Meeting): Meeting => ({ ...meeting, version: meeting.version + 1 });

/** Who looks: the coordinator sees all; a member its own and what is no member's (SUP-3). */
export type Onlooker =
  | { readonly sees: 'ALL' }
  | { readonly sees: 'OWN'; readonly organisationId: string };

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
