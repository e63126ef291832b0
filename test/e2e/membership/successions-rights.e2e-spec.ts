import { randomUUID } from 'node:crypto';
import { DocumentService, SuccessionService } from '#libs/contracts';
import { marketCode } from './membership-app.js';
import {
  ancenisId,
  anotherMember,
  coordination,
  memberOf,
  type RightsTable,
  testRights,
} from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { as, clientOf, ofMember } = member;

let successionId: string;
let documentId: string;

const plan = () => ({
  kind: 'FULL',
  effectiveOn: '2023-01-01',
  predecessorMembershipId: ofMember().membershipId,
  successor: {
    name: 'Terval',
    siren: '200099489',
    kind: 'COMMUNE',
    insee: '85289',
    address: '1 place de la Mairie',
  },
  documentId,
});
const content = new TextEncoder().encode('Date;Type\n');

const decided = { notFor: [coordination('ADH-5')] };

const itself = {
  title: 'SUP-3: %s is refused to a member: those in which it gives or receives are another list',
  tokens: [memberOf(ancenisId)],
};

const services = [SuccessionService] as const;
const table: RightsTable<typeof services> = {
  planSuccessions: {
    ...decided,
    rightful: 'coordinator',
    passed: 'SUCCESSION_ALREADY_PLANNED',
    request: () => ({ idempotencyKey: randomUUID(), marketCode, plans: [plan()] }),
  },
  previewSuccession: {
    ...decided,
    rightful: 'coordinator',
    request: () => ({ marketCode, plan: plan() }),
  },
  importMovements: {
    ...decided,
    rightful: 'coordinator',
    request: () => ({ marketCode, fileName: 'm.csv', content, dryRun: true }),
  },
  listSuccessions: { rightful: 'supplier', notFor: [itself], request: () => ({ marketCode }) },
  // A member's own list may be empty: what it holds is tried in the service (SUP-3).
  listSuccessionsOfMember: { rightful: 'member-reader', open: true, request: ofMember },
  getSuccession: { rightful: 'member-reader', request: () => ({ successionId }) },
  // The same coordinator has proposed it.
  approveSuccession: {
    ...decided,
    rightful: 'coordinator',
    passed: 'PROPOSAL_OWN',
    request: () => ({ idempotencyKey: randomUUID(), successionId, digest: 'd' }),
  },
  cancelSuccession: {
    ...decided,
    rightful: 'coordinator',
    request: () => ({ idempotencyKey: randomUUID(), successionId, reason: 'Rapporté' }),
  },
};

beforeAll(async () => {
  const { document } = await clientOf(DocumentService).uploadDocument(
    {
      ...{ idempotencyKey: randomUUID(), kind: 'DECISION', title: 'Arrêté', fileName: 'a.pdf' },
      ...{ owner: ofMember(), datedOn: '2022-07-01', content: Buffer.from('%PDF-1.7 arrêté') },
    },
    await as('coordinator'),
  );
  documentId = document!.documentId;
  const { successions } = await clientOf(SuccessionService).planSuccessions(
    table.planSuccessions.request(),
    await as('coordinator'),
  );
  successionId = successions[0]?.successionId ?? '';
}, 60_000);

test('SUP-3: listSuccessionsOfMember shows another member nothing of this one', async () => {
  const stranger = await as('member-orderer', anotherMember());
  const { successions } = await clientOf(SuccessionService).listSuccessionsOfMember(
    ofMember(),
    stranger,
  );
  expect(successions).toEqual([]);
});

testRights(member, services, table);
