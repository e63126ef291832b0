/**
 * How the application presents itself, in one place. The mark of the State is reserved to its own
 * sites: another operator leaves it out here. Its name is a setting of the console (BRAND).
 */
export const theme = {
  brandTop: document.querySelector<HTMLMetaElement>('meta[name=brand]')?.content ?? '',
  serviceTitle: 'ENT du groupement',
  serviceTagline: 'Comptes, commandes et factures de l’espace numérique des écoles',
  homeTitle: 'Accueil — ENT du groupement',
} as const;
