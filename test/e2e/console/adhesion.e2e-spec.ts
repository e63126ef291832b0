import request from 'supertest';
import { startConsole, type LoggedInBrowser, type RunningConsole } from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';

let running: RunningConsole;
let coordinator: LoggedInBrowser;
let orderer: LoggedInBrowser;

beforeAll(async () => {
  running = await startConsole(fakeServices);
  coordinator = await running.logIn({ roles: ['coordinator'] });
  orderer = await running.logIn({
    roles: ['member-orderer'],
    organisationId: organisations.ancenis,
  });
}, 60_000);
afterAll(() => running?.stop());

const ask = (method: 'get' | 'post' | 'put', path: string, browser = coordinator) =>
  request(running.app.getHttpServer())
    [method](path)
    .set({ cookie: browser.cookie, 'x-csrf-token': browser.csrf, 'idempotency-key': 'key-12345' });
const market = 'marketCode=e-primo-2022';
const marketCode = 'e-primo-2022';
const deposit = (browser: LoggedInBrowser, owner: string) =>
  ask(
    'post',
    `/api/documents?${owner}&kind=CONVENTION&title=Convention&fileName=a.pdf&datedOn=2022-01-10`,
    browser,
  ).set('content-type', 'application/pdf');

test('ADH-2: a file is deposited as the body of the request, and comes back as it was named', async () => {
  const { body } = await deposit(orderer, 'membership=m-ancenis')
    .send(Buffer.alloc(3 * 1024 * 1024, '%PDF-'))
    .expect(201);
  expect(body).toMatchObject({ documentId: 'doc-key-12345', size: 3_145_728 });
  await ask('get', '/api/documents/doc-ancenis/content', orderer)
    .expect(200)
    .expect('content-type', /application\/pdf/)
    .expect('content-disposition', /attachment; filename\*=UTF-8''convention%20sign%C3%A9e\.pdf/)
    .expect('cache-control', 'no-store');
});

test('ADH-2: more than 20 MB is refused before it is read', async () => {
  const answer = await deposit(orderer, 'membership=m-ancenis')
    .set('content-length', String(21 * 1024 * 1024))
    .send(Buffer.alloc(10))
    .catch((error: { code: string }) => error);
  // The server answers, or closes, while the client still sends.
  if ('status' in answer) expect(answer.body).toMatchObject({ code: 'UPLOAD_TOO_LARGE' });
});

test('SUP-3: a member deposits for itself only, and sees no document of another', async () => {
  const vertou = await running.logIn({
    ...{ roles: ['member-orderer'], userId: 'v', organisationId: organisations.vertou },
  });
  await deposit(vertou, 'membership=m-ancenis').send(Buffer.from('%PDF-')).expect(404);
  await ask('get', '/api/documents/doc-ancenis', vertou).expect(404);
  await ask('get', '/api/documents/doc-ancenis/content', vertou).expect(404);
  await ask('get', '/api/documents?membership=m-ancenis', vertou).expect(404);
  await ask('get', `/api/organisations/${organisations.ancenis}?${market}`, vertou).expect(404);
});

test('ADH-3: the coordinator decides about a late letter on a document, and refuses with reasons', async () => {
  const path = '/api/coordination/applications/m-ancenis';
  const { body } = await ask('get', `/api/coordination/applications?${market}&awaitingOnly=true`);
  expect(body.applications).toMatchObject([{ status: 'APPLIED', missing: ['…'] }]);
  await ask('post', `${path}/admission`).send({ reasonCode: 'POSTAL_DELAY' }).expect(422);
  await ask('post', `${path}/admission`)
    .send({ reasonCode: 'POSTAL_DELAY', documentId: 'd' })
    .expect(201, { reason: '(convention, art. 2)' });
  await ask('post', `${path}/refusal`).send({ reasonCode: 'AUTRE' }).expect(422);
  await ask('post', `${path}/refusal`)
    .send({ reasonCode: 'GIVEN_UP', note: 'Courrier.' })
    .expect(201, { reasons: ['(convention, art. 2)', 'Courrier.'] });
  await ask('post', `${path}/acceptance`).expect(200, { status: 'ACCEPTED', reasons: [] });
  await ask('post', `${path}/acceptance`, orderer).expect(403);
  const unsigned = await ask('get', `/api/coordination/unsigned-members?${market}`).expect(200);
  expect(unsigned.body).toMatchObject({ total: 1, members: [{ name: 'Vertou' }] });
});

test('ADH-1: an application is recorded as the letter states it', async () => {
  const application = {
    marketCode,
    organisation: { name: 'Vertou', siren: '214402158', kind: 'COMMUNE', insee: '44215' },
    ...{ letterNumber: '1A 1', sentOn: '2022-01-10', receivedOn: '2022-01-12' },
    documentIds: ['d-1'],
  };
  const { body } = await ask('post', '/api/coordination/applications')
    .send(application)
    .expect(201);
  expect(body).toMatchObject({ organisationId: 'org-214402158', status: 'APPLIED' });
  const wrong = { ...application, sentOn: '2022-02-30' };
  await ask('post', '/api/coordination/applications').send(wrong).expect(422);
  const elsewhere = { ...application, marketCode: 'autre' };
  await ask('post', '/api/coordination/applications').send(elsewhere).expect(404);
});

test('a campaign is read, imported, reminded', async () => {
  const { body } = await ask('get', `/api/coordination/campaign?${market}`).expect(200);
  expect(body).toMatchObject({ adhesionDeadline: '2022-01-15', counts: [{ state: 'SILENT' }] });
  const list = `/api/coordination/invitations`;
  await ask('get', `${list}?${market}&state=SILENT&dueOnly=true`).expect(200);
  const imported = await ask('post', `${list}/import?${market}&invitedOn=2021-11-15&fileName=l.csv`)
    .set('content-type', 'text/csv')
    .send('SIREN;Nom')
    .expect(200);
  expect(imported.body.faults).toEqual([{ line: 2, code: 'SIREN_INVALID', message: 'SIREN;Nom' }]);
  const reminder = { remindedOn: '2021-12-06', channel: 'MAIL' };
  await ask('post', `${list}/reminders`)
    .send({ marketCode, reminder, invitationIds: ['inv-1'] })
    .expect(201, { reminded: 1 });
  await ask('post', `${list}/reminders`)
    .send({ marketCode, reminder, invitationIds: [] })
    .expect(422);
});

test('ADH-1: an organisation’s file is edited on the version that was read', async () => {
  const path = `/api/organisations/${organisations.ancenis}`;
  await ask('get', `${path}?${market}`, orderer).expect(200).expect('etag', '"1"');
  const contacts = {
    marketCode,
    billingContacts: [{ name: 'Service financier', mail: 'f@example.org' }],
  };
  const put = () => ask('put', `${path}/billing-contacts`, orderer);
  expect((await put().send(contacts).expect(422)).body).toMatchObject({
    code: 'IF_MATCH_REQUIRED',
  });
  await put().set('if-match', '"1"').send(contacts).expect(200);
  const stale = await put().set('if-match', '"7"').send(contacts).expect(412);
  expect(stale.body).toMatchObject({ code: 'ORGANISATION_FILE_STALE' });
  const chorusPro = { purchaseOrderNumber: 'ENG-2023' };
  const entry = { marketCode, validFrom: '2023-01-01', chorusPro };
  await ask('post', `${path}/chorus-pro`, orderer).set('if-match', '"1"').send(entry).expect(201);
  await ask('post', `${path}/signatories`, orderer).send({}).expect(403);
});
