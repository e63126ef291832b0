import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { SuccessionService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis, ancenis } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

type Methods = (typeof SuccessionService)['method'];
type Name = keyof Methods;
type Entry<N extends Name> = {
  /** Of a rightful caller, a request that is answered or refused for a reason of the domain. */
  readonly request: () => MessageInitShape<Methods[N]['input']>;
  readonly rightful: Role;
  /** The coordinator's decision: nobody of the member may ask, for its own either. */
  readonly coordination?: true;
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let client: RpcClient<typeof SuccessionService>;
let membershipId: string;
let successionId: string;

const plan = () => ({
  kind: 'FULL',
  effectiveOn: '2023-01-01',
  predecessorMembershipId: membershipId,
  successor: {
    name: 'Terval',
    siren: '200099489',
    kind: 'COMMUNE',
    insee: '85289',
    address: '1 place de la Mairie',
  },
  document: { kind: 'DECISION', title: 'Arrêté', datedOn: '2022-07-01' },
});
const content = new TextEncoder().encode('Date;Type\n');

// Every RPC of the service has its row here: the compiler asks for it, and so does the first test.
const table: { readonly [N in Name]: Entry<N> } = {
  planSuccessions: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({ idempotencyKey: randomUUID(), marketCode, plans: [plan()] }),
  },
  previewSuccession: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({ marketCode, plan: plan() }),
  },
  cancelSuccession: {
    rightful: 'admin',
    coordination: true,
    request: () => ({ idempotencyKey: randomUUID(), successionId, reason: 'Rapporté' }),
  },
  importMovements: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({ marketCode, fileName: 'm.csv', content, dryRun: true }),
  },
  // A member's own list may be empty: what it holds is tried in the service (SUP-3).
  listSuccessions: { rightful: 'supplier', request: () => ({ marketCode }) },
  getSuccession: { rightful: 'member-reader', request: () => ({ successionId }) },
};
const names = SuccessionService.methods.map(({ localName }) => localName);

/** The code of the refusal, or undefined for an answer. */
async function call(name: string, as?: { token: string }): Promise<string | number | undefined> {
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
  client = createRpcClient(SuccessionService, { address: service.address });
  membershipId = await activateAncenis(service);
  const { successions } = await client.planSuccessions(
    table.planSuccessions.request(),
    await service.as('coordinator'),
  );
  successionId = successions[0]?.successionId ?? '';
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

test.each(names.filter((name) => name !== 'listSuccessions'))(
  'SUP-3: %s is refused to another member',
  async (name) => {
    expect(await call(name, await service.as('member-orderer', stranger))).toMatch(refused);
  },
);

test('SUP-3: listSuccessions shows another member nothing of this one', async () => {
  const { successions } = await client.listSuccessions(
    { marketCode },
    await service.as('member-orderer', stranger),
  );
  expect(successions).toEqual([]);
});

test.each(names.filter((name) => table[name as Name].coordination))(
  'ADH-5: %s is refused to the member itself, and to roles that read every member',
  async (name) => {
    expect(await call(name, await service.as('member-orderer', own))).toMatch(refused);
    const roles: Role[] = ['support-1', 'support-2', 'support-3', 'supplier', 'dpo'];
    expect(await call(name, await service.as('supplier', { roles }))).toMatch(refused);
  },
);

test.each(names)(
  'SUP-1: %s is refused to the member, the coordinator and the admin of another market',
  async (name) => {
    for (const role of ['member-orderer', 'coordinator', 'admin'] as const) {
      const { organisationId } = own;
      const as = await service.as(role, { organisationId, markets: ['autre'] });
      expect(await call(name, as)).toMatch(refused);
    }
  },
);

test.each([...names].sort((a) => (a === 'cancelSuccession' ? 1 : -1)))(
  '%s is not refused to whom it is for',
  async (name) => {
    const { rightful } = table[name as Name];
    const claims = rightful.startsWith('member') ? { organisationId: own.organisationId } : {};
    const answer = await call(name, await service.as(rightful, claims));
    expect([undefined, 'SUCCESSION_ALREADY_PLANNED']).toContain(answer);
  },
);
