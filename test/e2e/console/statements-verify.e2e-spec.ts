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
let ancenis: LoggedInBrowser;
let vertou: LoggedInBrowser;
const memberOf = (key: keyof typeof organisations) =>
  running.logIn({
    userId: key,
    roles: ['member-reader'],
    organisationId: organisations[key],
  });
beforeAll(async () => {
  running = await startConsole(fakeServices);
  coordinator = await running.logIn({ roles: ['coordinator'] });
  ancenis = await memberOf('ancenis');
  vertou = await memberOf('vertou');
}, 60_000);
afterAll(() => running?.stop());

const get = (path: string, { cookie } = ancenis) =>
  request(running.app.getHttpServer()).get(`/api${path}`).set('cookie', cookie);
const verify = (query: string, file?: Buffer, browser = ancenis) =>
  request(running.app.getHttpServer())
    .post(`/api/statements/verification${query}`)
    .set('origin', consoleUrl)
    .set('cookie', browser.cookie)
    .set('x-csrf-token', browser.csrf)
    .set('content-type', 'application/pdf')
    .send(file);

test('ORD-7: a member downloads its own état of a day, and no other’s', async () => {
  const answer = await get('/memberships/m-ancenis/statement?on=2022-09-01');
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': 'attachment; filename="_tat_2022-09-01.pdf"',
    'cache-control': 'no-store',
  });
  expect((answer.body as Buffer).toString()).toBe('%PDF of 2022-09-01');
  expect((await get('/memberships/m-ancenis/statement', vertou)).status).toBe(404);
  expect((await get('/memberships/m-ancenis/statement?on=2022-02-30')).status).toBe(422);
});

test('ORD-7: a paper is verified by its file or its code, with what was given to compare', async () => {
  const byFile = await verify('', Buffer.from('%PDF-x'));
  expect(byFile.status).toBe(200);
  expect(byFile.body).toEqual({
    verdict: 'GENUINE',
    message: '6 octets',
    code: '',
    membershipId: 'm-ancenis',
    on: '2022-10-03',
    differences: [],
    statement: { format: 'ent-statement-1', on: '2022-10-03' },
    superseded: false,
    ordersSince: 0,
    correctionsSince: 1,
    ordersChecked: 3,
  });
  expect((await verify('?code=ABCDE-FGHJK')).body).toMatchObject({ code: 'ABCDE-FGHJK' });
  const unknown = await verify('?code=UNKNOWN', undefined, vertou);
  expect(unknown.body).toMatchObject({ verdict: 'UNKNOWN' });
  expect(unknown.body).not.toHaveProperty('statement');
});

test('SUP-3: another member’s paper is verified to nobody but the group', async () => {
  const file = Buffer.from('%PDF-x');
  expect((await verify('', file, vertou)).status).toBe(404);
  expect((await verify('', file, coordinator)).body).toMatchObject({ verdict: 'GENUINE' });
});

test('refuses a file that is too large, before the services see it', async () => {
  const answer = await verify('', Buffer.alloc(2_000_001));
  expect(answer.body).toMatchObject({ code: 'UPLOAD_TOO_LARGE' });
});

test('ORD-2, ORD-6: the coordinator asks for margins and ceilings of its market; nobody else', async () => {
  const market = '?marketCode=e-primo-2022';
  const margins = await get(`/coordination/margins${market}&accounts=20`, coordinator);
  expect(margins.body).toMatchObject({
    on: '2022-10-03',
    margins: [{ organisationName: 'FLOOR 20 undefined', itemCode: '*', margin: 38 }],
    nextCursor: 'next',
  });
  const near = await get(`/coordination/margins${market}&bound=MAXIMUM&percent=10`, coordinator);
  expect(near.body.margins).toMatchObject([{ organisationName: 'MAXIMUM undefined 10' }]);
  const ceilings = await get(`/coordination/ceilings${market}`, coordinator);
  expect(ceilings.body.ceilings).toMatchObject([{ peak: 900, warningPercent: 90, steps: [] }]);
  for (const path of [`/coordination/margins${market}`, `/coordination/ceilings${market}`]) {
    expect((await get(path)).status).toBe(403);
    expect((await get(path.replace('e-primo-2022', 'autre'), coordinator)).status).toBe(404);
  }
  expect((await get(`/coordination/margins${market}&percent=101`, coordinator)).status).toBe(422);
});

test('MTR-1: the coordinator is told on which days more accounts were open than ordered; nobody else', async () => {
  const path = '/coordination/usage-above-orders?marketCode=e-primo-2022';
  expect((await get(path, coordinator)).body).toEqual({
    until: '2022-10-03',
    total: 1,
    alarms: [
      {
        membershipId: 'm-ancenis',
        organisationName: 'Ancenis',
        itemCode: 'ELEVE',
        label: 'Compte élève',
        period: { startsOn: '2022-09-01', endsOn: '2022-10-03' },
        accountDays: 384,
        worstOn: '2022-09-01',
        openAccounts: 412,
        ordered: 400,
      },
    ],
  });
  expect((await get(path)).status).toBe(403);
  expect((await get(path.replace('e-primo-2022', 'autre'), coordinator)).status).toBe(404);
});
