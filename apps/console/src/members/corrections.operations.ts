import * as answers from './members.answers.js';

/** What decorators cannot say of the routes of corrections (ORD-4). */
export const correctionOperations = {
  'post /api/coordination/memberships/{membershipId}/corrections/preview': {
    summary: 'Ce qu’une correction du passé donnerait, ou ce qui la refuserait ; n’écrit rien.',
    answer: answers.correctionPreview,
  },
  'post /api/coordination/memberships/{membershipId}/corrections': {
    summary:
      'Enregistre une correction du passé, sur l’accord du membre et du titulaire ; refusée avec ses chiffres (BELOW_COMMITMENT…).',
    answer: answers.signedOrder,
  },
};
