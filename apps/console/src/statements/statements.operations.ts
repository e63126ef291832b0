/** What decorators cannot say of the routes of the état des engagements (ORD-7). */
export const statementOperations = {
  'get /api/memberships/{membershipId}/statement': {
    summary: 'L’état des engagements d’un membre à une date, avec l’empreinte de son registre.',
    answer: 'PDF',
  },
} as const;
