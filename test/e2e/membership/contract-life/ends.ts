import { ancenis } from '../active-member.js';
import { marketCode } from '../membership-app.js';
import {
  type Answer,
  byMember,
  day,
  document,
  known,
  lines,
  key,
  of,
  ofMarket,
  ofMember,
  restingOn,
  step,
  type Step,
} from './step.js';

const header = 'Date;Type;Ancien membre;Successeur;Nom;Nature;INSEE;Document;Date du document';
const letter = (rpc: string, number: string, sentOn: string, receivedOn: string) =>
  step(
    rpc,
    () => ({
      ...{ ...key(), membershipId: of('vertou') },
      letter: { number, sentOn, receivedOn, documentId: of('retreat') },
    }),
    { restsOn: () => number },
  );

const openLdap = step(
  'openLdapAccess',
  () => ({
    membershipId: of('ancenis'),
    decision: { documentId: of('controller'), decidedOn: '2024-06-01', endsOn: '2025-01-01' },
  }),
  {
    ...restingOn('controller'),
    ...{ name: 'access', keep: ({ access }: Answer) => access.accessId },
  },
);

export const ends: readonly Step[] = [
  document('agreement', 'CORRECTION_AGREEMENT', ofMember('ancenis'), '2022-09-05'),
  step(
    'recordCorrection',
    () => ({
      ...{ ...key(), membershipId: of('ancenis'), lines: lines(2, '2022-08-01') },
      ...{ reason: 'ENTRY_ERROR', documentId: of('agreement') },
    }),
    restingOn('agreement'),
  ),
  document('merger', 'DECISION', ofMarket, '2022-06-30'),
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
          documentId: of('merger'),
        },
      ],
    }),
    {
      name: 'succession',
      keep: ({ successions: [first] }: Answer) => {
        known['digest'] = first.proposalDigest;
        return first.successionId;
      },
    },
  ),
  step(
    'approveSuccession',
    () => ({ ...key(), successionId: of('succession'), digest: of('digest') }),
    { claims: { sub: 'second-coordinator' } },
  ),
  step('cancelSuccession', () => ({
    ...{ ...key(), successionId: of('succession'), reason: 'Rapporté' },
  })),
  step('importMovements', () => ({
    ...{ ...key(), marketCode, fileName: 'm.csv' },
    content: Buffer.from(
      [
        header,
        `2025-01-01;Totale;${ancenis.siren};200099489;Terval;Commune;85289;DECISION;2022-06-30`,
      ].join('\n'),
    ),
  })),
  // A start over many days does all that falls due in between: not too many at once.
  ...['2023-02-01', '2023-07-01', '2023-12-01', '2024-06-03'].map(day),
  document('controller', 'CONTROLLER_DECISION', ofMember('ancenis'), '2024-06-01'),
  openLdap,
  byMember('renewLdapSecret', ofMember('ancenis')),
  byMember('withdrawLdapAccess', () => ({ ...ofMember('ancenis')(), reason: 'MEMBER' })),
  openLdap,
  step('revokeLdapAccess', () => ({ accessId: of('access'), reason: 'INCIDENT' }), { as: 'dpo' }),
  document('retreat', 'LETTER', ofMember('vertou'), '2024-06-01'),
  letter('recordWithdrawal', 'W 1', '2024-06-01', '2024-06-02'),
  letter('revokeWithdrawal', 'W 2', '2024-06-02', '2024-06-03'),
  document('judgement', 'COURT_DECISION', ofMember('vertou'), '2024-06-01'),
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
        ...{ effectiveOn: '2025-01-01', sumsDueCents: 0n, documentId: of('judgement') },
      },
    }),
    { restsOn: () => 'n° 1' },
  ),
];
