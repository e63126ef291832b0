import request from 'supertest';
import { create } from '@bufbuild/protobuf';
import { EventSkippedSchema, topics } from '#libs/contracts';
import { partitionOf } from '#libs/messaging';
import { startConsole, type LoggedInBrowser, type RunningConsole } from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';

let running: RunningConsole;
let orderer: LoggedInBrowser;

beforeAll(async () => {
  running = await startConsole(fakeServices);
  orderer = await running.logIn({
    roles: ['member-orderer'],
    organisationId: organisations.ancenis,
  });
}, 60_000);
afterAll(() => running?.stop());

const sign = (delta: number, browser = orderer, key = 'key-12345') =>
  request(running.app.getHttpServer())
    .post('/api/memberships/m-ancenis/orders')
    .set({ cookie: browser.cookie, 'x-csrf-token': browser.csrf, 'idempotency-key': key })
    .send({ lines: [{ itemCode: 'ELEVE', effectiveFrom: '2022-11-01', delta }] });

test('ORD-2: a refusal explains itself with figures, as problem details', async () => {
  const answer = await sign(-10)
    .expect(409)
    .expect('content-type', /application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: 'urn:ent:problem:BELOW_COMMITMENT',
    detail: expect.stringContaining('il en manque 10'),
    details: {
      shortfalls: [{ firstDay: '2022-11-01', wouldBe: 402, commitment: 412, shortfall: 10 }],
    },
  });
});

test('ORD-3: passes the Idempotency-Key on to the service that decides', async () => {
  const { body } = await sign(38, orderer, 'key-of-the-form').expect(201);
  expect(body.order).toMatchObject({ orderId: 'o-key-of-the-form', status: 'SIGNED' });
});

test('refuses an order without a key, with a zero or with a fraction', async () => {
  expect((await sign(38, orderer, '')).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' });
  expect((await sign(0).expect(422)).body).toMatchObject({ code: 'INPUT_INVALID' });
  expect((await sign(1.5).expect(422)).body).toMatchObject({ code: 'INPUT_INVALID' });
});

test('only an orderer commits money', async () => {
  const finance = await running.logIn({
    roles: ['member-finance'],
    organisationId: organisations.ancenis,
  });
  await sign(1, finance).expect(403);
});

test('a login older than five minutes commits no money, and reads on', async () => {
  const loggedInAt = new Date(Date.now() - 301_000);
  const roles = ['member-orderer' as const];
  const who = { roles, organisationId: organisations.ancenis };
  const stale = await running.logIn({ ...who, loggedInAt });
  const { body } = await sign(38, stale).expect(403);
  expect(body).toMatchObject({
    code: 'LOGIN_TOO_OLD',
    detail: expect.stringContaining('Connectez-vous de nouveau'),
  });
  await request(running.app.getHttpServer())
    .get('/api/memberships/m-ancenis')
    .set('cookie', stale.cookie)
    .expect(200);
});

test('PRV-2: the dashboard tells how many pupils wait for a seat', async () => {
  const { body } = await request(running.app.getHttpServer())
    .get('/api/memberships/m-ancenis')
    .set('cookie', orderer.cookie)
    .expect(200);
  expect(body).toMatchObject({
    decreaseNoticeDays: 30,
    orderLinesMax: 50,
    items: [{ commitment: 412, ordered: 412, smallestMargin: 0, waiting: 12 }],
    notices: [{ kind: 'SEATS_MISSING', title: '12 élèves attendent une place' }],
  });
});

test('a member and the coordinator are told that figures are behind while facts of that membership are set aside', async () => {
  const coordinator = await running.logIn({ roles: ['coordinator'] });
  const get = async (path: string, { cookie }: { cookie: string }) =>
    (await request(running.app.getHttpServer()).get(path).set('cookie', cookie).expect(200))
      .body as { notices: { kind: string; title: string }[]; members: { late: unknown }[] };
  const told = async () => ({
    notices: (await get('/api/memberships/m-ancenis', orderer)).notices,
    members: (await get('/api/coordination/members', coordinator)).members,
  });
  const before = await told();
  expect(before.notices.map(({ kind }) => kind)).toEqual(['SEATS_MISSING']);
  expect(before.members.map(({ late }) => late)).toEqual(before.members.map(() => null));
  await running.database.query(
    `insert into platform.parked_event (topic, partition, "offset", key, membership_id, cause, headers, awaits) values
       ('provisioning.seat.v1', 0, 1, 'm-ancenis', null, 'UNDECODABLE', '{"business-date": "2022-10-01"}', null),
       ('provisioning.seat.v1', 0, 2, 'm-ancenis', 'm-ancenis', 'BEHIND_A_PARKED_EVENT', null, null),
       ('provisioning.account.v1', 0, 1, 'a-1', 'm-ancenis', 'HANDLER_FAILED', null, null),
       ('membership.events.v1', 0, 1, 'm-ancenis', 'm-ancenis', 'AWAITS_CALENDAR', null, '2022-11-01')`,
  );
  const after = await told();
  expect(after.notices[0]).toMatchObject({
    kind: 'FIGURES_LATE',
    title: 'Chiffres arrêtés au 1er octobre 2022',
    message: expect.stringMatching(/^2 faits de cette adhésion attendent/) as unknown,
  });
  expect(after.members.map(({ late }) => late).filter((late) => late !== null)).toEqual([
    { facts: 2, since: '2022-10-01' },
  ]);
  await running.database.query('delete from platform.parked_event');
  await running.database.query(
    `insert into platform.consumer_position (topic, partition, next_offset, stopped)
     values ('membership.events.v1', $1, 0, 'GAP')`,
    [partitionOf('m-ancenis', topics.membership.partitions)],
  );
  expect((await told()).notices[0]).toMatchObject({ title: 'Chiffres en retard' });
  await running.database.query('delete from platform.consumer_position');
  expect(await told()).toEqual(before);
});

test('a member is told which event two persons passed over, on its page and in its history', async () => {
  await running.unitOfWork.run((tx) =>
    running.copies.eventSkipped(
      tx,
      create(EventSkippedSchema, {
        ...{ membershipId: 'm-ancenis', proposalId: 'p-1', service: 'billing', at: 't/0@1' },
        ...{ toldOn: '2022-10-01', decidedOn: '2022-10-03', reason: 'Date impossible.' },
      }),
    ),
  );
  const { body } = await request(running.app.getHttpServer())
    .get('/api/memberships/m-ancenis')
    .set('cookie', orderer.cookie)
    .expect(200);
  const title = 'Un événement du 1er octobre 2022 n’a pas été pris en compte';
  expect(body).toMatchObject({
    notices: [{ kind: 'SEATS_MISSING' }, { kind: 'EVENT_SKIPPED', title }],
    skipped: [{ title, decidedOn: '2022-10-03' }],
  });
});

test('BIL-7: gives the PDF and the explanation of an invoice', async () => {
  const get = (path: string) =>
    request(running.app.getHttpServer()).get(path).set('cookie', orderer.cookie).expect(200);
  expect((await get('/api/invoices/i-ancenis/explanation')).body.lines).toHaveLength(1);
  await get('/api/invoices/i-ancenis/pdf').expect('content-type', 'application/pdf');
});
