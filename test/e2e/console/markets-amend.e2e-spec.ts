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
let member: LoggedInBrowser;
beforeAll(async () => {
  running = await startConsole(fakeServices);
  coordinator = await running.logIn({ roles: ['coordinator'] });
  const organisationId = organisations.vertou;
  member = await running.logIn({ userId: 'm', roles: ['member-reader'], organisationId });
}, 60_000);
afterAll(() => running?.stop());

const markets = '/api/markets';
const get = (path: string, { cookie } = member, base = markets) =>
  request(running.app.getHttpServer()).get(`${base}${path}`).set('cookie', cookie);
function post(
  path: string,
  body: object,
  browser = coordinator,
  key = 'key-of-a-test',
  base = markets,
) {
  const asked = request(running.app.getHttpServer())
    .post(`${base}${path}`)
    .set('origin', consoleUrl)
    .set('cookie', browser.cookie)
    .set('x-csrf-token', browser.csrf);
  return (key === '' ? asked : asked.set('idempotency-key', key)).send(body);
}
const amendment = {
  content: '{}',
  documentId: 'doc-1',
  number: 'n° 1',
  signedOn: '2023-05-28',
  effectiveOn: '2023-06-01',
};

test('MKT-1: a member reads the market, its versions with what changed, and its schema', async () => {
  expect((await get('')).body.markets).toMatchObject([{ code: 'e-primo-2022', inForce: true }]);
  expect((await get('/e-primo-2022')).body).toMatchObject({
    version: 2,
    effective: { planned: '2022-07-19', actual: '2022-07-19' },
    notification: { actual: '' },
    terms: { supplier: { name: 'Titulaire' } },
  });
  expect((await get('/e-primo-2022?version=1')).body.version).toBe(1);
  const { versions } = (await get('/e-primo-2022/versions')).body;
  expect(versions).toMatchObject([
    {
      cause: 'AMENDED',
      document: { kind: 'AMENDMENT' },
      changes: [{ path: 'supplier.iban', before: '"a"' }],
    },
    { cause: 'LOADED' },
  ]);
  expect(versions[1]).not.toHaveProperty('document');
  expect((await get('/schema')).body).toEqual({ type: 'object' });
});

test('MKT-3: what is due, within the days asked for', async () => {
  const { body } = await get('/e-primo-2022/due?horizonDays=90');
  expect(body).toMatchObject({ today: '2022-10-03', due: [{ daysLeft: 90, detail: '' }] });
  expect((await get('/e-primo-2022/due?horizonDays=0')).status).toBe(422);
});

test('MKT-1: a dry run tells all mistakes; the coordinator loads, nobody else', async () => {
  const judged = await post('', { content: 'faux', dryRun: true });
  expect(judged.body).toMatchObject({ mistakes: [/code/, /siret/].map(expect.stringMatching) });
  expect((await post('', { content: '{}' })).body).toMatchObject({ written: true });
  expect((await post('', { content: '{}' }, member)).status).toBe(403);
  expect((await post('', { content: '{}' }, coordinator, '')).body.code).toBe(
    'IDEMPOTENCY_KEY_REQUIRED',
  );
});

test('MKT-6: an amendment is proposed; one that reaches behind what is invoiced says from when on', async () => {
  const path = '/e-primo-2022/amendment-proposals';
  const proposed = await post(path, amendment);
  expect({ status: proposed.status, body: proposed.body }).toMatchObject({
    status: 200,
    body: { proposalId: 'p-1', number: 'n° 1', amendment: { effectiveOn: '2023-06-01' } },
  });
  const reaching = await post(path, { ...amendment, effectiveOn: '2023-04-18' });
  expect(reaching.body).toMatchObject({
    status: 409,
    code: 'AMENDMENT_TOUCHES_INVOICED_DAYS',
    details: { invoicedUntil: '2023-04-19' },
  });
  expect((await post(path, amendment, member)).status).toBe(403);
  expect((await get(path, coordinator)).body.proposals).toMatchObject([{ state: 'OPEN' }]);
  expect((await get(path)).status).toBe(403);
  expect((await get('/e-primo-2022/amendments')).body.amendments).toMatchObject([{ version: 2 }]);
});

test('MKT-6: another one reads it whole and decides on that, for a reason where it rejects', async () => {
  const path = '/p-1';
  const decide = (which: string, body: object, browser = coordinator) =>
    post(`${path}/${which}`, body, browser, 'key-of-a-test', '/api/amendment-proposals');
  const read = await get(path, coordinator, '/api/amendment-proposals');
  expect(read.body).toMatchObject({ digest: 'd', amendment: { changes: [{}] } });
  const answers = [
    await decide('approval', { digest: 'd' }),
    await decide('rejection', { digest: 'd', reason: 'Il manque une page.' }),
    await decide('withdrawal', {}),
  ];
  expect(answers.map(({ status, body }) => [status, body.state])).toEqual([
    [200, 'APPROVED'],
    [200, 'REJECTED'],
    [200, 'WITHDRAWN'],
  ]);
  expect((await decide('approval', {})).status).toBe(422);
  expect((await decide('rejection', { digest: 'd' })).status).toBe(422);
  expect((await decide('approval', { digest: 'd' }, member)).status).toBe(403);
});

test('MKT-3: a date is fixed on a document', async () => {
  const body = { which: 'EFFECTIVE', on: '2026-07-19', documentId: 'doc-1' };
  expect((await post('/e-primo-2022/dates', body)).status).toBe(201);
  expect((await post('/e-primo-2022/dates', { ...body, documentId: '' })).status).toBe(422);
  expect((await post('/e-primo-2022/dates', { ...body, on: '2026-02-30' })).status).toBe(422);
});

test('SUP-1: a market of others is not there, whoever asks', async () => {
  for (const browser of [member, coordinator]) {
    for (const path of ['', '/versions', '/due', '/amendments']) {
      expect((await get(`/autre${path}`, browser)).status).toBe(404);
    }
  }
  expect((await post('/autre/amendment-proposals', amendment)).status).toBe(404);
});
