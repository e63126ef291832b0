import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { ExclusionService, WithdrawalService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis, ancenis } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

type Methods = (typeof WithdrawalService)['method'] & (typeof ExclusionService)['method'];
type Name = keyof Methods;
type Entry<N extends Name> = {
  /** Of a rightful caller, a request that is answered or refused for a reason of the domain. */
  readonly request: () => MessageInitShape<Methods[N]['input']>;
  readonly rightful: Role;
  /** Of every member: nobody of it may ask, for its own either. */
  readonly coordination?: true;
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let withdrawals: RpcClient<typeof WithdrawalService>;
let exclusions: RpcClient<typeof ExclusionService>;
let membershipId: string;

const document = { title: 'Lettre', datedOn: '2022-07-19' };
const letter = { number: '1A 1', sentOn: '2022-07-19', receivedOn: '2022-07-19', document };
const decision = {
  reference: 'n° 1',
  court: 'Tribunal administratif de Nantes',
  decidedOn: '2022-07-19',
  effectiveOn: '2026-07-19',
  sumsDueCents: 0n,
  document,
};

// Every RPC of both services has its row here: the compiler asks for it, and so does the first test.
const table: { readonly [N in Name]: Entry<N> } = {
  recordWithdrawal: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({ idempotencyKey: randomUUID(), membershipId, letter }),
  },
  revokeWithdrawal: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({ idempotencyKey: randomUUID(), membershipId, letter }),
  },
  getWithdrawal: { rightful: 'member-reader', request: () => ({ membershipId }) },
  listWithdrawals: {
    rightful: 'supplier',
    coordination: true,
    request: () => ({ marketCode }),
  },
  listWithdrawalReminders: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({ marketCode }),
  },
  recordExclusion: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({ idempotencyKey: randomUUID(), membershipId, decision }),
  },
  getExclusion: { rightful: 'member-reader', request: () => ({ membershipId }) },
  listExclusions: {
    rightful: 'supplier',
    coordination: true,
    request: () => ({ marketCode }),
  },
};
const names = [...WithdrawalService.methods, ...ExclusionService.methods].map(
  ({ localName }) => localName,
);

/** The code of the refusal, or undefined for an answer. */
async function call(name: string, as?: { token: string }): Promise<string | number | undefined> {
  const client = { ...withdrawals, ...exclusions };
  const ask = client[name as Name] as (
    request: unknown,
    options?: { token: string },
  ) => Promise<unknown>;
  return ask(table[name as Name].request(), as).then(
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
  const { address } = service;
  withdrawals = createRpcClient(WithdrawalService, { address });
  exclusions = createRpcClient(ExclusionService, { address });
  membershipId = await activateAncenis(service);
}, 60_000);
afterAll(async () => {
  withdrawals.close();
  exclusions.close();
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

test.each(names.filter((name) => table[name as Name].coordination))(
  'WDR-1: %s is refused to the member itself: the letter is addressed to the coordinator',
  async (name) => {
    expect(await call(name, await service.as('member-orderer', own))).toMatch(refused);
  },
);

test.each(['recordWithdrawal', 'revokeWithdrawal', 'recordExclusion'])(
  'SUP-3: %s is refused to roles that read every member',
  async (name) => {
    const roles: Role[] = ['support-1', 'support-2', 'support-3', 'supplier', 'dpo'];
    expect(await call(name, await service.as('supplier', { roles }))).toMatch(refused);
  },
);

test.each(names)(
  'SUP-1: %s is refused to the member, the coordinator and the admin of another market',
  async (name) => {
    for (const role of ['member-orderer', 'coordinator', 'admin'] as const) {
      const as = await service.as(role, {
        organisationId: own.organisationId,
        markets: ['autre'],
      });
      expect(await call(name, as)).toMatch(refused);
    }
  },
);

test.each(names)('%s is not refused to whom it is for', async (name) => {
  const { rightful } = table[name as Name];
  const claims = rightful.startsWith('member') ? { organisationId: own.organisationId } : {};
  const answer = await call(name, await service.as(rightful, claims));
  expect([
    undefined,
    'WITHDRAWAL_TOO_EARLY',
    'WITHDRAWAL_NOT_GIVEN',
    'OUTSIDE_MEMBERSHIP',
  ]).toContain(answer);
});
