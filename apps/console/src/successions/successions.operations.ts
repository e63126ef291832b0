import * as answers from './successions.answers.js';

/** What decorators cannot say of the routes of successions (ADH-5). */
export const successionOperations = {
  'post /api/coordination/successions/preview': {
    summary: 'Ce qu’une succession ferait passer, ou ce qui la refuserait ; n’écrit rien.',
    answer: answers.successionPreview,
  },
  'post /api/coordination/successions': {
    summary:
      'Prévoit des successions, toutes ou aucune ; celles dont le jour est venu ont lieu aussitôt.',
    answer: answers.plannedSuccessions,
  },
  'post /api/coordination/successions/import': {
    summary:
      'Prévoit des successions depuis un fichier de mouvements (CSV, XLSX, ODS), tout ou rien (MOVEMENTS_FAULTY) ; à blanc avec `dryRun`.',
    answer: answers.importedMovements,
  },
  'post /api/coordination/successions/{successionId}/cancellation': {
    summary: 'Annule une succession avant son jour, avec celles qui ont lieu avec elle.',
    answer: answers.plannedSuccessions,
  },
  'get /api/coordination/successions': {
    summary: 'Les successions d’un marché, de la plus récente à la plus ancienne.',
    answer: answers.successions,
  },
  'get /api/successions/{successionId}': {
    summary: 'Une succession, pour qui donne ou reçoit.',
    answer: answers.succession,
  },
  'get /api/memberships/{membershipId}/successions': {
    summary: 'Les successions dans lesquelles un membre donne ou reçoit.',
    answer: answers.successions,
  },
};
