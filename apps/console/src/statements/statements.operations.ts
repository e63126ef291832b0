import * as answers from './statements.answers.js';

/** What decorators cannot say of the routes of the état des engagements (ORD-7). */
export const statementOperations = {
  'get /api/memberships/{membershipId}/statement': {
    summary: 'L’état des engagements d’un membre à une date, avec l’empreinte de son registre.',
    answer: 'PDF',
  },
  'post /api/statements/verification': {
    summary:
      'Dit si un état a bien été délivré et s’il concorde toujours avec le registre, d’après son fichier ou son code.',
    answer: answers.verification,
  },
} as const;
