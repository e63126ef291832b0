import * as answers from './margins.answers.js';

/** What decorators cannot say of the routes of margins and ceilings (ORD-2, ORD-6). */
export const marginOperations = {
  'get /api/coordination/margins': {
    summary: 'Les membres les plus proches de leur engagement ou de leur maximum, à venir compris.',
    answer: answers.margins,
  },
  'get /api/coordination/ceilings': {
    summary: 'Ce que le groupement a commandé par besoin, face au maximum, avec les alertes.',
    answer: answers.ceilings,
  },
};
