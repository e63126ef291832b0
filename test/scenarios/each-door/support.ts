import { academySource } from '../../../deploy/local/demo/directory-imports.js';
import { type Answer, type Door, marketCode, some } from './door.js';

const nobody = '00000000-0000-4000-8000-000000000000';
const reason = () => ({ reason: 'CHECK' });
const decision = (action: string) => () => ({ action, reason: 'SECURITE SUP-42' });

/** Support's desk, the academy's imports and the journal of looks. */
export const support: readonly Door[] = [
  {
    route: 'get /api/support/people',
    as: 'support-2',
    // A list goes on for a case that is named.
    query: ({ uai = '' }) => ({ by: 'SCHOOL', q: uai, uai, ticket: 'SUP-42', ...reason() }),
    keep: ({ people }) => ({ personId: people[0].personId }),
  },
  {
    route: 'get /api/support/people/:personId',
    as: 'support-2',
    query: reason,
    tells: () => ({ fresh: true }),
    keep: ({ person }) => ({ accountId: person.accounts[0].accountId }),
  },
  {
    route: 'get /api/support/accounts/:accountId/history',
    as: 'support-2',
    query: reason,
    tells: () => ({ transitions: some }),
  },
  {
    route: 'get /api/support/accounts/:accountId/sides',
    as: 'support-2',
    query: reason,
    tells: ({ accountId }) => ({ accountId, ent: 'PRESENT', masked: false, lines: some }),
  },
  {
    route: 'get /api/schools/:uai/letter-classes',
    as: 'head',
    tells: () => ({ classes: some }),
    keep: ({ classes }) => ({ classLabel: classes[0].label }),
  },
  {
    route: 'get /api/schools/:uai/ent-differences',
    as: 'head',
    tells: ({ uai }) => ({ look: { uai } }),
  },
  {
    route: 'post /api/schools/:uai/letters',
    as: 'head',
    body: ({ classLabel }) => ({ classLabel }),
    tells: () => ({ text: expect.stringMatching(/^%PDF-/) as unknown }),
  },
  {
    route: 'post /api/support/accounts/:accountId/letter-requests',
    as: 'support-2',
    body: () => ({ reason: 'LETTRE_PERDUE SUP-42' }),
    tells: () => ({ status: 'OPEN', printedOn: '' }),
  },
  {
    route: 'get /api/schools/:uai/letter-requests',
    as: 'head',
    tells: () => ({ requests: some }),
  },
  {
    route: 'post /api/accounts/:accountId/letter',
    as: 'head',
    tells: () => ({ text: expect.stringMatching(/^%PDF-/) as unknown }),
  },
  {
    route: 'get /api/support/accounts/:accountId/letter-requests',
    as: 'support-2',
    tells: () => ({ requests: [expect.objectContaining({ status: 'PRINTED' })] }),
  },
  {
    route: 'post /api/support/accounts/:accountId/decisions',
    as: 'support-2',
    body: decision('SUSPEND'),
    tells: () => ({ state: 'SUSPENDED' }),
  },
  {
    route: 'post /api/support/accounts/:accountId/decisions',
    as: 'support-2',
    body: decision('RESUME'),
  },
  {
    route: 'post /api/support/accounts/:accountId/decisions',
    as: 'support-2',
    body: decision('RETRY'),
    refused: 'ACCOUNT_STATE_NOT_FIT',
  },
  {
    route: 'post /api/support/accounts/:accountId/decisions',
    as: 'support-2',
    body: decision('RESTORE'),
    refused: 'ENT_RESTORE_NOT_FIT',
  },
  {
    route: 'get /api/support/schools',
    as: 'support-2',
    query: ({ uai = '' }) => ({ q: uai }),
    tells: ({ uai }) => ({ schools: [{ uai }] }),
  },
  {
    route: 'get /api/support/schools/:uai',
    as: 'support-2',
    tells: ({ uai }) => ({ school: { uai }, classes: some }),
  },
  {
    route: 'get /api/support/schools/:uai/people',
    as: 'support-2',
    // A list goes on for a case that is named.
    query: () => ({ ticket: 'SUP-42', profile: 'STUDENT', ...reason() }),
    tells: () => ({ people: some }),
  },
  {
    route: 'get /api/support/schools/:uai/hand-made-users',
    as: 'support-2',
    query: () => reason(),
    tells: () => ({ users: [], found: 0 }),
  },
  {
    route: 'get /api/dpo/erasures',
    as: 'dpo',
    tells: () => ({ overdue: 0 }),
  },
  {
    // Who is here has no erasure to prove.
    route: 'post /api/dpo/erasures/:personId/proof',
    as: 'dpo',
    refused: 'NOT_ERASED',
  },
  {
    route: 'post /api/dpo/people/:personId/export',
    as: 'dpo',
    body: () => ({ reason: 'DEMANDE_PERSONNE SUP-42' }),
    tells: ({ personId }) => ({
      personId,
      services: expect.arrayContaining(
        ['directory', 'provisioning', 'metering', 'console'].map((service) =>
          expect.objectContaining({ service, tables: some }),
        ),
      ) as unknown,
    }),
  },
  {
    // A teacher and a parent of one name come together in some school of the demo: that is asked, and stays so.
    route: 'get /api/support/doubles',
    as: 'support-2',
    tells: () => ({ doubles: some }),
    keep: () => ({ pairId: nobody, mergeId: nobody }),
  },
  {
    route: 'get /api/support/doubles/:pairId',
    as: 'support-2',
    query: reason,
    refused: 'DOUBLE_UNKNOWN',
  },
  {
    route: 'post /api/support/doubles/:pairId/answer',
    as: 'support-2',
    body: () => ({ answer: 'SAME' }),
    refused: 'DOUBLE_UNKNOWN',
  },
  {
    route: 'get /api/support/merges',
    as: 'support-2',
    tells: () => ({ merges: [] }),
  },
  {
    route: 'post /api/support/merges/:mergeId/undoing',
    as: 'support-2',
    refused: 'MERGE_UNKNOWN',
  },
  {
    route: 'get /api/support/imports',
    as: 'coordinator',
    query: () => ({ source: academySource.sourceCode }),
    keep: ({ imports }) => {
      const { importId, planId, folder, source } = imports.at(-1);
      return { importId, planId, folder, sourceCode: source };
    },
  },
  {
    route: 'get /api/support/imports/:importId',
    as: 'coordinator',
    tells: ({ importId }) => ({ importId, state: 'COMPLETED' }),
  },
  {
    route: 'post /api/support/uploads',
    as: 'support-2',
    body: ({ sourceCode }) => ({ source: sourceCode }),
    keep: ({ uploadId }) => ({ uploadId }),
  },
  {
    route: 'put /api/support/uploads/:uploadId/files',
    as: 'support-2',
    query: () => ({ name: 'export.zip' }),
    file: () => 'no archive at all',
    tells: () => ({ bytes: 17 }),
  },
  {
    route: 'post /api/support/uploads/:uploadId/import',
    as: 'support-2',
    // All of it came, and the service read it.
    refused: 'SOURCE_UNREADABLE',
  },
  {
    route: 'delete /api/support/uploads/:uploadId',
    as: 'support-2',
    // It ended with the refusal.
    refused: 'UPLOAD_UNKNOWN',
  },
  { route: 'get /api/support/drop-area', as: 'support-2' },
  {
    route: 'get /api/support/imports/:importId/remarks',
    as: 'support-2',
    tells: () => ({ lines: expect.any(Array) as unknown }),
  },
  {
    route: 'get /api/support/imports/:importId/remarks/csv',
    as: 'support-2',
  },
  {
    route: 'post /api/support/imports',
    as: 'support-2',
    body: ({ folder, sourceCode }) => ({ folder, source: sourceCode }),
    // Its files went when the import ended (DIR-1): the directory says so, and what there is to look at.
    refused: 'FOLDER_UNKNOWN',
  },
  {
    route: 'post /api/support/imports/:importId/approval',
    as: 'support-2',
    body: () => ({ reason: 'AUTRE' }),
    refused: 'IMPORT_NOT_HELD',
  },
  {
    route: 'post /api/support/imports/:importId/rejection',
    as: 'support-2',
    body: () => ({ reason: 'AUTRE' }),
    refused: 'IMPORT_NOT_HELD',
  },
  {
    route: 'post /api/support/imports/:importId/retry',
    as: 'support-2',
    refused: 'IMPORT_NOT_FAILED',
  },
  {
    route: 'get /api/support/ent-nights',
    as: 'coordinator',
    tells: () => ({ nights: some }),
    keep: ({ nights }) => ({ day: nights[0].day }),
  },
  { route: 'get /api/support/ent-nights/:day', as: 'coordinator' },
  {
    route: 'get /api/support/ent-nights/:day/schools/:uai',
    as: 'support-2',
    tells: ({ uai, day }) => ({ look: { uai, day } }),
  },
  {
    route: 'post /api/support/ent-nights/:day/schools/:uai/approval',
    as: 'support-3',
    body: () => ({ reason: 'CONTROLE' }),
    refused: 'ENT_PLAN_DECIDED',
  },
  {
    route: 'post /api/support/ent-nights/:day/schools/:uai/rejection',
    as: 'support-3',
    body: () => ({ reason: 'CONTROLE' }),
    refused: 'ENT_PLAN_DECIDED',
  },
  { route: 'get /api/support/ent-plans', as: 'coordinator', tells: () => ({ plans: [] }) },
  { route: 'get /api/support/ent-plans/:planId', as: 'support-2', refused: 'NOT_FOUND' },
  {
    route: 'post /api/support/ent-plans/:planId/approval',
    as: 'coordinator',
    body: () => ({ reason: 'CONTROLE' }),
    refused: 'NOT_FOUND',
  },
  {
    route: 'post /api/support/ent-plans/:planId/rejection',
    as: 'support-3',
    body: () => ({ reason: 'CONTROLE' }),
    refused: 'NOT_FOUND',
  },
  {
    route: 'get /api/support/ent-faults',
    as: 'support-2',
    tells: () => ({ faults: [], retries: [] }),
  },
  {
    route: 'post /api/support/ent-faults/:code/retries',
    as: 'support-3',
    path: () => ({ code: 'ENT_REFUSED' }),
    body: () => ({ reason: 'INCIDENT_ENT SUP-42' }),
    refused: 'ENT_FAULT_GONE',
  },
  { route: 'get /api/support/ent-missing', as: 'support-3', tells: () => ({ schools: [] }) },
  {
    route: 'post /api/support/ent-missing/proposals',
    as: 'support-3',
    body: () => ({ reason: 'ENT_RESTAURE' }),
    refused: 'ENT_MISSING_NONE',
  },
  {
    route: 'post /api/support/ent-missing/proposals/:proposalId/decision',
    as: 'support-3',
    path: () => ({ proposalId: '0b7c7f3e-2a10-4f6e-9a53-1f1f6a3c00f1' }),
    body: () => ({ outcome: 'APPROVED', digest: 'a' }),
    refused: 'PROPOSAL_UNKNOWN',
  },
  { route: 'get /api/support/fed-schools', as: 'coordinator', tells: () => ({ schools: [] }) },
  {
    route: 'get /api/support/fed-schools/:uai/preview',
    as: 'support-3',
    query: () => ({ academy: 'NANTES' }),
    tells: () => ({ second: expect.any(Number) }),
  },
  {
    route: 'post /api/support/fed-schools',
    as: 'support-3',
    body: ({ uai }) => ({ uai, academy: 'NANTES', startsOn: '2000-01-01', reason: 'ERREUR' }),
    refused: 'INPUT_INVALID',
  },
  {
    route: 'post /api/support/fed-schools/:uai/end',
    as: 'coordinator',
    body: () => ({ endsOn: '2100-01-01', reason: 'ERREUR' }),
    refused: 'SCHOOL_NOT_FED',
  },
  { route: 'get /api/support/link-exposures', as: 'support-3', tells: () => ({ exposures: [] }) },
  {
    // No run of the contract was kept on this stack.
    route: 'get /api/support/ent-contract',
    as: 'support-3',
    tells: () => ({}),
  },
  {
    route: 'get /api/support/ent-connector',
    as: 'support-3',
    tells: () => ({ processes: [expect.objectContaining({ pausesInARow: 0 })] }),
  },
  {
    route: 'post /api/support/ent-looks',
    as: 'support-3',
    body: ({ uai }) => ({ uai }),
    tells: () => ({ schools: 1 }),
  },
  {
    route: 'get /api/support/plans/:planId/schools',
    as: 'coordinator',
    tells: ({ planId, importId }) => ({
      plan: { planId, importId, state: 'CURRENT' },
      schools: expect.arrayContaining([expect.objectContaining({ state: 'RELEASED' })]) as unknown,
    }),
  },
  {
    // Asked of two services, as whoever looks.
    route: 'get /api/support/plans/:planId/members',
    as: 'coordinator',
    tells: ({ planId, membershipId }) => ({
      plan: { planId },
      members: expect.arrayContaining([
        expect.objectContaining({ membershipId, marketCode, held: 0 }),
      ]) as unknown,
    }),
  },
  {
    route: 'get /api/support/plans/:planId/changes',
    as: 'support-2',
    tells: () => ({ changes: expect.any(Array) as unknown }),
  },
  {
    route: 'post /api/support/plans/:planId/approval',
    as: 'support-2',
    body: () => ({ reason: 'AUTRE' }),
    refused: 'IMPORT_NOT_HELD',
  },
  {
    route: 'post /api/support/plans/:planId/rejection',
    as: 'support-2',
    body: () => ({ reason: 'AUTRE' }),
    refused: 'IMPORT_NOT_HELD',
  },
  {
    route: 'get /api/support/sources',
    as: 'coordinator',
    tells: ({ sourceCode }) => ({
      sources: expect.arrayContaining([
        expect.objectContaining({ sourceCode, kind: 'AAF_1D' }),
      ]) as unknown,
    }),
  },
  {
    route: 'put /api/support/sources/:sourceCode',
    as: 'support-2',
    body: () => ({
      ...{ kind: 'AAF_1D', title: 'AAF 1er degré', academyCode: '17', priority: 10 },
      priorities: [{ attribute: 'PLACES', priority: 12 }],
      departments: ['44', '49', '53', '72', '85'],
    }),
  },
  {
    route: 'get /api/journal',
    as: 'dpo',
    keep: ({ looks }) => ({
      lookId: String(looks.find(({ action }: Answer) => action === 'PERSON').id),
    }),
  },
  { route: 'get /api/journal/:lookId/people', as: 'dpo' },
  { route: 'get /api/journal/verification', as: 'dpo' },
];
