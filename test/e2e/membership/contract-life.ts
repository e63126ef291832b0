import { randomUUID } from 'node:crypto';
import type { Role } from '#libs/identity';
import { ancenis, annexe2, applicationOf, marketFile } from './active-member.js';
import { marketCode } from './membership-app.js';

/** One call of the life of a contract. */
export type Step = {
  /** As the client names the RPC. */
  readonly rpc: string;
  readonly as: Role;
  readonly claims?: object;
  /** Made when its turn comes, out of what earlier calls gave. */
  readonly request: () => object;
  /** The document that it names: the entry must rest on it. */
  readonly restsOn?: () => string;
  /** Takes from the answer what later calls need. */
  readonly keep?: (answer: Answer) => string | number | undefined;
  /** Under which name. */
  readonly name?: string;
};
// Answers of sixty RPCs, read loosely: what is missing makes the next call fail.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Answer = any;

/** What earlier calls gave. */
export const known: Record<string, string | number> = {};
const of = (name: string) => String(known[name]);
const version = (name: string) => Number(known[name]);
const key = () => ({ idempotencyKey: randomUUID() });

const vertou = { ...ancenis, name: 'Vertou', siren: '214402158', insee: '44215' };
const erbray = { ...ancenis, name: 'Erbray', siren: '214400541', insee: '44054' };
const late = { ...ancenis, name: 'Châteaubriant', siren: '214400368', insee: '44036' };
const organisationId = `org-${ancenis.siren}`;
const lines = (delta: bigint, effectiveFrom: string) => [
  { itemCode: 'COMPTE_ELEVE', effectiveFrom, delta },
];
const proof = { title: 'Lettre', datedOn: '2022-07-19' };
const meeting = { meetsOn: '2022-09-10', startsAt: '14:00', place: 'Rectorat', agenda: ['Bilan'] };
const training = { kind: 'SUPPORT', title: 'Visite', scope: 'ACADEMY', plannedOn: '2022-10-20' };
const offer = { bidder: 'Entreprise fictive', siren: '999000045', priceCents: 100n };
const marks = (hundredths: number) => [{ criterion: 'F', hundredths }];
const method = {
  priceWeight: 40,
  qualityWeight: 60,
  priceFormula: 'LINEAR',
  criteria: [{ code: 'F', label: 'F', weight: 60 }],
  markMax: 10,
  decimals: 2,
  rankOn: 'EXACT',
};

type More = Omit<Partial<Step>, 'rpc' | 'request'>;
const step = (rpc: string, request: () => object, more: More = {}): Step => ({
  rpc,
  as: 'coordinator',
  request,
  ...more,
});
const byMember = (rpc: string, request: () => object, more: More = {}) =>
  step(rpc, request, { as: 'member-orderer', claims: { organisationId }, ...more });
const day = (date: string) =>
  step('startBusinessDay', () => ({ date }), { as: 'player', claims: { markets: [] } });
const document = (name: string, kind: string, owner: () => object, datedOn: string) =>
  step(
    'uploadDocument',
    () => ({
      ...{ ...key(), owner: owner(), kind, title: kind, fileName: 'a.pdf', datedOn },
      content: Buffer.from(`%PDF-1.7 ${name}`),
    }),
    { name, keep: ({ document: kept }: Answer) => kept.documentId },
  );
const ofMember = (name: string) => () => ({ membershipId: of(name) });
const ofMarket = () => ({ marketCode });
const restingOn = (name: string): More => ({ restsOn: () => of(name) });

const adhesion = (name: string, who: object, over: object = {}): Step =>
  step('applyForMembership', () => ({ ...applicationOf(who, `1A ${name}`), ...over }), {
    name,
    keep: ({ membershipId }: Answer) => membershipId,
  });
const committed = (name: string): Step[] => [
  step(
    'importAnnexe2',
    () => ({
      membershipId: of(name),
      ...{ fileName: 'a.csv', content: annexe2, datedOn: '2022-01-10' },
    }),
    { name: `sha-${name}`, keep: ({ sha256 }: Answer) => sha256 },
  ),
  step('verifyAnnexe2', () => ({ membershipId: of(name), sha256: of(`sha-${name}`) }), {
    as: 'admin',
    restsOn: () => of(`sha-${name}`),
  }),
  step('acceptApplication', ofMember(name), { restsOn: () => `1A ${name}` }),
];
const fileChange = (rpc: string, request: () => object, more: More = {}) =>
  step(rpc, () => ({ marketCode, organisationId, version: version('file'), ...request() }), {
    name: 'file',
    keep: (answer: Answer) => {
      if (answer.signatoryId) known['signatory'] = answer.signatoryId;
      return answer.version;
    },
    ...more,
  });
const versioned = (
  rpc: string,
  what: string,
  idName: string,
  request: () => object,
  more: More = {},
) =>
  step(
    rpc,
    () => ({ [idName]: of(what), expectedVersion: version(`${what}-version`), ...request() }),
    { name: `${what}-version`, keep: (answer: Answer) => answer[what].version, ...more },
  );
const created = (
  rpc: string,
  what: string,
  idName: string,
  request: () => object,
  more: More = {},
) =>
  step(rpc, request, {
    name: what,
    keep: (answer: Answer) => {
      known[`${what}-version`] = answer[what].version;
      return answer[what][idName];
    },
    ...more,
  });

const adhesions: readonly Step[] = [
  day('2022-01-14'),
  step('importMarket', () => ({ content: marketFile }), { as: 'admin' }),
  step('loadMarket', () => ({ content: marketFile.replace('"e-primo-2022"', '"autre"') }), {
    as: 'admin',
    claims: { markets: [marketCode, 'autre'] },
  }),
  step('inviteOrganisations', () => ({
    ...{ ...key(), marketCode, invitedOn: '2021-11-15' },
    invitees: [{ siren: ancenis.siren, name: ancenis.name, kind: 'COMMUNE', insee: '44003' }],
  })),
  step('importInvitations', () => ({
    ...{ ...key(), marketCode, invitedOn: '2021-11-15', fileName: 'a.csv' },
    content: Buffer.from('SIREN;Collectivité;Code INSEE\n214402158;Vertou;44215\n'),
  })),
  step('recordReminder', () => ({
    ...{ ...key(), marketCode, invitationIds: [of('invitation')] },
    reminder: { remindedOn: '2021-12-06', channel: 'MAIL' },
  })),
  step('recordDecline', () => ({ invitationId: of('invitation'), declinedOn: '2021-12-06' })),
  adhesion('ancenis', ancenis),
  ...committed('ancenis'),
  adhesion('vertou', vertou),
  ...committed('vertou'),
  document('convention', 'CONVENTION', ofMember('vertou'), '2022-01-10'),
  step(
    'recordSignedConvention',
    () => ({ ...key(), membershipId: of('vertou'), documentId: of('convention') }),
    restingOn('convention'),
  ),
  adhesion('erbray', erbray),
  step('refuseApplication', () => ({
    ...key(),
    membershipId: of('erbray'),
    reasonCode: 'GIVEN_UP',
  })),
  day('2022-01-20'),
  adhesion('late', late, { sentOn: '2022-01-14', receivedOn: '2022-01-18' }),
  document('envelope', 'LETTER', ofMember('late'), '2022-01-14'),
  step(
    'admitLateApplication',
    () => ({
      ...{ ...key(), membershipId: of('late'), reasonCode: 'POSTAL_DELAY' },
      documentId: of('envelope'),
    }),
    restingOn('envelope'),
  ),
  step('refuseApplication', () => ({ ...key(), membershipId: of('late'), reasonCode: 'GIVEN_UP' })),
  fileChange('recordSignatory', () => ({
    ...key(),
    signatory: {
      ...{ name: 'Camille Inventée', function: 'Maire', kind: 'HEAD' },
      period: { startsOn: '2020-07-05' },
    },
  })),
  fileChange('endSignatory', () => ({ signatoryId: of('signatory'), endsOn: '2026-03-22' })),
  fileChange('changeBillingContacts', () => ({ billingContacts: [] })),
  fileChange('recordChorusPro', () => ({ ...key(), validFrom: '2022-01-01', chorusPro: {} })),
];

const award: readonly Step[] = [
  document('rules', 'REGLEMENT_CONSULTATION', ofMarket, '2022-01-10'),
  step(
    'openTender',
    () => ({ ...key(), marketCode, method, rulesDocumentId: of('rules') }),
    restingOn('rules'),
  ),
  created('recordOffer', 'offer', 'offerId', () => ({
    ...{ ...key(), marketCode, ...offer, marks: marks(500) },
  })),
  versioned('changeOffer', 'offer', 'offerId', () => ({ ...offer, marks: marks(600) })),
  step('recordAward', () => ({ ...key(), marketCode, offerId: of('offer') })),
  day('2022-04-10'),
  document('notification', 'NOTIFICATION', ofMarket, '2022-04-08'),
  step(
    'fixDate',
    () => ({
      ...{ ...key(), marketCode, which: 'NOTIFICATION', on: '2022-04-08' },
      documentId: of('notification'),
    }),
    restingOn('notification'),
  ),
];

const draft = (suffix: string) =>
  byMember(
    'prepareDraft',
    () => ({ ...key(), membershipId: of('ancenis'), lines: lines(5n, '2022-11-03') }),
    {
      name: `draft-${suffix}`,
      keep: ({ draft: { draftId, version: read } }: Answer) => {
        known[`version-${suffix}`] = read;
        return draftId;
      },
    },
  );
const ofDraft = (suffix: string) => ({
  membershipId: of('ancenis'),
  draftId: of(`draft-${suffix}`),
  expectedVersion: version(`version-${suffix}`),
});
const orders: readonly Step[] = [
  day('2022-07-19'),
  step('activateMembership', ofMember('ancenis')),
  step('activateMembership', ofMember('vertou')),
  byMember(
    'signOrder',
    () => ({ ...key(), membershipId: of('ancenis'), lines: lines(38n, '2022-11-03') }),
    { name: 'order', keep: ({ order }: Answer) => order.orderId, restsOn: () => of('order') },
  ),
  step('acknowledgeOrder', () => ({ orderId: of('order') }), {
    as: 'supplier',
    ...restingOn('order'),
  }),
  draft('a'),
  byMember('changeDraft', () => ({ ...ofDraft('a'), lines: lines(6n, '2022-11-03') }), {
    name: 'version-a',
    keep: ({ draft: { version: read } }: Answer) => read,
  }),
  byMember('signDraft', () => ({ ...key(), ...ofDraft('a') })),
  draft('b'),
  byMember('cancelDraft', () => ofDraft('b')),
  step('getStatement', ofMember('ancenis')),
];

const uais = ['0440437L', '0441606G', '0440965K'];
const schools: readonly Step[] = [
  document('decision', 'DECISION', ofMember('ancenis'), '2022-07-01'),
  ...uais.map((uai) =>
    step('financeSchool', () => ({
      ...{ ...key(), membershipId: of('ancenis'), uai, from: '2022-07-19', insee: '44003' },
    })),
  ),
  step(
    'endSchoolFinancing',
    () => ({
      ...{ ...key(), membershipId: of('ancenis'), uai: uais[2], endsOn: '2023-07-08' },
      ...{ reason: 'SCHOOL_CLOSED', documentId: of('decision') },
    }),
    restingOn('decision'),
  ),
  step(
    'transferSchools',
    () => ({
      ...key(),
      terms: {
        ...{ fromMembershipId: of('ancenis'), toMembershipId: of('vertou'), uais: [uais[0]] },
        ...{ effectiveOn: '2022-09-01', documentId: of('decision') },
        territoryException: 'Regroupement pédagogique intercommunal',
      },
    }),
    restingOn('decision'),
  ),
  step('acceptSchoolTransfer', () => ({ ...key(), transferId: of('proposal-1') }), {
    as: 'member-orderer',
    claims: { organisationId: `org-${vertou.siren}` },
    ...restingOn('decision'),
  }),
  step('closeSchoolTransfer', () => ({ ...key(), transferId: of('proposal-2') }), {
    ...restingOn('decision'),
  }),
];

const duties: readonly Step[] = [
  created('establishCommittee', 'committee', 'committeeId', () => ({
    ...{ ...key(), marketCode, kind: 'STEERING' },
  })),
  versioned('changeComposition', 'committee', 'committeeId', () => ({
    seats: [
      { functionTitle: 'IA-DASEN', organisation: 'DSDEN 44', side: 'EDUCATION_NATIONALE' },
      { functionTitle: 'Maire', organisation: 'Erbray', side: 'COLLECTIVITE' },
    ],
  })),
  created('planMeeting', 'meeting', 'meetingId', () => ({
    ...{ ...key(), committeeId: of('committee'), ...meeting },
  })),
  versioned('changeMeeting', 'meeting', 'meetingId', () => ({ ...meeting, place: 'DSDEN' })),
  versioned('inviteToMeeting', 'meeting', 'meetingId', () => ({})),
  day('2022-09-10'),
  versioned('recordAttendance', 'meeting', 'meetingId', () => ({
    attendances: [{ number: 1, outcome: 'PRESENT' }],
  })),
  document('minutes', 'MINUTES', ofMarket, '2022-09-10'),
  versioned(
    'recordMinutes',
    'meeting',
    'meetingId',
    () => ({ documentId: of('minutes') }),
    restingOn('minutes'),
  ),
  created('planMeeting', 'meeting', 'meetingId', () => ({
    ...{ ...key(), committeeId: of('committee'), ...meeting, meetsOn: '2023-01-10' },
  })),
  versioned('cancelMeeting', 'meeting', 'meetingId', () => ({})),
  created('planTraining', 'training', 'trainingId', () => ({
    ...key(),
    marketCode,
    plan: training,
  })),
  versioned('changeTraining', 'training', 'trainingId', () => ({
    plan: { ...training, plannedOn: '2022-09-10' },
  })),
  versioned('holdTraining', 'training', 'trainingId', () => ({
    ...{ heldOn: '2022-09-10', participants: 3 },
  })),
  created('planTraining', 'training', 'trainingId', () => ({
    ...key(),
    marketCode,
    plan: training,
  })),
  versioned('cancelTraining', 'training', 'trainingId', () => ({})),
  step('publishProgress', () => ({ ...key(), marketCode, title: 'Bilan', body: 'Fin.' })),
  step('decidePublishedList', () => ({ ...key(), marketCode, content: 'NAMES', reason: 'Avis' })),
  document('ccap', 'CCAP', ofMarket, '2022-04-08'),
  step(
    'sendDocument',
    () => ({ ...key(), marketCode, documentId: of('ccap'), kind: 'CCAP' }),
    restingOn('ccap'),
  ),
  byMember('acknowledgeDispatch', () => ({
    ...{ membershipId: of('ancenis'), dispatchId: of('dispatch') },
  })),
  byMember('openArchive', ofMember('ancenis')),
  byMember('downloadDocument', () => ({ documentId: of('decision') })),
];

const header = 'Date;Type;Ancien membre;Successeur;Nom;Nature;INSEE;Document;Date du document';
const ends: readonly Step[] = [
  document('agreement', 'CORRECTION_AGREEMENT', ofMember('ancenis'), '2022-09-05'),
  step(
    'recordCorrection',
    () => ({
      ...{ ...key(), membershipId: of('ancenis'), lines: lines(2n, '2022-08-01') },
      ...{ reason: 'ENTRY_ERROR', documentId: of('agreement') },
    }),
    restingOn('agreement'),
  ),
  step(
    'planSuccessions',
    () => ({
      ...{ ...key(), marketCode },
      plans: [
        {
          ...{ kind: 'FULL', effectiveOn: '2025-01-01' },
          predecessorMembershipId: of('ancenis'),
          successor: {
            ...{ name: 'Terval', siren: '200099489', kind: 'COMMUNE', insee: '85289' },
            address: '1 place de la Mairie',
          },
          document: { kind: 'DECISION', title: 'Arrêté', datedOn: '2022-07-01' },
        },
      ],
    }),
    { name: 'succession', keep: ({ successions: [first] }: Answer) => first.successionId },
  ),
  step('cancelSuccession', () => ({
    ...{ ...key(), successionId: of('succession'), reason: 'Rapporté' },
  })),
  step('importMovements', () => ({
    ...{ ...key(), marketCode, fileName: 'm.csv' },
    content: Buffer.from(
      [
        header,
        `2025-01-01;Totale;${ancenis.siren};200099489;Terval;Commune;85289;Arrêté;2022-07-01`,
      ].join('\n'),
    ),
  })),
  // A start over many days does all that falls due in between: not too many at once.
  ...['2023-02-01', '2023-07-01', '2023-12-01', '2024-06-03'].map(day),
  step(
    'recordWithdrawal',
    () => ({
      ...{ ...key(), membershipId: of('vertou') },
      letter: { number: 'W 1', sentOn: '2024-06-01', receivedOn: '2024-06-02', document: proof },
    }),
    { restsOn: () => 'W 1' },
  ),
  step(
    'revokeWithdrawal',
    () => ({
      ...{ ...key(), membershipId: of('vertou') },
      letter: { number: 'W 2', sentOn: '2024-06-02', receivedOn: '2024-06-03', document: proof },
    }),
    { restsOn: () => 'W 2' },
  ),
  step(
    'recordExclusion',
    () => ({
      ...{ ...key(), membershipId: of('vertou') },
      decision: {
        ...{
          reference: 'n° 1',
          court: 'Tribunal administratif de Nantes',
          decidedOn: '2024-06-01',
        },
        ...{ effectiveOn: '2025-01-01', sumsDueCents: 0n, document: proof },
      },
    }),
    { restsOn: () => 'n° 1' },
  ),
];

/** From the invitation to the judge: every RPC that changes anything, in an order in which each is accepted. */
export const life: readonly Step[] = [
  ...adhesions,
  ...award,
  ...orders,
  ...schools,
  ...duties,
  ...ends,
];
