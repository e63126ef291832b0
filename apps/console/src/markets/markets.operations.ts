import * as answers from './markets.answers.js';

/** What decorators cannot say of the routes of markets (MKT-1, MKT-3, MKT-6). */
export const marketOperations = {
  'get /api/markets': { summary: 'Les marchés auxquels on appartient.', answer: answers.markets },
  'get /api/markets/schema': {
    summary: 'Le schéma JSON du fichier d’un marché.',
    answer: answers.marketSchema,
  },
  'post /api/markets': {
    summary:
      'Charge un marché depuis son fichier JSON ou YAML, ou dit seulement ce qui serait changé et tout ce qui est faux.',
    answer: answers.loadedMarket,
  },
  'get /api/markets/{marketCode}': {
    summary: 'Un marché, tel qu’il est ou tel qu’une version antérieure le disait.',
    answer: answers.market,
  },
  'get /api/markets/{marketCode}/versions': {
    summary: 'Les versions d’un marché : quand, par qui, ce qui a changé, sur quel document.',
    answer: answers.marketVersions,
  },
  'get /api/markets/{marketCode}/due': {
    summary: 'Les prochaines échéances du calendrier, prévisionnelles ou fixées (art. 6).',
    answer: answers.marketDue,
  },
  'get /api/markets/{marketCode}/amendments': {
    summary: 'Les avenants d’un marché, du dernier au premier.',
    answer: answers.amendments,
  },
  'post /api/markets/{marketCode}/amendments': {
    summary:
      'Enregistre un avenant signé ; refusé s’il touche des jours facturés (AMENDMENT_TOUCHES_INVOICED_DAYS).',
    answer: answers.recordedAmendment,
  },
  'post /api/markets/{marketCode}/dates': {
    summary: 'Fixe la date de notification ou d’entrée en vigueur, sur un document déposé.',
    answer: answers.market,
  },
};
