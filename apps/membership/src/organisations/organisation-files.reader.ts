import type { LocalDate } from '#libs/time';
import type { ChorusPro, Organisation } from './domain/organisation.js';
import type { BillingContact, ChorusProEntry, Signatory } from './domain/organisation-file.js';

/** What is known of an organisation that applied to a market (ADH-1). */
export type OrganisationFile = {
  readonly organisation: Organisation;
  readonly version: number;
  /** The latest first, at most 100. */
  readonly signatories: readonly Signatory[];
  readonly billingContacts: readonly BillingContact[];
  /** In force on the day asked about; where none was recorded, what the application said. */
  readonly chorusPro: ChorusPro;
};

/** The door for sibling features, and for who looks at the file. */
export abstract class OrganisationFileReader {
  /** Undefined where the organisation has not applied to this market. */
  abstract find(
    organisationId: string,
    marketCode: string,
    on: LocalDate,
  ): Promise<OrganisationFile | undefined>;
  /** The latest valid_from first, of these the latest recorded. */
  abstract chorusProEntries(page: {
    readonly organisationId: string;
    readonly marketCode: string;
    readonly after?: readonly [validFrom: string, entryId: string];
    readonly limit: number;
  }): Promise<ChorusProEntry[]>;
}
