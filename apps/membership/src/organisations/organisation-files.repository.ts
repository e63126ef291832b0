import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { BillingContact, ChorusProEntry, Signatory } from './domain/organisation-file.js';

type Recorded = { readonly recordedBy: string; readonly recordedOn: LocalDate };

export abstract class OrganisationFiles {
  /** The version of the file, locked; undefined where the organisation has not applied to this market. */
  abstract versionForUpdate(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
  ): Promise<number | undefined>;
  abstract setVersion(tx: Transaction, organisationId: string, version: number): Promise<void>;
  abstract addSignatory(
    tx: Transaction,
    organisationId: string,
    signatory: Signatory & Recorded,
  ): Promise<void>;
  /** The first day of the signature; undefined for an unknown one. */
  abstract signatory(
    tx: Transaction,
    organisationId: string,
    signatoryId: string,
  ): Promise<Signatory | undefined>;
  abstract endSignatory(tx: Transaction, signatoryId: string, endsOn: LocalDate): Promise<void>;
  abstract replaceContacts(
    tx: Transaction,
    organisationId: string,
    contacts: readonly BillingContact[],
  ): Promise<void>;
  abstract addChorusPro(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
    entry: Omit<ChorusProEntry, 'entryId'>,
  ): Promise<void>;
}
