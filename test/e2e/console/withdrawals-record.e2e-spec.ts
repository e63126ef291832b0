import request from 'supertest';
import {
  consoleUrl,
  startConsole,
  type LoggedInBrowser,
  type RunningConsole,
} from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';

let running: RunningConsole;
let coordinator: LoggedInBrowser;
beforeAll(async () => {
  running = await startConsole(fakeServices);
  coordinator = await running.logIn({ roles: ['coordinator'] });
}, 60_000);
afterAll(() => running?.stop());

const dates = { sentOn: '2024-06-03', receivedOn: '2024-06-04' };
const letter = { number: '1A 042', ...dates, documentId: 'doc-letter' };
const decision = {
  reference: 'n° 2300001',
  court: 'Tribunal administratif de Nantes',
  decidedOn: '2023-11-06',
  effectiveOn: '2023-09-01',
  sumsDueCents: '123456',
  documentId: 'doc-judgement',
};

function post(path: string, body: object, browser = coordinator, key = 'key-of-a-test') {
  const asked = request(running.app.getHttpServer())
    .post(`/api/memberships/m-ancenis/${path}`)
    .set('origin', consoleUrl)
    .set('cookie', browser.cookie)
    .set('x-csrf-token', browser.csrf);
  return (key === '' ? asked : asked.set('idempotency-key', key)).send(body);
}

test('WDR-1: a letter in time is recorded, one sent too early comes back with the days to send it', async () => {
  const recorded = await post('withdrawal', letter);
  expect(recorded.status).toBe(201);
  expect(recorded.body.notice).toMatchObject({
    withdrawalId: 'w-1',
    status: 'NOTIFIED',
    letter: { number: '1A 042', sentOn: '2024-06-03', document: { sha256: '' } },
  });
  const early = await post('withdrawal', { ...letter, sentOn: '2024-05-18' });
  expect(early.body).toMatchObject({
    status: 409,
    code: 'WITHDRAWAL_TOO_EARLY',
    details: { opensOn: '2024-05-19', lastDay: '2024-07-18' },
  });
});

test('WDR-1: a revocation says which schools do not come back', async () => {
  const { status, body } = await post('withdrawal/revocation', letter);
  expect({ status, body }).toMatchObject({ status: 201, body: { schoolsLost: ['0440437L'] } });
});

test('EXC-1: a decision is recorded with what is due in cents', async () => {
  const { status, body } = await post('exclusion', decision);
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { exclusion: { decision: { effectiveOn: '2023-09-01', sumsDueCents: '123456' } } },
  });
});

test.each([
  ['without its number', 'withdrawal', { ...letter, number: ' ' }],
  ['with a day that does not exist', 'withdrawal', { ...letter, sentOn: '2024-02-30' }],
  ['with an endless document', 'withdrawal/revocation', { ...letter, documentId: 'd'.repeat(101) }],
  ['without the court', 'exclusion', { ...decision, court: '' }],
  ['of a negative sum', 'exclusion', { ...decision, sumsDueCents: '-1' }],
  ['of a fraction of a cent', 'exclusion', { ...decision, sumsDueCents: '0.5' }],
])('a letter or decision %s is refused', async (_name, path, body) => {
  expect((await post(path, body)).status).toBe(422);
});

test('a command without a key is refused; a member records nothing, and sees its own window', async () => {
  expect((await post('withdrawal', letter, coordinator, '')).body.code).toBe(
    'IDEMPOTENCY_KEY_REQUIRED',
  );
  const ancenis = await running.logIn({
    userId: 'orderer-ancenis',
    roles: ['member-orderer'],
    organisationId: organisations.ancenis,
  });
  for (const [path, body] of [
    ['withdrawal', letter],
    ['withdrawal/revocation', letter],
    ['exclusion', decision],
  ] as const) {
    expect((await post(path, body, ancenis)).status).toBe(403);
  }
  const own = await request(running.app.getHttpServer())
    .get('/api/memberships/m-ancenis/withdrawal')
    .set('cookie', ancenis.cookie);
  expect(own.body).toMatchObject({
    state: 'OPEN',
    window: { startsOn: '2024-05-19', endsOn: '2024-07-19' },
  });
});
