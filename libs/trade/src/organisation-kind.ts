/** COMMUNE, EPCI (a communauté de communes or another one), SYNDICAT mixte, STATE (the rectorat), another public establishment (art. 2). */
export const organisationKinds = [
  'COMMUNE',
  'EPCI',
  'SYNDICAT',
  'STATE',
  'PUBLIC_ESTABLISHMENT',
] as const;
export type OrganisationKind = (typeof organisationKinds)[number];
