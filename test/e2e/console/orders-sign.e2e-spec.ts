import request from 'supertest';
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

it('ORD-2: a refusal explains itself with figures, as problem details', async () => {
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

it('ORD-3: passes the Idempotency-Key on to the service that decides', async () => {
  const { body } = await sign(38, orderer, 'key-of-the-form').expect(201);
  expect(body.order).toMatchObject({ orderId: 'o-key-of-the-form', status: 'SIGNED' });
});

it('refuses an order without a key, with a zero or with a fraction', async () => {
  expect((await sign(38, orderer, '')).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' });
  expect((await sign(0).expect(422)).body).toMatchObject({ code: 'INPUT_INVALID' });
  expect((await sign(1.5).expect(422)).body).toMatchObject({ code: 'INPUT_INVALID' });
});

it('only an orderer commits money', async () => {
  const finance = await running.logIn({
    roles: ['member-finance'],
    organisationId: organisations.ancenis,
  });
  await sign(1, finance).expect(403);
});

it('a login older than five minutes commits no money, and reads on', async () => {
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

it('PRV-2: the dashboard tells how many pupils wait for a seat', async () => {
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

it('BIL-7: gives the PDF and the explanation of an invoice', async () => {
  const get = (path: string) =>
    request(running.app.getHttpServer()).get(path).set('cookie', orderer.cookie).expect(200);
  expect((await get('/api/invoices/i-ancenis/explanation')).body.lines).toHaveLength(1);
  await get('/api/invoices/i-ancenis/pdf').expect('content-type', 'application/pdf');
});
