import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { MarginService, StatementService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis, ancenis } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

type StatementMethods = (typeof StatementService)['method'];
type MarginMethods = (typeof MarginService)['method'];
type Methods = StatementMethods & MarginMethods;
type Name = keyof Methods;
type Entry<N extends Name> = {
  /** Of a rightful caller, a request that is answered. */
  readonly request: () => MessageInitShape<Methods[N]['input']>;
  readonly rightful: readonly Role[];
  /** For whoever watches over the group: nobody of a member may ask. */
  readonly coordination?: true;
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let statements: RpcClient<typeof StatementService>;
let margins: RpcClient<typeof MarginService>;
let membershipId: string;
let pdf: Uint8Array;

// Every RPC of both services has its row here: the compiler asks for it, and so does the first test.
const table: { readonly [N in Name]: Entry<N> } = {
  getStatement: {
    rightful: ['member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier'],
    request: () => ({ membershipId }),
  },
  verifyStatement: {
    rightful: ['member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier'],
    request: () => ({ file: pdf }),
  },
  listMargins: {
    rightful: ['coordinator', 'admin'],
    coordination: true,
    request: () => ({ marketCode, bound: 'FLOOR' }),
  },
  getCeilings: {
    rightful: ['coordinator', 'admin'],
    coordination: true,
    request: () => ({ marketCode }),
  },
};
const names = [...StatementService.methods, ...MarginService.methods].map(
  ({ localName }) => localName,
) as Name[];

/** The code of the refusal, or undefined for an answer. */
async function call(name: Name, as?: { token: string }): Promise<string | number | undefined> {
  const clients: Record<string, unknown> = { ...statements, ...margins };
  const ask = clients[name] as (request: unknown, options?: { token: string }) => Promise<unknown>;
  return ask(table[name].request(), as).then(
    () => undefined,
    (error: { code: string | number }) => error.code,
  );
}
const refused = /^(NOT_ALLOWED|NOT_FOUND)$/;
const memberRoles: Role[] = ['member-reader', 'member-orderer', 'member-finance'];
const own = { organisationId: `org-${ancenis.siren}`, roles: memberRoles };
const stranger = { organisationId: 'org-214402158', roles: memberRoles };

beforeAll(async () => {
  service = await startMembership();
  statements = createRpcClient(StatementService, { address: service.address });
  margins = createRpcClient(MarginService, { address: service.address });
  membershipId = await activateAncenis(service);
  const given = await statements.getStatement({ membershipId }, await service.as('coordinator'));
  pdf = given.pdf;
}, 60_000);
afterAll(async () => {
  statements.close();
  margins.close();
  await service.stop();
}, 30_000);

test('every RPC of the services is in the table', () => {
  expect(Object.keys(table).sort()).toEqual([...names].sort());
});

test.each(names)('%s answers nobody without a token', async (name) => {
  expect(await call(name)).toBe(16);
});

test.each(names)('SUP-3: %s is refused to another member', async (name) => {
  expect(await call(name, await service.as('member-orderer', stranger))).toMatch(refused);
});

test.each(names.filter((name) => table[name].coordination))(
  'SUP-3: %s is refused to the member itself, and to roles that read every member',
  async (name) => {
    expect(await call(name, await service.as('member-orderer', own))).toMatch(refused);
    const roles: Role[] = ['support-1', 'support-2', 'support-3', 'supplier', 'dpo'];
    expect(await call(name, await service.as('supplier', { roles }))).toMatch(refused);
  },
);

test.each(names)(
  'SUP-1: %s is refused to school, support and data-protection officer',
  async (name) => {
    for (const role of ['school', 'support-1', 'support-2', 'support-3', 'dpo'] as const) {
      expect(await call(name, await service.as(role, { uais: ['0440437L'] }))).toMatch(refused);
    }
  },
);

test.each(names)(
  'SUP-1: %s is refused to the member, the coordinator, the supplier and the admin of another market',
  async (name) => {
    for (const role of ['member-orderer', 'coordinator', 'supplier', 'admin'] as const) {
      const { organisationId } = own;
      const as = await service.as(role, { organisationId, markets: ['autre'] });
      expect(await call(name, as)).toMatch(refused);
    }
  },
);

test.each(names)('%s is answered to whom it is for', async (name) => {
  for (const role of table[name].rightful) {
    const claims = role.startsWith('member') ? { organisationId: own.organisationId } : {};
    expect(await call(name, await service.as(role, claims))).toBeUndefined();
  }
});

test('over the wire: a paper, its verification by the code as printed, the floor and the ceiling', async () => {
  const as = await service.as('member-reader', { organisationId: own.organisationId });
  const given = await statements.getStatement({ membershipId, on: '2022-07-19' }, as);
  expect(given.code).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
  expect(Buffer.from(given.pdf).subarray(0, 5).toString()).toBe('%PDF-');
  expect(await statements.verifyStatement({ code: given.code }, as)).toMatchObject({
    verdict: 'GENUINE',
    membershipId,
    on: '2022-07-19',
    ordersChecked: 1n,
    content: given.content,
  });
  const coordinator = await service.as('coordinator');
  expect(await margins.listMargins({ marketCode, bound: 'FLOOR' }, coordinator)).toMatchObject({
    on: '2022-07-19',
    margins: [{ membershipId, ordered: 412n, bound: 412n, margin: 0n }],
  });
  for (const wrong of [
    { bound: 'ROOF' },
    { bound: 'FLOOR', percent: 101 },
    { bound: 'FLOOR', accounts: -1n },
  ]) {
    const asked = margins.listMargins({ marketCode, ...wrong }, coordinator);
    await expect(asked).rejects.toMatchObject({ code: 'GOVERNANCE_INPUT_INVALID' });
  }
  const { ceilings } = await margins.getCeilings({ marketCode }, coordinator);
  expect(ceilings).toMatchObject([{ orderedToday: 412n, peak: 412n, peakOn: '2022-07-19' }]);
});
