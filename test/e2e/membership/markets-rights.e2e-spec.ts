import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { MarketService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis, ancenis, marketFile } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

type Methods = (typeof MarketService)['method'];
type Name = keyof Methods;
type Entry<N extends Name> = {
  /** Of a rightful caller, a request that is answered or refused for a reason of the domain. */
  readonly request: () => MessageInitShape<Methods[N]['input']>;
  readonly rightful: Role;
  /** What whoever is rightful gets, where it is refused by a rule of the domain. */
  readonly refusedBy?: string | number;
  /** Terms are changed by the coordinator and the administrator alone. */
  readonly changes?: true;
  /** It names no market: the schema is everybody's, a list holds those of the token. */
  readonly ofNoMarket?: true;
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let client: RpcClient<typeof MarketService>;

const amendment = () => ({
  idempotencyKey: randomUUID(),
  marketCode,
  content: marketFile,
  documentId: 'a-document',
  number: 'Avenant n° 1',
  signedOn: '2022-07-01',
  effectiveOn: '2022-09-01',
});

// Every RPC of the service has its row here: the compiler asks for it, and so does the first test.
const table: { readonly [N in Name]: Entry<N> } = {
  importMarket: {
    rightful: 'coordinator',
    changes: true,
    request: () => ({ content: marketFile, dryRun: true }),
  },
  fixDate: {
    rightful: 'admin',
    changes: true,
    refusedBy: 'MARKET_IN_FORCE',
    request: () => ({
      idempotencyKey: randomUUID(),
      marketCode,
      which: 'EFFECTIVE',
      on: '2022-07-19',
      documentId: 'a-document',
    }),
  },
  amendMarket: {
    rightful: 'coordinator',
    changes: true,
    // Past the rights, billing is asked, and no such service stands behind this one here: INTERNAL.
    refusedBy: 13,
    request: amendment,
  },
  getMarketSchema: { rightful: 'member-reader', ofNoMarket: true, request: () => ({}) },
  listMarkets: { rightful: 'supplier', ofNoMarket: true, request: () => ({}) },
  showMarket: { rightful: 'member-finance', request: () => ({ code: marketCode }) },
  listMarketVersions: { rightful: 'member-reader', request: () => ({ code: marketCode }) },
  whatIsDue: { rightful: 'member-orderer', request: () => ({ marketCode }) },
  listAmendments: { rightful: 'supplier', request: () => ({ marketCode }) },
};
const names = MarketService.methods.map(({ localName }) => localName);
const rowOf = (name: string) => table[name as Name];

/** The code of the refusal, or undefined for an answer. */
async function call(name: string, as?: { token: string }): Promise<string | number | undefined> {
  const ask = client[name as Name] as (
    request: unknown,
    options?: { token: string },
  ) => Promise<unknown>;
  return ask(rowOf(name).request(), as).then(
    () => undefined,
    (error: { code: string | number }) => error.code,
  );
}
const refused = /^(NOT_ALLOWED|NOT_FOUND)$/;
const organisationId = `org-${ancenis.siren}`;

beforeAll(async () => {
  service = await startMembership();
  client = createRpcClient(MarketService, { address: service.address });
  await activateAncenis(service);
}, 60_000);
afterAll(async () => {
  client.close();
  await service.stop();
}, 30_000);

test('every RPC of the service is in the table', () => {
  expect(Object.keys(table).sort()).toEqual([...names].sort());
});

test.each(names)('%s answers nobody without a token', async (name) => {
  expect(await call(name)).toBe(16);
});

test.each(names.filter((name) => rowOf(name).changes))(
  'MKT-6: %s is refused to members and to roles that read every member',
  async (name) => {
    const roles: Role[] = ['member-reader', 'member-orderer', 'member-finance'];
    const member = await service.as('member-orderer', { organisationId, roles });
    expect(await call(name, member)).toMatch(refused);
    const readers: Role[] = ['support-1', 'support-2', 'support-3', 'supplier', 'dpo', 'service'];
    expect(await call(name, await service.as('supplier', { roles: readers }))).toMatch(refused);
  },
);

test.each(names)('SUP-3: %s is refused to a school and to support', async (name) => {
  const roles: Role[] = ['school', 'support-1', 'support-2', 'support-3', 'dpo'];
  expect(await call(name, await service.as('school', { roles }))).toMatch(refused);
});

test.each(names.filter((name) => !rowOf(name).ofNoMarket))(
  'SUP-1: %s is refused to the member, the coordinator and the admin of another market',
  async (name) => {
    for (const role of ['member-orderer', 'coordinator', 'admin'] as const) {
      const as = await service.as(role, { organisationId, markets: ['autre'] });
      expect(await call(name, as)).toMatch(refused);
    }
  },
);

test('SUP-1: a list holds the markets of the token only', async () => {
  const listed = async (claims: object) =>
    (await client.listMarkets({}, await service.as('coordinator', claims))).markets.map(
      ({ code }) => code,
    );
  expect(await listed({ markets: ['autre'] })).toEqual([]);
  expect(await listed({ markets: ['autre', marketCode] })).toEqual([marketCode]);
});

test.each(names)('%s is not refused to whom it is for', async (name) => {
  const { rightful, refusedBy } = rowOf(name);
  const claims = rightful.startsWith('member') ? { organisationId } : {};
  expect(await call(name, await service.as(rightful, claims))).toBe(refusedBy);
});
