import request from 'supertest';
import { startConsole, type LoggedInBrowser, type RunningConsole } from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';

let running: RunningConsole;
let orderer: LoggedInBrowser;
const table = Buffer.from('UAI;Nombre\n0440437L;412\n');

beforeAll(async () => {
  running = await startConsole(fakeServices);
  const organisationId = organisations.ancenis;
  orderer = await running.logIn({ roles: ['member-orderer'], organisationId });
}, 60_000);
afterAll(() => running?.stop());

const send = (path: string, content: Buffer, query = '?fileName=a.csv&datedOn=2022-01-10') =>
  request(running.app.getHttpServer())
    .post(`/api/memberships/m-ancenis/annexe2${path}${query}`)
    .set({ cookie: orderer.cookie, 'x-csrf-token': orderer.csrf, 'idempotency-key': 'key-12345' })
    .set('content-type', 'application/octet-stream')
    .send(content);

test('COM-1: the file travels byte by byte; a preview writes nothing, an import does', async () => {
  expect((await send('/preview', table).expect(200)).body).toMatchObject({
    written: false,
    lineCount: 1,
    faults: [],
  });
  expect((await send('', table).expect(201)).body).toMatchObject({ written: true });
});

test('COM-1: a faulty file is refused with its faults', async () => {
  const faults = [{ line: 0, code: 'FILE_EMPTY', message: 'Le fichier est vide.' }];
  expect((await send('/preview', Buffer.alloc(0)).expect(200)).body).toMatchObject({ faults });
  const { body } = await send('', Buffer.alloc(0)).expect(422);
  expect(body).toMatchObject({ code: 'ANNEXE2_FAULTY', details: { faults } });
});

test('a file that is too large is not read, and the console lives on', async () => {
  const { body } = await send('/preview', Buffer.alloc(5_000_001)).expect(422);
  expect(body).toMatchObject({ code: 'UPLOAD_TOO_LARGE' });
  await send('/preview', table).expect(200);
});

test('asks for a name, a day and a key', async () => {
  const asked = await send('/preview', table, '?fileName=a.csv&datedOn=10/01/2022').expect(422);
  expect(asked.body).toMatchObject({ code: 'INPUT_INVALID' });
  const keyless = await send('', table).unset('idempotency-key').expect(422);
  expect(keyless.body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' });
});

test('COM-1: only the coordination verifies, and names the signed document', async () => {
  const verify = (browser: LoggedInBrowser, body: object) =>
    request(running.app.getHttpServer())
      .post('/api/memberships/m-ancenis/annexe2/verification')
      .set({ cookie: browser.cookie, 'x-csrf-token': browser.csrf })
      .send(body);
  const body = { sha256: 'a'.repeat(64), signedDocumentId: 'd-1' };
  await verify(orderer, body).expect(403);
  const coordinator = await running.logIn({ roles: ['coordinator'] });
  await verify(coordinator, { sha256: body.sha256 }).expect(422);
  expect((await verify(coordinator, body).expect(200)).body).toEqual({ verified: true });
});
