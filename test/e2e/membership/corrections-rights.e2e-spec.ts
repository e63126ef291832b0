import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { CorrectionService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis, ancenis } from './active-member.js';
import { startMembership } from './membership-app.js';

type Methods = (typeof CorrectionService)['method'];
type Name = keyof Methods;

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let client: RpcClient<typeof CorrectionService>;
let membershipId: string;

const lines = [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-07-20', delta: 5n }];
// Every RPC of the service has its row here: the compiler asks for it, and so does the first test.
const requests: { readonly [N in Name]: () => MessageInitShape<Methods[N]['input']> } = {
  recordCorrection: () => ({
    idempotencyKey: randomUUID(),
    membershipId,
    lines,
    reason: 'ENTRY_ERROR',
    documentId: 'none',
  }),
  previewCorrection: () => ({ membershipId, lines }),
};
const names = CorrectionService.methods.map(({ localName }) => localName as Name);

/** The code of the refusal, or undefined for an answer. */
async function call(name: Name, as?: { token: string }): Promise<string | number | undefined> {
  const ask = client[name] as (request: unknown, options?: { token: string }) => Promise<unknown>;
  return ask(requests[name](), as).then(
    () => undefined,
    (error: { code: string | number }) => error.code,
  );
}
const refused = /^(NOT_ALLOWED|NOT_FOUND)$/;
const memberRoles: Role[] = ['member-reader', 'member-orderer', 'member-finance'];
const own = { organisationId: `org-${ancenis.siren}`, roles: memberRoles };

beforeAll(async () => {
  service = await startMembership();
  client = createRpcClient(CorrectionService, { address: service.address });
  membershipId = await activateAncenis(service);
  const player = await service.as('player', { markets: [] });
  await service.client.startBusinessDay({ date: '2022-07-25' }, player);
}, 60_000);
afterAll(async () => {
  client.close();
  await service.stop();
}, 30_000);

test('every RPC of the service is in the table', () => {
  expect(Object.keys(requests).sort()).toEqual([...names].sort());
});

test.each(names)('%s answers nobody without a token', async (name) => {
  expect(await call(name)).toBe(16);
});

test.each(names)('ORD-4: %s is refused to the member, its own orderer too', async (name) => {
  expect(await call(name, await service.as('member-orderer', own))).toMatch(refused);
  const stranger = { organisationId: 'org-214402158', roles: memberRoles };
  expect(await call(name, await service.as('member-orderer', stranger))).toMatch(refused);
});

test.each(names)('ORD-4: %s is refused to all others who read every member', async (name) => {
  const roles: Role[] = ['support-1', 'support-2', 'support-3', 'supplier', 'dpo', 'service'];
  for (const role of roles) expect(await call(name, await service.as(role))).toMatch(refused);
});

test.each(names)('SUP-1: %s is refused to who coordinates another market', async (name) => {
  for (const role of ['coordinator', 'admin'] as const) {
    expect(await call(name, await service.as(role, { markets: ['autre'] }))).toMatch(refused);
  }
});

test('ORD-4: the coordinator and the admin are judged by the domain', async () => {
  for (const role of ['coordinator', 'admin'] as const) {
    expect(await call('previewCorrection', await service.as(role))).toBeUndefined();
    expect(await call('recordCorrection', await service.as(role))).toBe('DOCUMENT_UNKNOWN');
  }
});
