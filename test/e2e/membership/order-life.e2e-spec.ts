import { randomUUID } from 'node:crypto';
import { MembershipService, OrderLifeService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { marketCode } from './membership-app.js';
import {
  ancenisId,
  anotherMember,
  type Refusal,
  type RightsTable,
  singly,
  testRights,
} from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { as, clientOf, ofMember } = member;

let draftId: string;
let orderId: string;

const lines = [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-11-03', delta: 1 }];
const named = () => ({ ...ofMember(), draftId, expectedVersion: 1 });
const notOf = (roles: readonly Role[]): Refusal => ({
  title: '%s is refused to the roles it is not for',
  tokens: singly(roles, { organisationId: ancenisId }),
  code: 'NOT_ALLOWED',
});
// Not of getOrderPdf: support sees the orders of every member, so such a token may print one, and write none.
const strangerWhoReads: Refusal = {
  title: 'SUP-3: %s is refused to another member, whatever it may read',
  tokens: [anotherMember('support-1', 'support-2', 'support-3')],
};
const ordererOnly = [
  notOf(['member-reader', 'member-finance', 'coordinator', 'supplier', 'admin']),
  strangerWhoReads,
];
const supplierOnly = [
  notOf(['member-orderer', 'coordinator', 'admin', 'support-3']),
  strangerWhoReads,
];
const notTheirs = [notOf(['supplier', 'support-1', 'school', 'dpo']), strangerWhoReads];

const services = [OrderLifeService] as const;
const table: RightsTable<typeof services> = {
  prepareDraft: {
    rightful: 'member-orderer',
    notFor: ordererOnly,
    request: () => ({ idempotencyKey: randomUUID(), ...ofMember(), lines }),
  },
  listDrafts: {
    rightful: 'member-reader',
    notFor: notTheirs,
    request: ofMember,
  },
  getDraft: {
    rightful: 'member-finance',
    notFor: notTheirs,
    request: () => ({ ...ofMember(), draftId }),
  },
  changeDraft: {
    rightful: 'member-orderer',
    notFor: ordererOnly,
    request: () => ({ ...named(), lines, note: '' }),
  },
  cancelDraft: { rightful: 'member-orderer', notFor: ordererOnly, request: named },
  signDraft: {
    rightful: 'member-orderer',
    notFor: ordererOnly,
    request: () => ({ ...named(), idempotencyKey: randomUUID() }),
  },
  listOrdersToAcknowledge: {
    rightful: 'supplier',
    notFor: supplierOnly,
    request: () => ({ marketCode }),
  },
  acknowledgeOrder: {
    rightful: 'supplier',
    notFor: supplierOnly,
    request: () => ({ orderId }),
  },
  getOrderPdf: {
    rightful: 'member-reader',
    notFor: [notOf(['support-1', 'school', 'dpo'])],
    request: () => ({ ...ofMember(), orderId }),
  },
};

beforeAll(async () => {
  const { orders } = await clientOf(OrderLifeService).listOrdersToAcknowledge(
    { marketCode },
    await as('supplier'),
  );
  orderId = orders[0]!.order!.orderId;
}, 60_000);
beforeEach(async () => {
  const { draft } = await clientOf(OrderLifeService).prepareDraft(
    table.prepareDraft.request(),
    await as('member-orderer', { organisationId: ancenisId }),
  );
  draftId = draft!.draftId;
});

testRights(member, services, table);

test('ORD-1: over the wire a draft becomes an order, is notified, acknowledged and printed', async () => {
  const client = clientOf(OrderLifeService);
  const orderer = await as('member-orderer', { organisationId: ancenisId });
  const supplier = await as('supplier');
  const { order } = await client.signDraft({ ...named(), idempotencyKey: randomUUID() }, orderer);
  expect(order).toMatchObject({ status: 'SIGNED', lines });
  const listed = async () => {
    const { orders } = await clientOf(MembershipService).listOrders(ofMember(), orderer);
    return orders.find((one) => one.orderId === order?.orderId);
  };
  expect(await listed()).toMatchObject({ status: 'NOTIFIED', notifiedOn: '2022-07-19' });
  await client.acknowledgeOrder({ orderId: order!.orderId }, supplier);
  const again = await client.acknowledgeOrder({ orderId: order!.orderId }, supplier);
  expect(again.order).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedOn: '2022-07-19' });
  expect(await listed()).toMatchObject({ status: 'ACKNOWLEDGED' });
  const pdf = await client.getOrderPdf({ ...ofMember(), orderId: order!.orderId }, orderer);
  expect(Buffer.from(pdf.content.subarray(0, 5)).toString()).toBe('%PDF-');
  const stale = client.cancelDraft({ ...named(), expectedVersion: 7 }, orderer);
  await expect(stale).rejects.toMatchObject({ code: 'DRAFT_STALE', kind: 'stale' });
});
