import * as answers from './audit.answers.js';

/** What decorators cannot say of the routes of the journal. */
export const auditOperations = {
  'get /api/coordination/audit': {
    summary:
      'Qui a fait quoi dans un marché, quel jour, sur quel document ; du plus récent au plus ancien.',
    answer: answers.auditEntries,
  },
  'get /api/memberships/{membershipId}/audit': {
    summary: 'Qui a fait quoi pour une adhésion, quel jour, sur quel document.',
    answer: answers.auditEntries,
  },
};
