import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import type { ChorusPro } from './organisation.js';

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
