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

const path = '/api/coordination/memberships/m-ancenis/corrections';
function post(to: string, body: object, browser = coordinator, key = 'key-of-a-test') {
  const asked = request(running.app.getHttpServer())
    .post(to)
    .set('origin', consoleUrl)
    .set('cookie', browser.cookie)
    .set('x-csrf-token', browser.csrf);
  return (key === '' ? asked : asked.set('idempotency-key', key)).send(body);
}
const lines = (delta: number) => [{ itemCode: 'ELEVE', effectiveFrom: '2022-10-01', delta }];
const correction = { lines: lines(38), reason: 'HEADCOUNT_ERROR', documentId: 'doc-1' };

test('ORD-4: the coordinator sees what a correction would give, without a key', async () => {
  const { status, body } = await post(`${path}/preview`, { lines: lines(38) }, coordinator, '');
  expect(status).toBe(200);
  expect(body).toEqual({
    refusals: [],
    warnings: [expect.stringContaining('90 % sont atteints')],
    after: [expect.objectContaining({ ordered: [{ from: '2022-10-01', quantity: 450 }] })],
    seatsLost: [{ itemCode: 'ELEVE', held: 440, lost: 10 }],
  });
  const refused = await post(`${path}/preview`, { lines: lines(-10) });
  expect(refused.body.refusals).toMatchObject([{ code: 'BELOW_COMMITMENT', wouldBe: 402 }]);
});

test('ORD-4: a correction is recorded with reason, document and the key of the form', async () => {
  const { status, body } = await post(path, correction, coordinator, 'key-of-the-form');
  expect(status).toBe(201);
  expect(body).toMatchObject({
    order: {
      orderId: 'o-key-of-the-form',
      kind: 'CORRECTION',
      lines: lines(38),
      restsOn: [{ kind: 'CORRECTION_AGREEMENT' }],
    },
    warnings: [expect.stringContaining('90 % sont atteints')],
  });
});

test('ORD-4: without the agreement it is refused as membership says it', async () => {
  const answer = await post(path, { ...correction, documentId: 'doc-2' });
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ type: 'urn:ent:problem:AGREEMENT_MISSING' });
});

test.each([
  ['no document', { ...correction, documentId: '' }],
  ['a reason of its own', { ...correction, reason: 'Erreur de M. Dupont' }],
  ['a change of nothing', { ...correction, lines: lines(0) }],
  ['a fraction', { ...correction, lines: lines(1.5) }],
  ['no line', { ...correction, lines: [] }],
])('ORD-4: refuses %s', async (_what, body) => {
  expect((await post(path, body)).body).toMatchObject({ status: 422, code: 'INPUT_INVALID' });
});

test('ORD-3: refuses a correction without a key', async () => {
  const { body } = await post(path, correction, coordinator, '');
  expect(body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' });
});

test('ORD-4, SUP-3: nobody of the member records or previews one, nor the coordinator of another market', async () => {
  const roles = ['member-reader', 'member-orderer', 'member-finance'] as const;
  const organisationId = organisations.ancenis;
  const member = await running.logIn({ userId: 'm', roles: [...roles], organisationId });
  const other = await running.logIn({ userId: 'o', roles: ['coordinator'], markets: ['autre'] });
  for (const to of [path, `${path}/preview`]) {
    expect((await post(to, correction, member)).status).toBe(403);
    expect([403, 404]).toContain((await post(to, correction, other)).status);
  }
});
