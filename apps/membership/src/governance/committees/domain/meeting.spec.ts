import { localDate } from '#libs/time';
import type { Attendance } from './attendance.js';
import {
  attend,
  cancel,
  change,
  checkPlan,
  committeeFor,
  invite,
  type Meeting,
  meetingFor,
  minute,
} from './meeting.js';

const day = localDate('2022-10-12');
const before = localDate('2022-10-11');
const committee = {
  kind: 'DEPARTMENTAL',
  seats: [
    { functionTitle: 'Maire', organisation: 'A', organisationId: 'org-a', side: 'COLLECTIVITE' },
    { functionTitle: 'Maire', organisation: 'B', organisationId: 'org-b', side: 'COLLECTIVITE' },
    {
      functionTitle: 'IEN',
      organisation: 'DSDEN',
      organisationId: '',
      side: 'EDUCATION_NATIONALE',
    },
  ],
} as const;
const planned: Meeting = {
  meetingId: 'r',
  committeeId: 'c',
  marketCode: 'm',
  meetsOn: day,
  startsAt: '14:00',
  place: 'DSDEN, salle fictive',
  agenda: ['Déploiement'],
  status: 'PLANNED',
  invitations: [],
  round: 0,
  minutes: [],
  version: 1,
};
const present: Attendance = {
  number: 1,
  outcome: 'PRESENT',
  representedByFunction: '',
  representedByOrganisation: '',
};
const represented: Attendance = {
  number: 2,
  outcome: 'REPRESENTED',
  representedByFunction: 'Adjointe à l’éducation',
  representedByOrganisation: 'B',
};
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
};

test('GOV-5: a meeting is planned for today or later, with an hour, a place and an agenda', () => {
  expect(codeOf(() => checkPlan(planned, day))).toBeUndefined();
  for (const wrong of [
    { meetsOn: before },
    { startsAt: '24:00' },
    { place: ' ' },
    { agenda: [] },
    { agenda: [''] },
  ]) {
    expect(codeOf(() => checkPlan({ ...planned, ...wrong }, day))).toBe('MEETING_INVALID');
  }
});

test('GOV-5: who was invited to another day is invited again', () => {
  const invited = invite(planned, 1, committee, before);
  expect(invited).toMatchObject({ status: 'INVITED', round: 1, version: 2 });
  expect(invited.invitations.map(({ number }) => number)).toEqual([1, 2, 3]);
  const moved = change(invited, 2, { ...planned, meetsOn: localDate('2022-10-13') }, before);
  expect(moved).toMatchObject({ status: 'PLANNED', invitations: [], round: 1, version: 3 });
  expect(invite(moved, 3, committee, before)).toMatchObject({ round: 2 });
  expect(codeOf(() => invite(planned, 1, { kind: 'DEPARTMENTAL', seats: [] }, day))).toBe(
    'COMPOSITION_INCOMPLETE',
  );
  expect(codeOf(() => invite(planned, 7, committee, day))).toBe('MEETING_STALE');
});

test('GOV-5: attendance from the day of the meeting on, not the day before', () => {
  const invited = invite(planned, 1, committee, before);
  expect(codeOf(() => attend(invited, 2, [present], before))).toBe('MEETING_NOT_YET');
  expect(attend(invited, 2, [present], day)).toMatchObject({ status: 'HELD' });
  expect(codeOf(() => attend(planned, 1, [present], day))).toBe('INVITATIONS_NOT_SENT');
});

test.each([
  ['an unknown invitation', [{ ...present, number: 4 }]],
  ['the same one twice', [present, present]],
  ['represented by nobody', [{ ...represented, representedByFunction: '' }]],
  ['present and represented', [{ ...represented, outcome: 'PRESENT' as const }]],
  ['nothing at all', []],
])('GOV-5: %s is refused (art. 7.1)', (_why, attendances) => {
  const invited = invite(planned, 1, committee, day);
  expect(codeOf(() => attend(invited, 2, attendances, day))).toBe('ATTENDANCE_INVALID');
});

test('GOV-5: attendance may be corrected; what is held or cancelled does not change otherwise', () => {
  const held = attend(invite(planned, 1, committee, day), 2, [present, represented], day);
  const corrected = attend(held, 3, [{ ...present, outcome: 'EXCUSED' }], day);
  expect(corrected.invitations.map(({ attendance }) => attendance?.outcome)).toEqual([
    'EXCUSED',
    'REPRESENTED',
    undefined,
  ]);
  expect(codeOf(() => change(held, 3, planned, day))).toBe('MEETING_CLOSED');
  expect(codeOf(() => cancel(held, 3))).toBe('MEETING_CLOSED');
  expect(codeOf(() => invite(cancel(planned, 1), 2, committee, day))).toBe('MEETING_CLOSED');
});

test('GOV-5: minutes are of a meeting held, not of the day before, and a correction follows', () => {
  const document = { kind: 'MINUTES', title: 'CR', sha256: '0', datedOn: '2022-10-12' };
  const minutes = { documentId: 'd-1', document, recordedOn: day };
  expect(codeOf(() => minute(planned, 1, minutes))).toBe('MEETING_NOT_YET');
  const held = attend(invite(planned, 1, committee, day), 2, [present], day);
  const early = { ...minutes, document: { ...document, datedOn: '2022-10-11' } };
  expect(codeOf(() => minute(held, 3, early))).toBe('MEETING_NOT_YET');
  const minuted = minute(held, 3, minutes);
  expect(codeOf(() => minute(minuted, 4, minutes))).toBe('MINUTES_KNOWN');
  expect(minute(minuted, 4, { ...minutes, documentId: 'd-2' }).minutes).toHaveLength(2);
});

test('SUP-3: a member sees its own seat and those of no member, and the totals', () => {
  const own = { sees: 'OWN', organisationId: 'org-a' } as const;
  const held = attend(invite(planned, 1, committee, day), 2, [present, represented], day);
  const seen = meetingFor(held, own);
  expect(seen.meeting.invitations.map(({ seat }) => seat.organisation)).toEqual(['A', 'DSDEN']);
  expect(seen).toMatchObject({ invited: 3, present: 1, represented: 1 });
  expect(meetingFor(held, { sees: 'ALL' }).meeting.invitations).toHaveLength(3);
  const whole = { ...committee, committeeId: 'c', marketCode: 'm', department: '44', version: 1 };
  expect(committeeFor(whole, own).committee.seats).toHaveLength(2);
  expect(committeeFor(whole, own).seatCount).toBe(3);
});
