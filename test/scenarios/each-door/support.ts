import { type Answer, type Door, some } from './door.js';

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
    route: 'get /api/support/schools',
    as: 'support-2',
    query: ({ uai = '' }) => ({ q: uai }),
    tells: ({ uai }) => ({ schools: [{ uai }] }),
  },
  {
    route: 'get /api/support/imports',
    as: 'coordinator',
    keep: ({ imports }) => ({ importId: imports[0].importId, folder: imports[0].folder }),
  },
  {
    route: 'get /api/support/imports/:importId',
    as: 'coordinator',
    tells: ({ importId }) => ({ importId, state: 'COMPLETED' }),
  },
  {
    route: 'post /api/support/imports',
    as: 'support-2',
    body: ({ folder }) => ({ folder }),
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
    route: 'get /api/journal',
    as: 'dpo',
    keep: ({ looks }) => ({
      lookId: String(looks.find(({ action }: Answer) => action === 'PERSON').id),
    }),
  },
  { route: 'get /api/journal/:lookId/people', as: 'dpo' },
  { route: 'get /api/journal/verification', as: 'dpo' },
];
