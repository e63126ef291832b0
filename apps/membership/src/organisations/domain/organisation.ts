import { departmentOf, type InseeCode, type Siren } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';

/** COMMUNE, EPCI (a communauté de communes or another one), SYNDICAT mixte, STATE (the rectorat), another public establishment (art. 2). */
export const organisationKinds = [
  'COMMUNE',
  'EPCI',
  'SYNDICAT',
  'STATE',
  'PUBLIC_ESTABLISHMENT',
] as const;
export type OrganisationKind = (typeof organisationKinds)[number];

/** Dated Chorus Pro data come with invoicing; these are the current ones (ADH-1). */
export type ChorusPro = {
  readonly recipientSiret: string;
  readonly serviceCode: string;
  readonly purchaseOrderNumber: string;
  readonly marketNumber: string;
};

/** A legal person that may be a member (ADH-1). */
export type Organisation = {
  readonly organisationId: string;
  readonly name: string;
  readonly siren: Siren;
  readonly kind: OrganisationKind;
  readonly insee: InseeCode | '';
  /** Communes of a grouping's composition. */
  readonly communes: readonly InseeCode[];
  readonly address: string;
  readonly chorusPro: ChorusPro;
};

export class NotEligible extends defineProblem('NOT_ELIGIBLE', 'conflict') {}
export class SirenRequired extends defineProblem('SIREN_REQUIRED', 'invalid') {}

/** The one id of a legal person, whatever market it joins. */
export function organisationIdOf(siren: Siren): string {
  return `org-${siren}`;
}

/** Communes on whose schools the organisation may decide: its own, or those of its composition. */
export function territoryOf({
  insee,
  communes,
}: Pick<Organisation, 'insee' | 'communes'>): InseeCode[] {
  return insee === '' ? [...communes] : [insee, ...communes];
}

/** Throws NotEligible, citing art. 2, unless the organisation's territory touches the market's departments (ADH-1). */
export function checkEligible(
  organisation: Organisation,
  market: { readonly departments: readonly string[]; readonly coordinatorSiren: string },
): void {
  const { kind, siren, insee, communes } = organisation;
  if (kind === 'STATE') {
    if (siren !== market.coordinatorSiren) {
      throw notEligible(
        'Pour l’État, seul le rectorat coordonnateur est membre du groupement.',
        siren,
      );
    }
    return;
  }
  if (kind === 'COMMUNE' && insee === '') {
    throw notEligible('Indiquez le code INSEE de la commune.', siren);
  }
  if (kind !== 'COMMUNE' && communes.length === 0 && insee === '') {
    throw notEligible('Indiquez les communes qui composent le groupement.', siren);
  }
  // An EPCI seated outside is eligible if one of its communes is inside.
  if (
    !territoryOf(organisation).some((commune) => market.departments.includes(departmentOf(commune)))
  ) {
    throw notEligible(
      'Seules les collectivités situées sur le territoire de l’académie peuvent adhérer.',
      siren,
    );
  }
}

function notEligible(reason: string, siren: string): NotEligible {
  return new NotEligible(`${reason} (convention, art. 2)`, { siren, article: '2' });
}
