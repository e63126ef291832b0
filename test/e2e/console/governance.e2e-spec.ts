import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { create } from '@bufbuild/protobuf';
import { DownloadDocumentResponseSchema, ListOrdersResponseSchema } from '#libs/contracts';
import request from 'supertest';
import {
  consoleUrl,
  startConsole,
  type LoggedInBrowser,
  type RunningConsole,
} from './console-app.js';
import { aDocument } from './fake-governance.js';
import { fakeServices, organisations } from './fake-services.js';

let running: RunningConsole;
let coordinator: LoggedInBrowser;
let member: LoggedInBrowser;
let services = fakeServices();

beforeAll(async () => {
  running = await startConsole(() => services);
  coordinator = await running.logIn({ roles: ['coordinator'] });
  member = await running.logIn({
    roles: ['member-reader', 'member-orderer'],
    organisationId: organisations.ancenis,
  });
}, 60_000);
afterAll(() => running?.stop());
afterEach(() => {
  services = fakeServices();
});

type Asked = { as?: LoggedInBrowser; ifMatch?: string; key?: string; body?: object };
function ask(method: 'get' | 'post' | 'put', path: string, asked: Asked = {}) {
  const { as = coordinator, ifMatch, key, body } = asked;
  const call = request(running.app.getHttpServer())
    [method](path)
    .set({ origin: consoleUrl, cookie: as.cookie, 'x-csrf-token': as.csrf });
  if (ifMatch) call.set('if-match', ifMatch);
  if (key) call.set('idempotency-key', key);
  return body ? call.send(body) : call;
}
const market = 'e-primo-2022';
const composition = {
  seats: [{ functionTitle: 'IA-DASEN', organisation: 'DSDEN', side: 'EDUCATION_NATIONALE' }],
};
const meeting = {
  meetsOn: '2022-10-12',
  startsAt: '14:00',
  place: 'Rectorat',
  agenda: ['Initialisation'],
};

describe('GOV-5 committees', () => {
  test('GOV-5: edits by ETag and If-Match: without 422, stale 412, else the next version', async () => {
    const read = await ask('get', '/api/committees/c-copil').expect(200);
    expect(read.headers['etag']).toBe('"3"');
    const path = '/api/coordination/committees/c-copil/composition';
    const without = await ask('put', path, { body: composition }).expect(422);
    expect(without.body.code).toBe('IF_MATCH_REQUIRED');
    await ask('put', path, { body: composition, ifMatch: '"2"' }).expect(412);
    const ifMatch = read.headers['etag'] as string;
    const changed = await ask('put', path, { body: composition, ifMatch }).expect(200);
    expect(changed.headers['etag']).toBe('"4"');
    expect(changed.body).toMatchObject({ committeeId: 'c-copil', seatCount: 4 });
  });

  test('GOV-5: a meeting from its plan to its minutes', async () => {
    const committees = '/api/coordination/committees';
    const body = { marketCode: market, kind: 'STEERING' };
    const { body: refused } = await ask('post', committees, { body }).expect(422);
    expect(refused.code).toBe('IDEMPOTENCY_KEY_REQUIRED');
    await ask('post', committees, { body, key: 'key-of-copil' }).expect(201);
    const planned = await ask('post', `${committees}/c-copil/meetings`, {
      body: meeting,
      key: 'key-of-meeting',
    }).expect(201);
    expect(planned.body.meetingId).toBe('r-key-of-meeting');
    const at = '/api/coordination/meetings/r-1';
    const ifMatch = '"2"';
    await ask('put', at, { body: { ...meeting, startsAt: '25:00' }, ifMatch }).expect(422);
    await ask('put', at, { body: meeting, ifMatch }).expect(200);
    await ask('post', `${at}/invitations`, { ifMatch }).expect(200);
    const attendances = [{ number: 1, outcome: 'PRESENT' }];
    await ask('post', `${at}/attendance`, { ifMatch, body: { attendances } }).expect(200);
    await ask('post', `${at}/minutes`, { ifMatch, body: { documentId: 'doc-1' } }).expect(200);
    await ask('post', `${at}/cancellation`, { ifMatch }).expect(200);
    await ask('post', `${at}/cancellation`, { ifMatch: '"9"' }).expect(412);
    const list = await ask('get', '/api/committees/c-copil/meetings?limit=1').expect(200);
    expect(list.body).toMatchObject({ meetings: [{ meetingId: 'r-1' }], nextCursor: 'n' });
    await ask('get', '/api/committees/c-copil/meetings?limit=201').expect(422);
    await ask('get', '/api/meetings/r-1', { as: member }).expect(200);
    await ask('put', at, { as: member, body: meeting, ifMatch }).expect(403);
  });
});

test('GOV-2: actions are planned, held and published; members read', async () => {
  const training = {
    kind: 'TRAINING',
    title: 'Prise en main',
    scope: 'ACADEMY',
    plannedOn: '2022-11-09',
  };
  const path = '/api/coordination/trainings';
  const planned = { marketCode: market, plan: training };
  await ask('post', path, { body: planned, key: 'key-of-it' }).expect(201);
  const { headers } = await ask('get', `${path}/t-1`).expect(200);
  const ifMatch = headers['etag'] as string;
  await ask('put', `${path}/t-1`, { body: training, ifMatch }).expect(200);
  await ask('put', `${path}/t-1`, { body: training, ifMatch: '"1"' }).expect(412);
  const held = { heldOn: '2022-10-03', participants: 31 };
  const { body } = await ask('post', `${path}/t-1/holding`, { body: held, ifMatch }).expect(200);
  expect(body).toMatchObject({ ...held, status: 'HELD', version: 6 });
  await ask('post', `${path}/t-1/cancellation`, { ifMatch }).expect(200);
  const figures = await ask('get', `/api/coordination/training-figures?marketCode=${market}`);
  expect(figures.body.figures).toMatchObject([{ scope: 'ACADEMY', held: 1 }]);
  const note = { marketCode: market, title: 'Rentrée', body: 'Texte.' };
  await ask('post', '/api/coordination/progress', { body: note, key: 'key-of-note' }).expect(201);
  await ask('get', `/api/progress?marketCode=${market}`, { as: member }).expect(200);
  await ask('get', `/api/trainings?marketCode=${market}`, { as: member }).expect(200);
  await ask('get', '/api/trainings?marketCode=autre', { as: member }).expect(404);
});

test('GOV-3: the tender, its offers and their ranking are the coordinator’s; the refusal names who has not signed', async () => {
  const method = {
    priceWeight: 40,
    qualityWeight: 60,
    priceFormula: 'LOWEST_OVER_PRICE',
    criteria: [{ code: 'FONCTIONS', label: 'Fonctions', weight: 60 }],
    markMax: 20,
    decimals: 2,
    rankOn: 'EXACT',
  };
  const at = '/api/coordination';
  const tender = { marketCode: market, method, rulesDocumentId: 'doc-1' };
  const refusal = await ask('post', `${at}/tender`, { body: tender, key: 'key-of-tender' });
  expect(refusal.status).toBe(409);
  expect(refusal.body).toMatchObject({
    code: 'MEMBERS_NOT_SIGNED',
    details: { members: [{ name: 'vertou' }] },
  });
  const offer = {
    bidder: 'Entreprise fictive',
    siren: '999000045',
    priceCents: '900719925474099',
    marks: [{ criterion: 'FONCTIONS', hundredths: 1650 }],
  };
  const body = { marketCode: market, ...offer };
  const recorded = await ask('post', `${at}/offers`, { body, key: 'key-of-offer' }).expect(201);
  expect(recorded.body.priceCents).toBe('900719925474099');
  await ask('post', `${at}/offers`, {
    body: { ...body, priceCents: '12.5' },
    key: 'key-of-other',
  }).expect(422);
  await ask('put', `${at}/offers/f-1`, { body: offer, ifMatch: '"7"' }).expect(200);
  await ask('put', `${at}/offers/f-1`, { body: offer, ifMatch: '"6"' }).expect(412);
  const { body: ranked } = await ask('get', `${at}/ranking?marketCode=${market}`).expect(200);
  expect(ranked.ranking).toMatchObject([{ rank: 1, tied: true, total: { rounded: '85.79' } }]);
  const award = { marketCode: market, offerId: 'f-1' };
  await ask('post', `${at}/award`, { body: award, key: 'key-of-award' }).expect(201);
  await ask('get', `${at}/tender?marketCode=${market}`).expect(200);
  for (const path of ['tender', 'offers', 'ranking']) {
    await ask('get', `${at}/${path}?marketCode=${market}`, { as: member }).expect(403);
  }
});

describe('GOV-1 activity', () => {
  test('GOV-1, SUP-3: a member gets its own detail and the totals, whatever the owner tells', async () => {
    const own = await ask('get', `/api/activity?market=${market}`, { as: member }).expect(200);
    expect(own.body).toMatchObject({
      on: '2022-10-03',
      totals: { members: 2, figures: [{ commitment: 412, ordered: 450, margin: 38 }] },
      members: [{ membershipId: 'm-ancenis', ordersSigned: 3, seatsHeld: null }],
    });
    expect(own.body.members).toHaveLength(1);
    const all = await ask('get', `/api/activity?market=${market}`).expect(200);
    expect(all.body.members).toHaveLength(2);
  });

  test('GOV-1: the same as CSV and ODS, and no formula in either', async () => {
    const csv = await ask('get', `/api/activity/csv?market=${market}`, { as: member }).expect(200);
    expect(csv.headers['content-type']).toContain('text/csv');
    const lines = csv.text.split('\r\n');
    expect(lines[2]).toContain("'=ancenis;;ACTIVE;2022-07-19;2026-07-19;Compte élève;412;450;38");
    expect(lines[3]).toContain('Total du groupement (2 membres)');
    expect(csv.text).not.toContain('vertou');
    const ods = await ask('get', `/api/activity/ods?market=${market}`).buffer().expect(200);
    expect(ods.headers['content-disposition']).toContain('activite-e-primo-2022.ods');
  });

  test('GOV-1: the coordinator decides what list is published', async () => {
    const path = '/api/coordination/published-list';
    const body = { marketCode: market, content: 'NAMES', reason: 'COPIL' };
    await ask('post', path, { body, key: 'key-of-list' }).expect(201);
    await ask('post', path, { as: member, body, key: 'key-of-list' }).expect(403);
    const list = await ask('get', `/api/published-members?marketCode=${market}`, { as: member });
    expect(list.body).toEqual({ members: [], nextCursor: '' });
  });
});

describe('GOV-4 documents for execution', () => {
  const at = '/api/memberships/m-ancenis';

  test('GOV-4: sent, listed, acknowledged by the member', async () => {
    const path = '/api/coordination/execution-documents';
    const body = { marketCode: market, documentId: 'doc-1', kind: 'CCAP' };
    const { body: sent } = await ask('post', path, { body, key: 'key-of-ccap' }).expect(201);
    expect(sent).toEqual({ sent: 2, passedOver: 1 });
    await ask('get', `${path}/unacknowledged?marketCode=${market}`).expect(200);
    await ask('get', `${at}/execution-documents`, { as: member }).expect(200);
    const acknowledgement = `${at}/execution-documents/e-1/acknowledgement`;
    const done = await ask('post', acknowledgement, { as: member }).expect(200);
    expect(done.body).toMatchObject({ acknowledgedOn: '2022-10-03' });
    await ask('post', acknowledgement).expect(403);
  });

  const archive = () =>
    ask('get', `${at}/archive`, { as: member })
      .buffer()
      .parse((response, done) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => done(null, Buffer.concat(parts)));
        response.on('error', (error) => done(error, null));
      });

  test('GOV-4: one archive with index and digests, that any tool opens and sha256sum verifies', async () => {
    const order = { orderId: 'o-1', number: '1', ledgerPosition: 1, signedOn: '2022-07-19' };
    services = {
      ...services,
      membership: {
        ...services.membership,
        getMembership: services.membership.getMembership,
        listOrders: async () => create(ListOrdersResponseSchema, { orders: [order] }),
      },
    };
    const { body, headers } = await archive().expect(200);
    expect(headers['content-type']).toBe('application/zip');
    expect(headers['content-disposition']).toContain(
      'dossier-200083228-e-primo-2022-2022-10-03.zip',
    );
    const folder = await mkdtemp(join(tmpdir(), 'archive-'));
    try {
      await writeFile(join(folder, 'a.zip'), body as Buffer);
      const run = promisify(execFile);
      await run('unzip', ['-q', 'a.zip'], { cwd: folder });
      const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8');
      expect(sums.trim().split('\n')).toHaveLength(3);
      for (const line of sums.trim().split('\n')) {
        const [digest = '', path = ''] = line.split('  ');
        const content = await readFile(join(folder, path));
        expect(createHash('sha256').update(content).digest('hex')).toBe(digest);
      }
      const index = await readFile(join(folder, 'index.csv'), 'utf8');
      expect(index).toContain(`CCAP;CCAP;2022-04-01;${aDocument.sha256};2022-04-12`);
      expect(index).toContain('bons-de-commande/0001-1.pdf;ORDER;Bon de commande n° 1;2022-07-19');
      expect(sums).toContain('documents/0001-CCAP-2022-04-01-CCAP_signé.pdf');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('GOV-4: a document that is not what was sent breaks the archive off', async () => {
    const downloadDocument = async () =>
      create(DownloadDocumentResponseSchema, { content: Buffer.from('another') });
    services = { ...services, documents: { ...services.documents, downloadDocument } };
    await expect(archive()).rejects.toThrow();
  });

  test('GOV-4: before anything leaves, a refusal is a refusal', async () => {
    const openArchive = () => Promise.reject(new Error('technical'));
    services = {
      ...services,
      executionDocuments: { ...services.executionDocuments, openArchive },
    };
    await archive().expect(500);
  });
});
