import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  ordererOf,
} from '../../../../../test/support/builders/membership-world.js';
import { Documents } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { ChangeComposition } from './change-composition.js';
import { ChangeMeeting } from './change-meeting.js';
import { Committees } from './committees.pg.js';
import type { Seat } from './domain/committee.js';
import { EstablishCommittee } from './establish-committee.js';
import { InviteToMeeting } from './invite-to-meeting.js';
import { PlanMeeting } from './plan-meeting.js';
import { RecordAttendance } from './record-attendance.js';
import { RecordMinutes } from './record-minutes.js';
import { ViewCommittees } from './view-committees.js';
import { keptPapers } from '../../../../../test/support/builders/kept-papers.js';

jest.setTimeout(60_000);

let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.applyAs(ancenis);
}, 30_000);
afterEach(() => world.fresh.drop());

const committees = () => new Committees(world.database);
const commands = () => new Commands(world.unitOfWork, world.businessDate);
const establish = (department = '', idempotencyKey: string = randomUUID(), caller = coordinator) =>
  new EstablishCommittee(commands(), committees(), world.markets).execute({
    idempotencyKey,
    marketCode,
    kind: department === '' ? 'STEERING' : 'DEPARTMENTAL',
    department,
    caller,
  });
const seats: Seat[] = [
  {
    functionTitle: 'Maire',
    organisation: ancenis.name,
    organisationId: `org-${ancenis.siren}`,
    side: 'COLLECTIVITE',
  },
  {
    functionTitle: 'IA-DASEN',
    organisation: 'DSDEN 44',
    organisationId: '',
    side: 'EDUCATION_NATIONALE',
  },
];
const compose = (committeeId: string, expectedVersion: number, of: readonly Seat[] = seats) =>
  new ChangeComposition(commands(), committees()).execute({
    committeeId,
    expectedVersion,
    seats: of,
    caller: coordinator,
  });
const plan = {
  meetsOn: localDate('2022-01-15'),
  startsAt: '14:30',
  place: 'Rectorat, salle fictive',
  agenda: ['Initialisation'],
};
const planMeeting = (committeeId: string, meetsOn = plan.meetsOn, key: string = randomUUID()) =>
  new PlanMeeting(commands(), committees()).execute({
    idempotencyKey: key,
    committeeId,
    plan: { ...plan, meetsOn },
    caller: coordinator,
  });
const invite = (meetingId: string, expectedVersion: number) =>
  new InviteToMeeting(commands(), committees()).execute({
    meetingId,
    expectedVersion,
    caller: coordinator,
  });
const attend = (meetingId: string, expectedVersion: number) =>
  new RecordAttendance(commands(), committees()).execute({
    meetingId,
    expectedVersion,
    attendances: [
      {
        number: 1,
        outcome: 'REPRESENTED',
        representedByFunction: 'Adjointe',
        representedByOrganisation: ancenis.name,
      },
    ],
    caller: coordinator,
  });
const view = () => new ViewCommittees(committees());

const minute = (meetingId: string, expectedVersion: number, documentId: string) =>
  new RecordMinutes(commands(), committees(), new Documents(world.database, keptPapers)).execute({
    meetingId,
    expectedVersion,
    documentId,
    caller: coordinator,
  });

test('GOV-5: from the composition to the minutes, each step kept and journalled', async () => {
  const { committeeId } = await establish();
  await compose(committeeId, 1);
  const { meetingId } = await planMeeting(committeeId);
  await invite(meetingId, 1);
  await expect(attend(meetingId, 2)).rejects.toMatchObject({ code: 'MEETING_NOT_YET' });
  await world.day('2022-01-15');
  await attend(meetingId, 2);
  const deposit = (kind: string) => world.depositForMarket(kind, { datedOn: '2022-01-15' });
  await expect(minute(meetingId, 3, await deposit('LETTER'))).rejects.toMatchObject({
    code: 'DOCUMENT_UNKNOWN',
  });
  await minute(meetingId, 3, await deposit('MINUTES'));
  const corrected = await deposit('MINUTES');
  await minute(meetingId, 4, corrected);

  const { meeting, represented } = await view().meeting({ meetingId, caller: coordinator });
  expect(represented).toBe(1);
  expect(meeting).toMatchObject({
    ...plan,
    status: 'HELD',
    round: 1,
    version: 5,
    invitations: [
      { seat: seats[0], invitedOn: '2022-01-14', attendance: { outcome: 'REPRESENTED' } },
      { seat: seats[1] },
    ],
    minutes: [
      { recordedOn: '2022-01-15' },
      { documentId: corrected, document: { kind: 'MINUTES' } },
    ],
  });
  expect(
    await world.count(
      `from platform.audit_entry where action in ('committee.established', 'committee.composed',
         'meeting.planned', 'meeting.invited', 'meeting.attended', 'meeting.minuted') and actor = $1`,
      [coordinator.userId],
    ),
  ).toBe(7);
  // The refusals are told too.
  expect(await world.count(`from platform.audit_entry where action like 'meeting.%.refused'`)).toBe(
    2,
  );
});

test('GOV-5: one committee of each kind and department; the same key gives the first answer', async () => {
  const first = await establish('44', 'key-of-44');
  expect(await establish('44', 'key-of-44')).toEqual(first);
  await expect(establish('44')).rejects.toMatchObject({ code: 'COMMITTEE_ALREADY_ESTABLISHED' });
  for (const department of ['49', '53', '72', '85', '']) await establish(department);
  await expect(establish('75')).rejects.toMatchObject({ code: 'COMMITTEE_DEPARTMENT_UNKNOWN' });
  const page = await view().list({ marketCode, after: undefined, limit: 2, caller: coordinator });
  expect(page.map(({ committee }) => committee.department)).toEqual(['', '44', '49']);
});

test('GOV-5: of two who edit at once one is told to read again', async () => {
  const { committeeId } = await establish();
  const settled = await Promise.allSettled([compose(committeeId, 1), compose(committeeId, 1)]);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'COMMITTEE_STALE' },
  });
  const stranger = [{ ...seats[0]!, organisationId: 'org-214402158' }];
  await expect(compose(committeeId, 2, stranger)).rejects.toMatchObject({
    code: 'COMPOSITION_INVALID',
  });
});

test('GOV-5: a changed meeting is a new round of invitations; the first stays as evidence', async () => {
  const { committeeId } = await establish();
  await compose(committeeId, 1);
  const { meetingId } = await planMeeting(committeeId);
  await invite(meetingId, 1);
  const change = new ChangeMeeting(commands(), committees());
  const moved = { ...plan, meetsOn: localDate('2022-02-01') };
  await change.execute({ meetingId, expectedVersion: 2, plan: moved, caller: coordinator });
  const { meeting } = await view().meeting({ meetingId, caller: coordinator });
  expect(meeting).toMatchObject({ status: 'PLANNED', invitations: [] });
  await invite(meetingId, 3);
  expect(await world.count('from meeting_invitation where meeting_id = $1', [meetingId])).toBe(4);
  await expect(world.fresh.asOwner('delete from meeting_invitation')).rejects.toThrow('never');
  await change.execute({ meetingId, expectedVersion: 4, caller: coordinator });
  expect((await view().meeting({ meetingId, caller: coordinator })).meeting.status).toBe(
    'CANCELLED',
  );
});

test('GOV-5: meetings are listed latest first, page by page', async () => {
  const { committeeId } = await establish();
  const days = ['2022-03-01', '2022-02-01', '2022-04-01'].map(localDate);
  for (const day of days) await planMeeting(committeeId, day);
  const list = (after?: readonly [string, string]) =>
    view().meetings({ committeeId, after, limit: 1, caller: coordinator });
  const [first, second] = await list();
  expect([first, second].map((row) => row?.meeting.meetsOn)).toEqual(['2022-04-01', '2022-03-01']);
  const [next] = await list([first!.meeting.meetsOn, first!.meeting.meetingId]);
  expect(next?.meeting.meetsOn).toBe('2022-03-01');
});

test('SUP-1: neither another market’s coordinator nor its member sees or edits anything', async () => {
  const { committeeId } = await establish();
  const { meetingId } = await planMeeting(committeeId);
  const others: Caller[] = [callerWith('coordinator', { markets: ['autre'] })];
  for (const caller of others) {
    await expect(view().committee({ committeeId, caller })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(view().meeting({ meetingId, caller })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  }
  const { committee, seatCount } = await view().committee({
    committeeId,
    caller: ordererOf('214402158'),
  });
  expect([committee.seats.length, seatCount]).toEqual([0, 0]);
});
