/** What decorators cannot say of the routes that carry files of imports. */
export const importsOperations = {
  'get /api/support/imports/{importId}/remarks/csv': {
    summary:
      'Les remarques d’un import pour un tableur : fichier, ligne, identifiant, constat et quoi faire, sans aucun nom.',
    answer: 'CSV',
  },
} as const;
