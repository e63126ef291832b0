import { randomUUID } from 'node:crypto';
import { AuditService, DocumentService, MembershipService, SchoolService } from '#libs/contracts';
import { ancenis, annexe2, applicationOf, depositPapers } from './active-member.js';
import { marketCode } from './membership-app.js';
import {
  ancenisId,
  anotherMember,
  coordination,
  memberOf,
  type RightsTable,
  singly,
  testRights,
} from './rights-table.js';
import { runningMember } from './running-member.js';

/** Ancenis gives schools, Vertou receives them: the rightful member of the table is Vertou. */
const member = runningMember();
const { as, clientOf, ofMember } = member;

let receiver: string;
let documentId: string;
let transferred: string;
const vertou = {
  name: 'Vertou',
  siren: '214402158',
  kind: 'COMMUNE',
  insee: '44215',
  address: '1 rue de l’Exemple',
};
const [uai, other] = ['0440437L', '0441606G'];

const terms = (uais: string[] = [uai]) => ({
  fromMembershipId: ofMember().membershipId,
  toMembershipId: receiver,
  uais,
  effectiveOn: '2022-09-01',
  documentId,
  territoryException: 'Regroupement pédagogique intercommunal',
});
const page = { limit: 200, cursor: '' };

const received = () => ({ membershipId: receiver, transferId: transferred });

const receiverId = `org-${vertou.siren}`;
const decided = { notFor: [coordination('SCH-1, SCH-2', { organisationId: receiverId })] };
const whoDoesNotAccept = {
  title: 'SCH-2: %s is refused to whoever is no orderer of the receiver',
  tokens: [
    { organisationId: receiverId, roles: ['member-reader', 'member-finance'] as const },
    memberOf(ancenisId),
    ...singly(['coordinator', 'admin']),
  ],
};

const services = [SchoolService, AuditService] as const;
const table: RightsTable<typeof services> = {
  listSchoolLinks: {
    rightful: 'member-reader',
    request: () => ({ membershipId: receiver, ...page }),
  },
  // Who may not see a financer finds none: tried below (SUP-3).
  findFinancers: {
    rightful: ['coordinator', 'support-2', 'school'],
    ofNoMarket: true,
    request: () => ({ uais: [uai, other] }),
  },
  endSchoolFinancing: {
    rightful: 'coordinator',
    ...decided,
    request: () => ({
      idempotencyKey: randomUUID(),
      ...ofMember(),
      uai: other,
      endsOn: '2023-07-08',
      reason: 'SCHOOL_CLOSED',
    }),
  },
  previewSchoolTransfer: {
    rightful: 'coordinator',
    ...decided,
    request: () => ({ terms: terms() }),
  },
  transferSchools: {
    rightful: 'coordinator',
    ...decided,
    passed: 'SCHOOLS_NOT_FINANCED',
    request: () => ({ idempotencyKey: randomUUID(), terms: terms() }),
  },
  acceptSchoolTransfer: {
    rightful: 'member-orderer',
    notFor: [whoDoesNotAccept],
    passed: 'TRANSFER_DECIDED',
    request: () => ({ idempotencyKey: randomUUID(), ...received() }),
  },
  declineSchoolTransfer: {
    rightful: 'member-orderer',
    notFor: [whoDoesNotAccept],
    passed: 'TRANSFER_DECIDED',
    request: () => ({ idempotencyKey: randomUUID(), ...received() }),
  },
  previewTransferAcceptance: {
    rightful: 'member-reader',
    passed: 'TRANSFER_DECIDED',
    request: received,
  },
  cancelSchoolTransfer: {
    rightful: 'coordinator',
    ...decided,
    passed: 'TRANSFER_DECIDED',
    request: () => ({ idempotencyKey: randomUUID(), transferId: transferred }),
  },
  listSchoolTransfers: {
    rightful: 'coordinator',
    ...decided,
    request: () => ({ marketCode, ...page }),
  },
  // A member's own list may be empty: what it holds is tried in the service (SUP-3).
  listTransfersOfMember: {
    rightful: 'member-finance',
    open: true,
    request: () => ({ membershipId: receiver, ...page }),
  },
  listAuditEntries: {
    rightful: 'member-reader',
    request: () => ({ membershipId: receiver, ...page }),
  },
};

beforeAll(async () => {
  const client = clientOf(MembershipService);
  const [coordinator, second] = [
    await as('coordinator'),
    await as('coordinator', { sub: 'second' }),
  ];
  const papers = await depositPapers(clientOf(DocumentService), coordinator, vertou.siren);
  ({ membershipId: receiver } = await client.applyForMembership(
    applicationOf(vertou, '1A 2', papers),
    coordinator,
  ));
  const { sha256 } = await client.importAnnexe2(
    { membershipId: receiver, fileName: 'a.csv', content: annexe2, datedOn: '2022-01-10' },
    coordinator,
  );
  await client.verifyAnnexe2({ membershipId: receiver, sha256 }, second);
  await client.acceptApplication({ membershipId: receiver }, coordinator);
  await client.activateMembership({ membershipId: receiver }, coordinator);
  for (const school of [uai, other]) {
    const link = { ...ofMember(), uai: school, from: '2022-07-19', insee: ancenis.insee };
    await client.financeSchool({ ...link, idempotencyKey: school }, coordinator);
  }
  const { document } = await clientOf(DocumentService).uploadDocument(
    {
      idempotencyKey: randomUUID(),
      owner: ofMember(),
      kind: 'DECISION',
      title: 'Délibération sur la compétence scolaire',
      datedOn: '2022-06-01',
      fileName: 'deliberation.pdf',
      content: Buffer.from('%PDF-1.4\n%test'),
    },
    coordinator,
  );
  documentId = document?.documentId ?? '';
  const answer = await clientOf(SchoolService).transferSchools(
    { idempotencyKey: 'first', terms: terms() },
    coordinator,
  );
  transferred = answer.transfer?.transferId ?? '';
}, 60_000);

test('SCH-2: over the wire, a school that passes leaves one list on the day and enters the other', async () => {
  const coordinator = await as('coordinator');
  const linksOf = async (membershipId: string) =>
    (
      await clientOf(SchoolService).listSchoolLinks({ membershipId, ...page }, coordinator)
    ).schools.map((link) => [
      link.uai,
      link.period?.startsOn,
      link.period?.endsOn,
      link.state,
      link.endReason,
    ]);
  expect(await linksOf(ofMember().membershipId)).toContainEqual([
    uai,
    '2022-07-19',
    '2022-09-01',
    'CURRENT',
    'TRANSFER',
  ]);
  expect(await linksOf(receiver)).toEqual([[uai, '2022-09-01', '2026-07-19', 'FUTURE', '']]);
  const { transfers } = await clientOf(SchoolService).listSchoolTransfers(
    { marketCode, ...page },
    coordinator,
  );
  expect(transfers).toMatchObject([
    {
      transferId: transferred,
      status: 'CARRIED_OUT',
      toName: 'Vertou',
      document: { kind: 'DECISION' },
    },
  ]);
});

test('SUP-3: findFinancers names who pays on a day, to a head of the own school, to another market nobody', async () => {
  const found = async (on: string, ...claims: Parameters<typeof as>) => {
    const { financers } = await clientOf(SchoolService).findFinancers(
      { uais: [uai, other, '0440001M'], on },
      await as(...claims),
    );
    return financers.map((one) => [one.uai, one.memberName, one.marketCode]);
  };
  const [before, after] = ['2022-08-31', '2022-09-01'];
  const ofOther = [other, 'Ancenis-Saint-Géréon', marketCode];
  const all = [[uai, 'Ancenis-Saint-Géréon', marketCode], ofOther];
  expect(await found(before, 'coordinator')).toEqual(all);
  expect(await found('', 'support-2')).toEqual(all);
  expect(await found(after, 'support-2')).toEqual([[uai, 'Vertou', marketCode], ofOther]);
  expect(await found('2022-07-18', 'coordinator')).toEqual([]);
  expect(await found(before, 'school', { uai: [other] })).toEqual([ofOther]);
  expect(await found(before, 'school')).toEqual([]);
  expect(await found(before, 'coordinator', { markets: ['autre'] })).toEqual([]);
  const two = [
    { role: 'school' as const, market: marketCode },
    { role: 'coordinator' as const, market: 'autre' },
  ];
  expect(await found(before, 'school', { uai: [other], grants: two })).toEqual([ofOther]);
});

test('the journal names the document that a transfer rests on, to both members', async () => {
  for (const [membershipId, siren] of [
    [ofMember().membershipId, ancenis.siren],
    [receiver, vertou.siren],
  ] as const) {
    const reader = await as('member-reader', { organisationId: `org-${siren}` });
    const asked = { membershipId, action: 'schools.transferred', ...page };
    const { entries } = await clientOf(AuditService).listAuditEntries(asked, reader);
    expect(entries).toMatchObject([
      { restsOn: documentId, businessDate: '2022-07-19', subject: `membership:${membershipId}` },
    ]);
  }
});

test('SUP-3: listTransfersOfMember shows a third member nothing', async () => {
  const third = await as('member-orderer', anotherMember());
  const asked = { membershipId: receiver };
  const { transfers } = await clientOf(SchoolService).listTransfersOfMember(asked, third);
  expect(transfers).toEqual([]);
});

test('SUP-3: nobody accepts or declines a transfer for a membership that does not receive it', async () => {
  const orderer = await as('member-orderer', { organisationId: receiverId });
  const { membershipId } = ofMember();
  const asked = { idempotencyKey: randomUUID(), membershipId, transferId: transferred };
  const client = clientOf(SchoolService);
  const refused = { code: 'NOT_FOUND' };
  await expect(client.acceptSchoolTransfer(asked, orderer)).rejects.toMatchObject(refused);
  await expect(client.declineSchoolTransfer(asked, orderer)).rejects.toMatchObject(refused);
  const { idempotencyKey: _, ...looked } = asked;
  await expect(client.previewTransferAcceptance(looked, orderer)).rejects.toMatchObject(refused);
});

testRights(member, services, table, { organisationId: receiverId });
