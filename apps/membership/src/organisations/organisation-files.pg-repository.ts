import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { BillingContact, ChorusProEntry, Signatory } from './domain/organisation-file.js';
import { OrganisationFiles } from './organisation-files.repository.js';

@Injectable()
export class PgOrganisationFiles extends OrganisationFiles {
  async versionForUpdate(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
  ): Promise<number | undefined> {
    // The organisation is the lock: its file may not be there yet.
    await tx.query('select 1 from organisation where id = $1 for no key update', [organisationId]);
    const { rows } = await tx.query<{ version: number }>(
      `select coalesce((select version from organisation_file where organisation_id = $1), 0) as version
        where exists (select 1 from membership where organisation_id = $1 and market_code = $2)`,
      [organisationId, marketCode],
    );
    return rows[0]?.version;
  }

  async setVersion(tx: Transaction, organisationId: string, version: number): Promise<void> {
    await tx.query(
      `insert into organisation_file (organisation_id, version) values ($1, $2)
       on conflict (organisation_id) do update set version = $2`,
      [organisationId, version],
    );
  }

  async addSignatory(
    tx: Transaction,
    organisationId: string,
    signatory: Parameters<OrganisationFiles['addSignatory']>[2],
  ): Promise<void> {
    await tx.query(
      `insert into organisation_signatory (id, organisation_id, name, function, kind, delegation_document_id,
                                           starts_on, ends_on, recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        signatory.signatoryId,
        organisationId,
        signatory.name,
        signatory.function,
        signatory.kind,
        signatory.delegationDocumentId ?? null,
        signatory.startsOn,
        signatory.endsOn ?? null,
        signatory.recordedBy,
        signatory.recordedOn,
      ],
    );
  }

  async signatory(
    tx: Transaction,
    organisationId: string,
    signatoryId: string,
  ): Promise<Signatory | undefined> {
    const { rows } = await tx.query<SignatoryRow>(
      `select ${signatoryColumns} from organisation_signatory where organisation_id = $1 and id = $2`,
      [organisationId, signatoryId],
    );
    const row = rows[0];
    return row && toSignatory(row);
  }

  async endSignatory(tx: Transaction, signatoryId: string, endsOn: LocalDate): Promise<void> {
    await tx.query('update organisation_signatory set ends_on = $2 where id = $1', [
      signatoryId,
      endsOn,
    ]);
  }

  async replaceContacts(
    tx: Transaction,
    organisationId: string,
    contacts: readonly BillingContact[],
  ): Promise<void> {
    await tx.query('delete from billing_contact where organisation_id = $1', [organisationId]);
    await tx.query(
      `insert into billing_contact (organisation_id, position, name, mail, phone)
       select $1, c.position, c.name, c.mail, c.phone
         from unnest($2::text[], $3::text[], $4::text[]) with ordinality as c (name, mail, phone, position)`,
      [
        organisationId,
        contacts.map(({ name }) => name),
        contacts.map(({ mail }) => mail),
        contacts.map(({ phone }) => phone),
      ],
    );
  }

  async addChorusPro(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
    { validFrom, chorusPro, recordedBy, recordedOn }: Omit<ChorusProEntry, 'entryId'>,
  ): Promise<void> {
    await tx.query(
      `insert into chorus_pro_entry (organisation_id, market_code, valid_from, recipient_siret, service_code,
                                     purchase_order_number, market_number, recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        organisationId,
        marketCode,
        validFrom,
        chorusPro.recipientSiret,
        chorusPro.serviceCode,
        chorusPro.purchaseOrderNumber,
        chorusPro.marketNumber,
        recordedBy,
        recordedOn,
      ],
    );
    // What is in force today is what acceptance and activation will tell the other services.
    await tx.query(
      `update organisation set chorus_pro = $3
        where id = $1 and $4 <= $5::date and not exists (
          select 1 from chorus_pro_entry e
           where e.organisation_id = $1 and e.market_code = $2 and e.valid_from > $4 and e.valid_from <= $5)`,
      [organisationId, marketCode, JSON.stringify(chorusPro), validFrom, recordedOn],
    );
  }
}

export const signatoryColumns =
  'id, name, function, kind, delegation_document_id, starts_on, ends_on';
export type SignatoryRow = {
  id: string;
  name: string;
  function: string;
  kind: Signatory['kind'];
  delegation_document_id: string | null;
  starts_on: LocalDate;
  ends_on: LocalDate | null;
};

export function toSignatory(row: SignatoryRow): Signatory {
  return {
    signatoryId: row.id,
    name: row.name,
    function: row.function,
    kind: row.kind,
    delegationDocumentId: row.delegation_document_id ?? undefined,
    startsOn: row.starts_on,
    endsOn: row.ends_on ?? undefined,
  };
}
