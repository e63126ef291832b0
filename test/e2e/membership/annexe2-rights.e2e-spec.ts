import { jest } from '@jest/globals';
import { Annexe2Service } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis, ancenis } from './active-member.js';
import { startMembership } from './membership-app.js';

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let annexe2: RpcClient<typeof Annexe2Service>;
let membershipId: string;

const memberRoles: Role[] = ['member-reader', 'member-orderer', 'member-finance'];
const own = { organisationId: `org-${ancenis.siren}` };

/** The code of the refusal, or undefined for an answer. */
const ask = (as?: { token: string }) =>
  annexe2.getAnnexe2({ membershipId }, as).then(
    () => undefined,
    (error: { code: string | number }) => error.code,
  );

beforeAll(async () => {
  service = await startMembership();
  annexe2 = createRpcClient(Annexe2Service, { address: service.address });
  membershipId = await activateAncenis(service);
}, 60_000);
afterAll(async () => {
  annexe2.close();
  await service.stop();
}, 30_000);

test('every RPC of the service is asked here', () => {
  expect(Annexe2Service.methods.map(({ localName }) => localName)).toEqual(['getAnnexe2']);
});

test('nobody is answered without a token', async () => {
  expect(await ask()).toBe(16);
});

test.each(memberRoles)('SUP-3: %s sees its own and no other', async (role) => {
  expect(await ask(await service.as(role, own))).toBeUndefined();
  expect(await ask(await service.as(role, { organisationId: 'org-214402158' }))).toBe('NOT_FOUND');
  expect(await ask(await service.as(role, { ...own, markets: ['autre'] }))).toBe('NOT_FOUND');
});

test.each(['coordinator', 'admin'] as const)('%s sees those of its markets', async (role) => {
  expect(await ask(await service.as(role))).toBeUndefined();
  expect(await ask(await service.as(role, { markets: ['autre'] }))).toBe('NOT_FOUND');
});

test.each(['supplier', 'support-1', 'support-3', 'dpo'] as const)('%s sees none', async (role) => {
  expect(await ask(await service.as(role))).toBe('NOT_ALLOWED');
});
