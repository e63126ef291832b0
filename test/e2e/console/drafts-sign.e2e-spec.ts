import request from 'supertest';
import {
  consoleUrl,
  startConsole,
  type LoggedInBrowser,
  type RunningConsole,
} from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';

/** Goal: a draft is read with its version, and changed, cancelled or signed from that version only. */
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

const path = '/api/memberships/m-ancenis/drafts';
const body = {
  lines: [{ itemCode: 'ELEVE', effectiveFrom: '2022-11-01', delta: 38 }],
  note: 'X-1',
};
const ask = (
  method: 'get' | 'post' | 'put' | 'delete',
  of: string,
  headers: Record<string, string> = {},
  browser = orderer,
) =>
  request(running.app.getHttpServer())
    [method](of)
    .set({ origin: consoleUrl, cookie: browser.cookie, 'x-csrf-token': browser.csrf, ...headers });
const key = { 'idempotency-key': 'key-of-a-test' };

test('ORD-1: a draft is prepared with a key, and read with its version as ETag', async () => {
  const prepared = await ask('post', path, key).send(body);
  expect(prepared.status).toBe(201);
  expect(prepared.headers['etag']).toBe('"3"');
  const read = await ask('get', `${path}/d-ancenis`);
  expect(read.headers['etag']).toBe('"3"');
  expect(read.body).toMatchObject({ draftId: 'd-ancenis', version: 3, status: 'DRAFT' });
  const listed = await ask('get', `${path}?status=DRAFT`);
  expect(listed.body.drafts).toHaveLength(1);
  expect((await ask('post', path).send(body)).body.code).toBe('IDEMPOTENCY_KEY_REQUIRED');
});

test('ORD-1: a version from before is answered 412, the one read is taken', async () => {
  const stale = { 'if-match': '"2"' };
  const seen = { 'if-match': '"3"' };
  const draft = `${path}/d-ancenis`;
  for (const answer of [
    await ask('put', draft, stale).send(body),
    await ask('delete', draft, stale),
    await ask('post', `${draft}/sign`, { ...key, ...stale }).send({}),
  ]) {
    expect(answer.status).toBe(412);
    expect(answer.body.code).toBe('DRAFT_STALE');
  }
  const changed = await ask('put', draft, seen).send(body);
  expect([changed.status, changed.headers['etag'], changed.body.note]).toEqual([200, '"4"', 'X-1']);
  const cancelled = await ask('delete', draft, seen);
  expect([cancelled.status, cancelled.body.status]).toEqual([200, 'CANCELLED']);
  const signed = await ask('post', `${draft}/sign`, { ...key, ...seen }).send({});
  expect([signed.status, signed.body.order.number]).toEqual([201, 'BC-0002']);
  expect((await ask('put', draft).send(body)).body.code).toBe('IF_MATCH_REQUIRED');
});

test('SUP-4: free text as a note is refused', async () => {
  const answer = await ask('post', path, key).send({ ...body, note: 'pour la classe de Léa' });
  expect(answer.status).toBe(422);
});

test('ORD-1: the supplier lists what it has to acknowledge, and acknowledges as often as it likes', async () => {
  const supplier = await running.logIn({ roles: ['supplier'] });
  const list = '/api/supplier/orders-to-acknowledge';
  const listed = await ask('get', `${list}?marketCode=e-primo-2022`, {}, supplier);
  expect(listed.body.orders).toMatchObject([
    { organisationName: 'Ancenis', order: { number: 'BC-0002' } },
  ]);
  expect((await ask('get', `${list}?marketCode=autre`, {}, supplier)).status).toBe(404);
  const acknowledged = await ask(
    'post',
    '/api/supplier/orders/o-ancenis/acknowledgement',
    {},
    supplier,
  );
  expect(acknowledged.status).toBe(200);
  expect(acknowledged.body).toMatchObject({
    status: 'ACKNOWLEDGED',
    acknowledgedOn: '2022-10-04',
  });
});

test('ORD-1: the paper of an order is a PDF that no cache keeps', async () => {
  const pdf = await ask('get', '/api/memberships/m-ancenis/orders/o-ancenis/pdf');
  expect(pdf.headers['content-type']).toBe('application/pdf');
  expect(pdf.headers['cache-control']).toBe('no-store');
});
