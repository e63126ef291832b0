import type { Committee, CommitteeSeat, DocumentReference, Meeting } from '#libs/contracts';

export const toDocument = (document: DocumentReference | undefined) => ({
  kind: document?.kind ?? '',
  title: document?.title ?? '',
  sha256: document?.sha256 ?? '',
  datedOn: document?.datedOn ?? '',
});

const toSeat = (seat: CommitteeSeat | undefined) => ({
  functionTitle: seat?.functionTitle ?? '',
  organisation: seat?.organisation ?? '',
  organisationId: seat?.organisationId ?? '',
  side: seat?.side ?? '',
});

export const toCommittee = (committee: Committee) => ({
  committeeId: committee.committeeId,
  marketCode: committee.marketCode,
  kind: committee.kind,
  department: committee.department,
  seats: committee.seats.map(toSeat),
  seatCount: committee.seatCount,
  version: committee.version,
});

export const toMeeting = (meeting: Meeting) => ({
  meetingId: meeting.meetingId,
  committeeId: meeting.committeeId,
  marketCode: meeting.marketCode,
  meetsOn: meeting.meetsOn,
  startsAt: meeting.startsAt,
  place: meeting.place,
  agenda: meeting.agenda,
  status: meeting.status,
  invitations: meeting.invitations.map((invitation) => ({
    number: invitation.number,
    seat: toSeat(invitation.seat),
    invitedOn: invitation.invitedOn,
    outcome: invitation.outcome,
    representedByFunction: invitation.representedByFunction,
    representedByOrganisation: invitation.representedByOrganisation,
  })),
  invited: meeting.invited,
  present: meeting.present,
  represented: meeting.represented,
  minutes: meeting.minutes.map(({ documentId, document, recordedOn }) => ({
    documentId,
    document: toDocument(document),
    recordedOn,
  })),
  version: meeting.version,
});
