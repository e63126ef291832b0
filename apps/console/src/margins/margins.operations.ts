import * as answers from './margins.answers.js';

/** What decorators cannot say of the routes of margins, ceilings and usage (ORD-2, ORD-6, MTR-1). */
export const marginOperations = {
  'get /api/coordination/margins': {
    summary: 'Les membres les plus proches de leur engagement ou de leur maximum, à venir compris.',
    answer: answers.margins,
  },
  'get /api/coordination/ceilings': {
    summary: 'Ce que le groupement a commandé par besoin, face au maximum, avec les alertes.',
    answer: answers.ceilings,
  },
  'get /api/coordination/usage-above-orders': {
    summary:
      'Les jours passés où plus de comptes étaient ouverts que commandés, par membre et besoin (MTR-1).',
    answer: answers.usageAboveOrders,
  },
};
