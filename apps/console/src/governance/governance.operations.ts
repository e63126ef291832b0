import * as answers from './governance.answers.js';

/** What decorators cannot say of the routes of the coordinator's duties (GOV-1 to GOV-5). */
export const governanceOperations = {
  'get /api/activity': {
    summary: 'L’activité du groupement (art. 4.1) : son propre détail et les totaux (SUP-3).',
    answer: answers.activity,
  },
  'get /api/activity/csv': { summary: 'La même chose, en CSV.', answer: 'CSV' },
  'get /api/activity/ods': { summary: 'La même chose, en ODS.', answer: 'ODS' },
  'get /api/memberships/{membershipId}/archive': {
    summary: 'Le dossier d’un membre : documents, bons de commande, index et empreintes (ZIP).',
    answer: 'ZIP',
  },
} as const;
