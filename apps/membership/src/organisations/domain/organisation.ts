import { departmentOf, type InseeCode, type Siren } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import type { OrganisationKind } from '#libs/trade';

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

export class OrganisationFileStale extends defineProblem('ORGANISATION_FILE_STALE', 'stale') {}
export class SignatoryInvalid extends defineProblem('SIGNATORY_INVALID', 'invalid') {}
export class SignatoryUnknown extends defineProblem('SIGNATORY_UNKNOWN', 'not-found') {}

/** Who may sign for an organisation, in [startsOn, endsOn) (ADH-1). */
export type Signatory = {
  readonly signatoryId: string;
  readonly name: string;
  readonly function: string;
  readonly kind: 'HEAD' | 'DELEGATE';
  /** The arrêté or délibération by which the head delegates its signature. */
  readonly delegationDocumentId?: string | undefined;
  readonly startsOn: LocalDate;
  readonly endsOn?: LocalDate | undefined;
};

/** Whom the supplier asks about an invoice. */
export type BillingContact = {
  readonly name: string;
  readonly mail: string;
  readonly phone: string;
};

export type ChorusProEntry = {
  readonly entryId: string;
  readonly validFrom: LocalDate;
  readonly chorusPro: ChorusPro;
  readonly recordedBy: string;
  readonly recordedOn: LocalDate;
};

/** Throws OrganisationFileStale where somebody changed the file since it was read. */
export function requireVersion(version: number, expected: number): void {
  if (version !== expected) {
    throw new OrganisationFileStale(
      'La fiche a changé depuis que vous l’avez ouverte : rechargez-la, puis refaites votre modification.',
      { version, expected },
    );
  }
}

/** A delegate signs by a document, the head without; throws SignatoryInvalid. */
export function checkSignatory({
  kind,
  delegationDocumentId,
  startsOn,
  endsOn,
}: Omit<Signatory, 'signatoryId'>): void {
  if ((kind === 'DELEGATE') !== (delegationDocumentId !== undefined)) {
    throw new SignatoryInvalid(
      kind === 'DELEGATE'
        ? 'Un délégataire signe en vertu d’une délégation : joignez le document.'
        : 'Le maire ou le président signe sans délégation : ne joignez pas de document.',
      { kind },
    );
  }
  if (endsOn !== undefined && endsOn <= startsOn) {
    throw new SignatoryInvalid('La fin de la signature doit suivre son début.', {
      startsOn,
      endsOn,
    });
  }
}
