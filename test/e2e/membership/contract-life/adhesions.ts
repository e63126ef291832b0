import { ancenis, annexe2, applicationOf, marketFile, pieces } from '../active-member.js';
import { marketCode } from '../membership-app.js';
import {
  type Answer,
  day,
  document,
  known,
  type More,
  key,
  of,
  ofMember,
  organisationId,
  restingOn,
  step,
  type Step,
  version,
} from './step.js';

export const vertou = { ...ancenis, name: 'Vertou', siren: '214402158', insee: '44215' };
const erbray = { ...ancenis, name: 'Erbray', siren: '214400541', insee: '44054' };
const late = { ...ancenis, name: 'Châteaubriant', siren: '214400368', insee: '44036' };

const adhesion = (name: string, who: typeof ancenis, kinds = pieces, over: object = {}): Step[] => [
  ...kinds.map((kind) =>
    document(
      `${name}-${kind}`,
      kind,
      () => ({ marketCode, organisationId: `org-${who.siren}` }),
      '2022-01-10',
    ),
  ),
  step(
    'applyForMembership',
    () => ({
      ...applicationOf(
        who,
        `1A ${name}`,
        kinds.map((kind) => of(`${name}-${kind}`)),
      ),
      ...over,
    }),
    { name, keep: ({ membershipId }: Answer) => membershipId },
  ),
];
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
    as: 'coordinator',
    claims: { sub: 'second-coordinator' },
    restsOn: () => of(`sha-${name}`),
  }),
  step('acceptApplication', ofMember(name), { restsOn: () => `1A ${name}` }),
];
const fileChange = (rpc: string, request: () => object, more: More = {}) =>
  step(
    rpc,
    () => ({ marketCode, organisationId, expectedVersion: version('file'), ...request() }),
    {
      name: 'file',
      keep: (answer: Answer) => {
        if (answer.signatoryId) known['signatory'] = answer.signatoryId;
        return answer.file.version;
      },
      ...more,
    },
  );

export const adhesions: readonly Step[] = [
  day('2022-01-14'),
  step('importMarket', () => ({ content: marketFile }), { as: 'admin' }),
  step('loadMarket', () => ({ content: marketFile.replace('"e-primo-2022"', '"autre"') }), {
    as: 'coordinator',
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
  ...adhesion('ancenis', ancenis),
  ...committed('ancenis'),
  // Its convention comes after the letter.
  ...adhesion('vertou', vertou, ['DELIBERATION', 'ANNEXE2'], {
    documents: [{ kind: 'CONVENTION', title: 'Convention' }],
  }),
  ...committed('vertou'),
  document('convention', 'CONVENTION', ofMember('vertou'), '2022-01-10'),
  step(
    'recordSignedConvention',
    () => ({ ...key(), membershipId: of('vertou'), documentId: of('convention') }),
    restingOn('convention'),
  ),
  ...adhesion('erbray', erbray),
  step('refuseApplication', () => ({
    ...key(),
    membershipId: of('erbray'),
    reasonCode: 'GIVEN_UP',
  })),
  day('2022-01-20'),
  ...adhesion('late', late, pieces, { sentOn: '2022-01-14', receivedOn: '2022-01-18' }),
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
      startsOn: '2020-07-05',
    },
  })),
  fileChange('endSignatory', () => ({ signatoryId: of('signatory'), endsOn: '2026-03-22' })),
  fileChange('changeBillingContacts', () => ({ billingContacts: [] })),
  fileChange('chooseBillingRhythm', () => ({ ...key(), rhythm: 'QUARTER' })),
  fileChange('recordChorusPro', () => ({ ...key(), validFrom: '2022-01-01', chorusPro: {} })),
];
