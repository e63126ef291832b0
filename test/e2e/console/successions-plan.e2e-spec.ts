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
beforeAll(async () => {
  running = await startConsole(fakeServices);
  const memberOf = (key: keyof typeof organisations) =>
    running.logIn({
      userId: `orderer-${key}`,
      roles: ['member-orderer'],
      organisationId: organisations[key],
    });
  [coordinator, ancenis, vertou] = [
    await running.logIn({ roles: ['coordinator'] }),
    await memberOf('ancenis'),
    await memberOf('vertou'),
  ];
}, 60_000);
afterAll(() => running?.stop());

const marketCode = 'e-primo-2022';
const plan = {
  kind: 'PARTIAL',
  effectiveOn: '2023-01-01',
  predecessorMembershipId: 'm-ancenis',
  successor: { siren: '200099489', name: 'Terval', kind: 'COMMUNE', insee: '85289' },
  documentId: 'doc-arrete',
  annexe2Lines: [3],
  quantities: [{ itemCode: 'ELEVE', quantity: 105 }],
};

function post(path: string, body: object, browser = coordinator, key = 'key-of-a-test') {
  const asked = request(running.app.getHttpServer())
    .post(`/api/coordination/successions${path}`)
    .set('origin', consoleUrl)
    .set('cookie', browser.cookie)
    .set('x-csrf-token', browser.csrf);
  return (key === '' ? asked : asked.set('idempotency-key', key)).send(body);
}
const get = (path: string, { cookie }: LoggedInBrowser) =>
  request(running.app.getHttpServer()).get(`/api/${path}`).set('cookie', cookie);
const file = (content: string, query: string, key = 'key-of-a-test') => {
  const asked = request(running.app.getHttpServer())
    .post(`/api/coordination/successions/import?marketCode=${marketCode}&fileName=m.csv${query}`)
    .set({ cookie: coordinator.cookie, 'x-csrf-token': coordinator.csrf, origin: consoleUrl })
    .set('content-type', 'application/octet-stream');
  return (key === '' ? asked : asked.set('idempotency-key', key)).send(Buffer.from(content));
};

test('ADH-5: a preview shows what passes within which bounds, or why it would be refused', async () => {
  const shown = await post('/preview', { marketCode, plan }, coordinator, '');
  expect(shown.status).toBe(200);
  expect(shown.body).toMatchObject({
    refusalCode: '',
    items: [{ orderedMoved: 105, least: 100, most: 112, predecessor: { commitmentAfter: 312 } }],
    schools: ['0440001M'],
    createsMembership: true,
  });
  const leaving = { ...plan, predecessorMembershipId: 'm-leaving' };
  expect((await post('/preview', { marketCode, plan: leaving })).body).toMatchObject({
    refusalCode: 'PREDECESSOR_LEAVES',
    items: [],
  });
});

test('ADH-5: plans are proposed together, under a key', async () => {
  const planned = await post('', { marketCode, plans: [plan, { ...plan, annexe2Lines: [4] }] });
  expect(planned.status).toBe(201);
  expect(planned.body.successions).toMatchObject([
    { status: 'PROPOSED', isOwn: true, effectiveOn: '2023-01-01', movedLines: [{ line: 3 }] },
    { status: 'PROPOSED', movedLines: [{ line: 4 }] },
  ]);
  const keyless = await post('', { marketCode, plans: [plan] }, coordinator, '');
  expect(keyless.body.code).toBe('IDEMPOTENCY_KEY_REQUIRED');
});

test.each([
  ['of a day that does not exist', { ...plan, effectiveOn: '2023-02-30' }],
  ['of a kind that there is not', { ...plan, kind: 'HALF' }],
  [
    'with a fraction of an account',
    { ...plan, quantities: [{ itemCode: 'ELEVE', quantity: 0.5 }] },
  ],
  ['with a negative quantity', { ...plan, quantities: [{ itemCode: 'ELEVE', quantity: -1 }] }],
  ['with an endless document', { ...plan, documentId: 'd'.repeat(101) }],
  ['with a school that is none', { ...plan, schools: ['école'] }],
])('a plan %s is refused', async (_name, wrong) => {
  expect((await post('', { marketCode, plans: [wrong] })).status).toBe(422);
});

test('ADH-5: another coordinator approves what was proposed, by its digest', async () => {
  const digest = 'd'.repeat(64);
  const approved = await post('/suc-proposed/approval', { digest });
  expect(approved.body.successions).toMatchObject([{ status: 'PLANNED', reason: digest }]);
  expect((await post('/suc-ancenis/approval', { digest })).body.code).toBe('SUCCESSION_DECIDED');
  expect((await post('/suc-proposed/approval', { digest: '' })).status).toBe(422);
  expect((await post('/suc-proposed/approval', { digest }, ancenis)).status).toBe(403);
});

test('ADH-5: cancelled before its day with a reason, not after', async () => {
  const reason = 'Arrêté rapporté';
  const cancelled = await post('/suc-planned/cancellation', { reason });
  expect(cancelled.body.successions).toMatchObject([{ status: 'CANCELLED', reason }]);
  expect((await post('/suc-ancenis/cancellation', { reason })).body).toMatchObject({
    status: 409,
    code: 'SUCCESSION_DECIDED',
  });
  expect((await post('/suc-planned/cancellation', { reason: ' ' })).status).toBe(422);
});

test('ADH-5: a file of movements: dry run first, faults by line, then planned', async () => {
  const dry = await file('Date;Type\n', '&dryRun=true');
  expect(dry.status).toBe(201);
  expect(dry.body).toMatchObject({ movements: 1, faults: [], successions: [] });
  expect((await file('x', '&dryRun=true')).body.faults).toMatchObject([{ line: 3 }]);
  const faulty = await file('x', '');
  expect(faulty.body).toMatchObject({
    status: 422,
    code: 'MOVEMENTS_FAULTY',
    details: { faults: [{ line: 3, code: 'DATE_INVALID' }] },
  });
  expect((await file('Date;Type\n', '')).body.successions).toHaveLength(1);
  expect((await file('Date;Type\n', '', '')).body.code).toBe('IDEMPOTENCY_KEY_REQUIRED');
});

test('SUP-3: who gives sees the succession, another member does not, and neither plans one', async () => {
  expect((await get('successions/suc-ancenis', ancenis)).body).toMatchObject({
    successorName: 'Terval',
    moved: [{ itemCode: 'ELEVE', commitment: 100, ordered: 105 }],
  });
  expect((await get('successions/suc-ancenis', vertou)).status).toBe(404);
  expect((await get('memberships/m-ancenis/successions', ancenis)).body).toMatchObject({
    successions: [{ successionId: 'suc-ancenis' }],
    nextCursor: 'next',
  });
  expect((await get('memberships/m-ancenis/successions', vertou)).status).toBe(404);
  expect((await get(`coordination/successions?marketCode=${marketCode}`, ancenis)).status).toBe(
    403,
  );
  expect((await get(`coordination/successions?marketCode=${marketCode}`, coordinator)).status).toBe(
    200,
  );
  expect((await get('coordination/successions?marketCode=autre', coordinator)).status).toBe(404);
  expect((await post('', { marketCode, plans: [plan] }, ancenis)).status).toBe(403);
});
