import request from 'supertest';
import { populate } from './a-population.js';
import {
  consoleUrl,
  startConsole,
  type LoggedInBrowser,
  type RunningConsole,
} from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';

let running: RunningConsole;
let coordinator: LoggedInBrowser;
let vertou: LoggedInBrowser;
beforeAll(async () => {
  running = await startConsole(fakeServices);
  coordinator = await running.logIn({ roles: ['coordinator'] });
  vertou = await running.logIn({
    userId: 'orderer-vertou',
    roles: ['member-reader', 'member-orderer', 'member-finance'],
    organisationId: organisations.vertou,
  });
}, 60_000);
afterAll(() => running?.stop());

function post(path: string, body: object, browser = coordinator, key = 'key-of-a-test') {
  const asked = request(running.app.getHttpServer())
    .post(`/api/${path}`)
    .set('origin', consoleUrl)
    .set('cookie', browser.cookie)
    .set('x-csrf-token', browser.csrf);
  return (key === '' ? asked : asked.set('idempotency-key', key)).send(body);
}
const get = (path: string, browser = coordinator) =>
  request(running.app.getHttpServer()).get(`/api/${path}`).set('cookie', browser.cookie);

const exception = { territoryException: 'Regroupement', exceptionDocumentId: 'doc-1' };
const school = { uai: '0440437l ', from: '2022-09-01', insee: '44003', ...exception };
const end = { membershipId: 'm-ancenis', endsOn: '2023-07-08', reason: 'SCHOOL_CLOSED' };
const transfer = {
  fromMembershipId: 'm-ancenis',
  toMembershipId: 'm-vertou',
  uais: ['0440437L'],
  effectiveOn: '2022-11-01',
  documentId: 'doc-1',
};
const lines = (delta: number) => [{ itemCode: 'ELEVE', effectiveFrom: '2022-11-01', delta }];
const proposal = 'memberships/m-vertou/school-transfers/t-ancenis';

test('SCH-1: a member sees the schools that it finances, those of one state where asked', async () => {
  const own = await get('memberships/m-vertou/schools', vertou);
  expect(own.body).toMatchObject({
    schools: [{ uai: '0440437L', state: 'CURRENT', period: { endsOn: '2026-07-19' } }],
    nextCursor: '',
  });
  const future = await get('memberships/m-vertou/schools?state=FUTURE', vertou);
  expect(future.body.schools).toEqual([]);
  expect((await get('memberships/m-vertou/schools?state=OLD', vertou)).status).toBe(422);
});

test('SCH-1: the coordinator takes a school on and ends it, with the key of the form', async () => {
  const taken = await post('coordination/memberships/m-ancenis/schools', school);
  expect({ status: taken.status, body: taken.body }).toEqual({
    status: 201,
    body: {
      membershipId: 'm-ancenis',
      uai: '0440437L',
      period: { startsOn: '2022-09-01', endsOn: '2026-07-19' },
    },
  });
  const ended = await post('coordination/schools/0440437L/end', end);
  expect({ status: ended.status, body: ended.body }).toMatchObject({
    status: 200,
    body: { school: { endReason: 'SCHOOL_CLOSED', period: { endsOn: '2023-07-08' } } },
  });
});

test.each([
  [
    'a wrong check letter',
    'coordination/memberships/m-ancenis/schools',
    { ...school, uai: '0440437A' },
  ],
  [
    'an exception without its paper',
    'coordination/memberships/m-ancenis/schools',
    { ...school, exceptionDocumentId: '' },
  ],
  [
    'a day that does not exist',
    'coordination/schools/0440437L/end',
    { ...end, endsOn: '2023-02-30' },
  ],
  ['a reason of its own', 'coordination/schools/0440437L/end', { ...end, reason: 'M. Dupont' }],
  ['a transfer of nothing', 'coordination/school-transfers', { terms: { ...transfer, uais: [] } }],
  [
    'a transfer without its decision',
    'coordination/school-transfers',
    { terms: { ...transfer, documentId: '' } },
  ],
  ['a decrease in a complementary order', `${proposal}/acceptance`, { lines: lines(-1) }],
])('SCH-1, SCH-2: refuses %s', async (_what, path, body) => {
  const browser = path.startsWith('memberships') ? vertou : coordinator;
  expect((await post(path, body, browser)).body).toMatchObject({
    status: 422,
    code: 'INPUT_INVALID',
  });
});

test('SCH-2: the coordinator sees the seats that are missing, is refused with them, and proposes', async () => {
  const preview = await post('coordination/school-transfers/preview', transfer, coordinator, '');
  expect({ status: preview.status, body: preview.body }).toMatchObject({
    status: 200,
    body: { refusalCode: 'SEATS_MISSING', seatsMissing: 15, seats: [{ moving: 20 }] },
  });
  const refused = await post('coordination/school-transfers', { terms: transfer });
  expect(refused.body).toMatchObject({
    status: 409,
    code: 'SEATS_MISSING',
    details: { missing: 15 },
  });
  const proposed = await post('coordination/school-transfers', { terms: transfer, propose: true });
  expect({ status: proposed.status, body: proposed.body }).toMatchObject({
    status: 201,
    body: { transfer: { transferId: 't-key-of-a-test', status: 'PROPOSED', seatsMissing: 15 } },
  });
});

test('SCH-2: the receiver’s orderer previews, accepts with its order, or declines', async () => {
  const preview = await post(`${proposal}/preview`, { lines: lines(10) }, vertou, '');
  expect(preview.body).toMatchObject({ seatsMissing: 5, refusalCode: 'SEATS_MISSING' });
  const enough = await post(`${proposal}/preview`, { lines: lines(15) }, vertou, '');
  expect(enough.body).toMatchObject({ seatsMissing: 0, refusalCode: '', refusal: '' });
  const few = await post(`${proposal}/acceptance`, { lines: lines(10) }, vertou);
  expect(few.body).toMatchObject({ status: 409, code: 'SEATS_MISSING' });
  const accepted = await post(
    `${proposal}/acceptance`,
    { lines: lines(10), confirmedSeatsMissing: 5 },
    vertou,
  );
  expect({ status: accepted.status, body: accepted.body }).toMatchObject({
    status: 200,
    body: { transfer: { status: 'CARRIED_OUT', orderId: 'o-1' }, warnings: [expect.any(String)] },
  });
  expect((await post(`${proposal}/refusal`, {}, vertou)).body).toMatchObject({
    transfer: { status: 'DECLINED' },
  });
  const keyless = await post(`${proposal}/acceptance`, { lines: lines(15) }, vertou, '');
  expect(keyless.body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' });
});

test('SCH-2: a member decides nothing of the coordinator’s, and the coordinator commits no money', async () => {
  for (const [path, body] of [
    ['coordination/memberships/m-vertou/schools', school],
    ['coordination/schools/0440437L/end', { ...end, membershipId: 'm-vertou' }],
    ['coordination/school-transfers/preview', transfer],
    ['coordination/school-transfers', { terms: transfer }],
    ['coordination/school-transfers/t-1/cancellation', {}],
  ] as const) {
    expect((await post(path, body, vertou)).status).toBe(403);
  }
  expect((await get('coordination/school-transfers?marketCode=e-primo-2022', vertou)).status).toBe(
    403,
  );
  expect((await post(`${proposal}/acceptance`, { lines: lines(15) })).status).toBe(403);
  const elsewhere = await running.logIn({
    userId: 'e',
    roles: ['coordinator'],
    markets: ['autre'],
  });
  expect((await post('coordination/school-transfers', { terms: transfer }, elsewhere)).status).toBe(
    404,
  );
  expect((await get('coordination/audit?market=e-primo-2022', elsewhere)).status).toBe(404);
});

test('SCH-2: both lists of transfers, of the market and of a member', async () => {
  const ofMarket = await get(
    'coordination/school-transfers?marketCode=e-primo-2022&status=PROPOSED',
  );
  const ofMember = await get('memberships/m-vertou/school-transfers', vertou);
  for (const { body } of [ofMarket, ofMember]) {
    expect(body).toMatchObject({
      transfers: [{ toName: 'Vertou', document: { kind: 'DECISION' } }],
    });
  }
});

test('SUP-3: the journal of a market is the coordinator’s, that of a membership its member’s too', async () => {
  const ofMarket = await get('coordination/audit?market=e-primo-2022&action=order.&limit=1');
  expect(ofMarket.body).toMatchObject({
    entries: [
      { auditEntryId: '42', subject: 'market:e-primo-2022', restsOn: 'o-1', action: 'order.' },
    ],
    nextCursor: 'next',
  });
  expect((await get('coordination/audit?market=e-primo-2022', vertou)).status).toBe(403);
  expect((await get('memberships/m-vertou/audit', vertou)).body).toMatchObject({
    entries: [
      {
        subject: 'membership:m-vertou',
        actorName: 'Une personne jamais connectée ici',
        onBehalfOfName: 'Vertou',
        ...{ carrier: 'player', carrierName: 'Le service, en ligne de commande' },
        restsOnName: 'Bon de commande 1',
        schoolNames: ['0440437L'],
      },
    ],
  });
  expect((await get('memberships/m-ancenis/audit', vertou)).status).toBe(404);
});

test('SCH-2: schools that pass are told by name to who gives and who receives, and to nobody else', async () => {
  await populate(running);
  const named = async (membershipId: string, browser: LoggedInBrowser) => {
    const { body } = await get(`memberships/${membershipId}/school-names`, browser);
    return (body as { schools?: object[]; code?: string }).schools ?? body.code;
  };
  const passing = [{ uai: '0440437L', name: 'École primaire Albert Camus — Ancenis-Saint-Géréon' }];
  // It receives: no school is its own yet.
  expect(await named('m-vertou', vertou)).toEqual(passing);
  expect(await named('m-ancenis', coordinator)).toEqual(passing);
  expect(await named('m-ancenis', vertou)).toBe('NOT_FOUND');
  // No transfer is shown to the supplier.
  const supplier = await running.logIn({ roles: ['supplier'] });
  expect(await named('m-vertou', supplier)).toEqual([]);
});
