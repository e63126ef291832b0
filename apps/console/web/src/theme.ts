/**
 * How the application presents itself, in one place. The mark of the State is reserved to its own
 * sites: another operator changes this file and leaves the brand out.
 */
export const theme = {
  brandTop: (['Académie', 'de Nantes'] as const).join(' '),
  serviceTitle: 'ENT du groupement',
  serviceTagline: 'Comptes, commandes et factures de l’espace numérique des écoles',
  homeTitle: 'Accueil — ENT du groupement',
} as const;
