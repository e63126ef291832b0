import request from 'supertest';
import { consoleUrl, startConsole, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';

/**
 * Goal: what only the demo did by gRPC has a door for people: a membership comes into force, prices are proposed, a
 * billing run is started, an import is started and approved. The rights of every role: openapi-routes, routes-guard.
 */
let running: RunningConsole;
beforeAll(async () => {
  running = await startConsole(fakeServices);
});
afterAll(() => running?.stop());

async function browserOf(role: 'coordinator' | 'supplier' | 'support-2') {
  const { cookie, csrf } = await running.logIn({ roles: [role] });
  return (method: 'get' | 'post', path: string) =>
    request(running.app.getHttpServer())
      [method](path)
      .set({ origin: consoleUrl, cookie, 'x-csrf-token': csrf });
}

test('ADH-6: the coordinator brings a membership into force', async () => {
  const ask = await browserOf('coordinator');
  const path = '/api/coordination/memberships/m-ancenis/activation';
  const { body } = await ask('post', path).expect(200);
  expect(body).toMatchObject({ membershipId: 'm-ancenis', status: 'ACTIVE' });
  // For services only.
  expect(body).not.toHaveProperty('ledgerHead');
});

test('BIL-2, BIL-5: the supplier proposes a file of prices and starts a run', async () => {
  const ask = await browserOf('supplier');
  const prices = '/api/billing/proposals/prices?marketCode=e-primo-2022&documentId=bpu';
  const sent = ask('post', prices).set('idempotency-key', 'key-of-prices');
  const { body } = await sent.set('content-type', 'text/csv').send('item;price').expect(200);
  expect(body).toEqual({ proposalId: 'bpu-10', changes: [], effects: [] });
  const run = { marketCode: 'e-primo-2022', periodEndsOn: '2022-10-19' };
  const started = await ask('post', '/api/billing/runs')
    .set('idempotency-key', 'key-of-run')
    .send(run)
    .expect(200);
  expect(started.body).toMatchObject({ runId: 'run-2022-10-19', waiting: 2 });
  const { body: seen } = await ask('get', '/api/billing/runs/run-2022-10-19').expect(200);
  expect(seen).toMatchObject({ run: { runId: 'run-2022-10-19' }, waiting: 0, drafted: 2 });
  await ask('post', '/api/billing/runs/run-2022-10-19/members/m-ancenis/retry')
    .set('idempotency-key', 'key-of-retry')
    .expect(200);
  await ask('get', '/api/billing/runs?marketCode=e-primo-2022').expect(200);
});

test('BIL-9: the supplier sees the drafts without number and tries one again', async () => {
  const ask = await browserOf('supplier');
  const failures = '/api/billing/numbering-failures';
  await ask('get', `${failures}?marketCode=e-primo-2022`).expect(200);
  const { body } = await ask('post', `${failures}/i-ancenis/retry`).expect(200);
  expect(body).toMatchObject({ invoiceId: 'i-ancenis', number: 'EP22-2023-000001' });
});

test('a file of prices that is too large is not read, and a run without its day names the field', async () => {
  const ask = await browserOf('supplier');
  const large = await ask('post', '/api/billing/proposals/prices?marketCode=e-primo-2022')
    .set('idempotency-key', 'key-of-prices')
    .set('content-type', 'text/csv')
    .send('x'.repeat(200_001));
  expect(large.body).toMatchObject({ status: 422, code: 'UPLOAD_TOO_LARGE' });
  const { body } = await ask('post', '/api/billing/runs')
    .set('idempotency-key', 'key-of-run')
    .send({ marketCode: 'e-primo-2022' })
    .expect(422);
  expect(body.details.mistakes).toMatchObject([
    { field: 'periodEndsOn', message: expect.stringMatching(/^Fin de la période : /) },
  ]);
});

test('DIR-5: level 2 of support starts an import and approves what is held; the coordinator reads its figures', async () => {
  const support = await browserOf('support-2');
  const asked = { source: 'aaf-17', folder: 'AAF' };
  const started = await support('post', '/api/support/imports').send(asked).expect(201);
  const path = `/api/support/imports/${started.body.importId}`;
  const approval = { reason: 'FIN_ANNEE' };
  await support('post', `${path}/approval`).send(approval).expect(200);
  await support('post', `${path}/rejection`).send(approval).expect(200);
  const coordinator = await browserOf('coordinator');
  const { body } = await coordinator('get', path).expect(200);
  expect(body).toMatchObject({ importId: started.body.importId, state: 'HELD' });
  await coordinator('post', `${path}/approval`).send(approval).expect(403);
});
