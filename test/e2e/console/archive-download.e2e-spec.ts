import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DescService } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import {
  DocumentService,
  ExecutionDocumentsService,
  MembershipService,
  OrderLifeService,
} from '#libs/contracts';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import request from 'supertest';
import { activateAncenis } from '../membership/active-member.js';
import { startMembership } from '../membership/membership-app.js';
import {
  consoleUrl,
  startConsole,
  type LoggedInBrowser,
  type RunningConsole,
} from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';

/**
 * Goal: the accountant's file of a member, from the deposit of its documents to the ZIP on its disk (GOV-4).
 * Method: the console over the real membership service, each asked in the visitor's own name.
 */
jest.setTimeout(90_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let running: RunningConsole;
let open: RpcClient<DescService>[] = [];
let membershipId: string;
let member: LoggedInBrowser;
let coordinator: LoggedInBrowser;

beforeAll(async () => {
  service = await startMembership();
  membershipId = await activateAncenis(service);
  const own = { organisationId: organisations.ancenis };
  const tokens: Record<string, { token: string }> = {
    coordinator: await service.as('coordinator'),
    orderer: await service.as('member-orderer', own),
  };
  const clientOf = <S extends DescService>(of: S) => {
    const client = createRpcClient(of, { address: service.address });
    open.push(client as unknown as RpcClient<DescService>);
    return client;
  };
  const clients = {
    membership: clientOf(MembershipService),
    documents: clientOf(DocumentService),
    executionDocuments: clientOf(ExecutionDocumentsService),
    orderLife: clientOf(OrderLifeService),
  };
  running = await startConsole(({ userId }) => {
    const named = Object.entries(clients).map(([name, client]) => [
      name,
      inNameOf(client, tokens[userId]),
    ]);
    return { ...fakeServices(), ...Object.fromEntries(named) };
  });
  coordinator = await running.logIn({ userId: 'coordinator', roles: ['coordinator'] });
  member = await running.logIn({ userId: 'orderer', roles: ['member-orderer'], ...own });
}, 90_000);
afterAll(async () => {
  for (const client of open) client.close();
  open = [];
  await running?.stop();
  await service?.stop();
}, 30_000);

type Call = (asked: object, options?: object) => Promise<object>;
const inNameOf = (client: object, token: { token: string } | undefined) =>
  new Proxy(client, {
    get: (target, name) => (asked: object, options?: object) =>
      (Reflect.get(target, name) as Call)(asked, { ...options, ...token }),
  });

const deposit = async (kind: string, owner: object, text: string) => {
  const documents = open[1] as unknown as RpcClient<typeof DocumentService>;
  const content = Buffer.from(`%PDF-1.7 ${text}`);
  const asked = {
    idempotencyKey: `key-${kind}`,
    owner,
    kind,
    title: kind,
    fileName: `${kind}.pdf`,
  };
  const { document } = await documents.uploadDocument(
    { ...asked, datedOn: '2022-01-10', content },
    await service.as('coordinator'),
  );
  return { documentId: document!.documentId, content };
};
const ask = (method: 'get' | 'post', path: string, as: LoggedInBrowser) =>
  request(running.app.getHttpServer())
    [method](path)
    .set({ origin: consoleUrl, cookie: as.cookie, 'x-csrf-token': as.csrf });

test('GOV-4: sent by the coordinator, acknowledged by the member, gathered with its orders, every digest right', async () => {
  const market = 'e-primo-2022';
  const ccap = await deposit('CCAP', { marketCode: market }, 'clauses fictives');
  const convention = await deposit('CONVENTION', { membershipId }, 'convention fictive');
  const sent = await ask('post', '/api/coordination/execution-documents', coordinator)
    .set('idempotency-key', 'key-of-sending')
    .send({ marketCode: market, documentId: ccap.documentId, kind: 'CCAP' })
    .expect(201);
  expect(sent.body).toEqual({ sent: 1, passedOver: 0 });
  const at = `/api/memberships/${membershipId}`;
  const listed = await ask('get', `${at}/execution-documents`, member).expect(200);
  const [{ dispatchId }] = listed.body.dispatches as [{ dispatchId: string }];
  await ask('post', `${at}/execution-documents/${dispatchId}/acknowledgement`, member).expect(200);

  const { body } = await ask('get', `${at}/archive`, member).buffer().parse(bytes).expect(200);
  const folder = await mkdtemp(join(tmpdir(), 'archive-'));
  try {
    await writeFile(join(folder, 'a.zip'), body as Buffer);
    await promisify(execFile)('unzip', ['-q', 'a.zip'], { cwd: folder });
    const sums = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).trim().split('\n');
    const contents = await Promise.all(
      sums.map(async (line) => {
        const [digest = '', path = ''] = line.split('  ');
        const content = await readFile(join(folder, path));
        expect(createHash('sha256').update(content).digest('hex')).toBe(digest);
        return { path, content };
      }),
    );
    const found = (part: string) => contents.find(({ path }) => path.includes(part))?.content;
    expect(found('CCAP')).toEqual(ccap.content);
    expect(contents.map(({ content }) => content)).toContainEqual(convention.content);
    expect(found('bons-de-commande/0001')?.subarray(0, 5).toString()).toBe('%PDF-');
    expect(found('index.csv')?.toString()).toMatch(/CCAP;CCAP;2022-01-10;[0-9a-f]{64};2022-/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

function bytes(
  response: NodeJS.EventEmitter,
  done: (error: Error | null, body: unknown) => void,
): void {
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  response.on('end', () => done(null, Buffer.concat(parts)));
  response.on('error', (error: Error) => done(error, null));
}
