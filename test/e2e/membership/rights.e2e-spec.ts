import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { MembershipService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { activateAncenis, ancenis, annexe2, applicationOf, marketFile } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

type Methods = (typeof MembershipService)['method'];
type Name = keyof Methods;
type Entry<N extends Name> = {
  /** Of a rightful caller, a request that is answered or refused for a reason of the domain. */
  readonly request: () => MessageInitShape<Methods[N]['input']>;
  readonly rightful: Role;
  /** What every member of the market may read. */
  readonly open?: true;
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let membershipId: string;

const lines = [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-11-03', delta: 1n }];

// Every RPC of the service has its row here: the compiler asks for it, and so does the first test.
const table: { readonly [N in Name]: Entry<N> } = {
  loadMarket: { rightful: 'coordinator', request: () => ({ content: marketFile }) },
  getMarket: { rightful: 'member-reader', open: true, request: () => ({ code: marketCode }) },
  startBusinessDay: { rightful: 'player', request: () => ({ date: '2022-07-19' }) },
  applyForMembership: {
    rightful: 'coordinator',
    request: () => applicationOf(ancenis, '1A 1'),
  },
  importAnnexe2: {
    rightful: 'coordinator',
    request: () => ({
      membershipId,
      fileName: 'a.csv',
      content: annexe2,
      datedOn: '2022-01-10',
      dryRun: true,
    }),
  },
  verifyAnnexe2: { rightful: 'admin', request: () => ({ membershipId, sha256: 'another' }) },
  acceptApplication: { rightful: 'coordinator', request: () => ({ membershipId }) },
  activateMembership: { rightful: 'coordinator', request: () => ({ membershipId }) },
  signOrder: {
    rightful: 'member-orderer',
    request: () => ({ idempotencyKey: randomUUID(), membershipId, lines }),
  },
  previewOrder: { rightful: 'member-reader', request: () => ({ membershipId, lines }) },
  listOrders: { rightful: 'member-reader', request: () => ({ membershipId }) },
  getQuantities: { rightful: 'member-reader', request: () => ({ membershipId }) },
  financeSchool: {
    rightful: 'coordinator',
    request: () => ({
      idempotencyKey: randomUUID(),
      membershipId,
      uai: '0440437L',
      from: '2022-09-01',
      insee: '44003',
    }),
  },
  listSchoolsFinanced: { rightful: 'member-reader', request: () => ({ membershipId }) },
  listMemberships: {
    rightful: 'member-reader',
    request: () => ({ marketCode, organisationId: `org-${ancenis.siren}` }),
  },
  getMembership: { rightful: 'member-reader', request: () => ({ membershipId }) },
  listLedgerHeads: { rightful: 'coordinator', request: () => ({ marketCode }) },
  checkLedgers: { rightful: 'coordinator', request: () => ({ marketCode }) },
};
const names = MembershipService.methods.map(({ localName }) => localName);

/** The code of the refusal, or undefined for an answer. */
async function call(name: string, as?: { token: string }): Promise<string | number | undefined> {
  const ask = service.client[name as Name] as (
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
const stranger = { organisationId: 'org-214402158' };

beforeAll(async () => {
  service = await startMembership();
  membershipId = await activateAncenis(service);
}, 60_000);
afterAll(() => service.stop(), 30_000);

test('every RPC of the service is in the table', () => {
  expect(Object.keys(table).sort()).toEqual([...names].sort());
});

test.each(names)('%s answers nobody without a token', async (name) => {
  expect(await call(name)).toBe(16);
});

test.each(names)(
  'SUP-3: %s is refused to another member, unless every member may read it',
  async (name) => {
    const answer = await call(
      name,
      await service.as('member-orderer', { ...stranger, roles: memberRoles }),
    );
    if (table[name as Name].open) expect(answer).toBeUndefined();
    else expect(answer).toMatch(refused);
  },
);

test.each([
  'signOrder',
  'financeSchool',
  'importAnnexe2',
  'verifyAnnexe2',
  'acceptApplication',
  'activateMembership',
])(
  'SUP-3: %s for another member is refused to an orderer who may also read every member',
  async (name) => {
    const roles: Role[] = [...memberRoles, 'support-1', 'support-2', 'support-3', 'supplier'];
    expect(await call(name, await service.as('member-orderer', { ...stranger, roles }))).toMatch(
      refused,
    );
  },
);

test.each(names)(
  'SUP-1: %s is refused to the member, the coordinator and the admin of another market',
  async (name) => {
    for (const role of ['member-orderer', 'coordinator', 'admin'] as const) {
      if (name === 'startBusinessDay' && role === 'admin') continue; // The calendar is of no market.
      const organisationId = `org-${ancenis.siren}`;
      const as = await service.as(role, { organisationId, markets: ['autre'] });
      expect(await call(name, as)).toMatch(refused);
    }
  },
);

test.each(names)('%s is not refused to whom it is for', async (name) => {
  const { rightful } = table[name as Name];
  const own = rightful.startsWith('member') ? { organisationId: `org-${ancenis.siren}` } : {};
  const answer = await call(name, await service.as(rightful, own));
  expect([undefined, 'ANNEXE2_SUPERSEDED', 'ANNEXE2_FROZEN']).toContain(answer);
});
