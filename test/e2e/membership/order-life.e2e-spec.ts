import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { OrderLifeService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient } from '#libs/rpc';
import { activateAncenis, ancenis } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

type Methods = (typeof OrderLifeService)['method'];
type Name = keyof Methods;
type Entry<N extends Name> = {
  /** Of a rightful caller, a request that is answered. */
  readonly request: () => MessageInitShape<Methods[N]['input']>;
  readonly rightful: Role;
  /** Roles of the member or the group that it is not for. */
  readonly refused: readonly Role[];
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let client: ReturnType<typeof createRpcClient<typeof OrderLifeService>>;
let membershipId: string;
let draftId: string;
let orderId: string;

const lines = [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-11-03', delta: 1n }];
const named = () => ({ membershipId, draftId, expectedVersion: 1 });
const ordererOnly: Role[] = ['member-reader', 'member-finance', 'coordinator', 'supplier', 'admin'];
const notTheirs: Role[] = ['supplier', 'support-1', 'school', 'dpo'];

// Every RPC of the service has its row here: the compiler asks for it, and so does the first test.
const table: { readonly [N in Name]: Entry<N> } = {
  prepareDraft: {
    rightful: 'member-orderer',
    refused: ordererOnly,
    request: () => ({ idempotencyKey: randomUUID(), membershipId, lines }),
  },
  listDrafts: {
    rightful: 'member-reader',
    refused: notTheirs,
    request: () => ({ membershipId }),
  },
  getDraft: {
    rightful: 'member-finance',
    refused: notTheirs,
    request: () => ({ membershipId, draftId }),
  },
  changeDraft: {
    rightful: 'member-orderer',
    refused: ordererOnly,
    request: () => ({ ...named(), lines, note: '' }),
  },
  cancelDraft: { rightful: 'member-orderer', refused: ordererOnly, request: named },
  signDraft: {
    rightful: 'member-orderer',
    refused: ordererOnly,
    request: () => ({ ...named(), idempotencyKey: randomUUID() }),
  },
  listOrdersToAcknowledge: {
    rightful: 'supplier',
    refused: ['member-orderer', 'coordinator', 'admin', 'support-3'],
    request: () => ({ marketCode }),
  },
  acknowledgeOrder: {
    rightful: 'supplier',
    refused: ['member-orderer', 'coordinator', 'admin', 'support-3'],
    request: () => ({ orderId }),
  },
  getOrderPdf: {
    rightful: 'member-reader',
    refused: ['support-1', 'school', 'dpo'],
    request: () => ({ membershipId, orderId }),
  },
};
const names = OrderLifeService.methods.map(({ localName }) => localName);
const own = { organisationId: `org-${ancenis.siren}` };
const stranger = { organisationId: 'org-214402158' };
const memberRoles: Role[] = ['member-reader', 'member-orderer', 'member-finance'];

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

beforeAll(async () => {
  service = await startMembership();
  client = createRpcClient(OrderLifeService, { address: service.address });
  membershipId = await activateAncenis(service);
  const { orders } = await client.listOrdersToAcknowledge(
    { marketCode },
    await service.as('supplier'),
  );
  orderId = orders[0]!.order!.orderId;
}, 60_000);
beforeEach(async () => {
  const { draft } = await client.prepareDraft(
    { idempotencyKey: randomUUID(), membershipId, lines },
    await service.as('member-orderer', own),
  );
  draftId = draft!.draftId;
});
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

test.each(names)('SUP-3: %s is refused to another member, whatever it may read', async (name) => {
  for (const more of [[], ['support-1', 'support-2', 'support-3']] as Role[][]) {
    const as = await service.as('member-orderer', {
      ...stranger,
      roles: [...memberRoles, ...more],
    });
    // Support sees the orders of every member: a token that also reads them may print one, and write none.
    const mayLook = name === 'getOrderPdf' && more.length > 0;
    if (!mayLook) expect(await call(name, as)).toMatch(/^(NOT_ALLOWED|NOT_FOUND)$/);
  }
});

test.each(names)('SUP-1: %s is refused to all of another market', async (name) => {
  for (const role of ['member-orderer', 'coordinator', 'supplier'] as const) {
    const as = await service.as(role, { ...own, markets: ['autre'] });
    expect(await call(name, as)).toMatch(/^(NOT_ALLOWED|NOT_FOUND)$/);
  }
});

test.each(names)('%s is refused to the roles it is not for', async (name) => {
  for (const role of table[name as Name].refused) {
    expect([role, await call(name, await service.as(role, own))]).toEqual([role, 'NOT_ALLOWED']);
  }
});

test.each(names)('%s answers whom it is for', async (name) => {
  const { rightful } = table[name as Name];
  const claims = rightful.startsWith('member') ? own : {};
  expect(await call(name, await service.as(rightful, claims))).toBeUndefined();
});

test('ORD-1: over the wire a draft becomes an order, is notified, acknowledged and printed', async () => {
  const orderer = await service.as('member-orderer', own);
  const supplier = await service.as('supplier');
  const { order } = await client.signDraft({ ...named(), idempotencyKey: randomUUID() }, orderer);
  expect(order).toMatchObject({ status: 'SIGNED', lines });
  const listed = async () => {
    const { orders } = await service.client.listOrders({ membershipId }, orderer);
    return orders.find((one) => one.orderId === order?.orderId);
  };
  expect(await listed()).toMatchObject({ status: 'NOTIFIED', notifiedOn: '2022-07-19' });
  await client.acknowledgeOrder({ orderId: order!.orderId }, supplier);
  const again = await client.acknowledgeOrder({ orderId: order!.orderId }, supplier);
  expect(again.order).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedOn: '2022-07-19' });
  expect(await listed()).toMatchObject({ status: 'ACKNOWLEDGED' });
  const pdf = await client.getOrderPdf({ membershipId, orderId: order!.orderId }, orderer);
  expect(Buffer.from(pdf.content.subarray(0, 5)).toString()).toBe('%PDF-');
  const stale = client.cancelDraft({ ...named(), expectedVersion: 7 }, orderer);
  await expect(stale).rejects.toMatchObject({ code: 'DRAFT_STALE', kind: 'stale' });
});
