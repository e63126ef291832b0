import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { BillingContact, ChorusProEntry, Signatory } from './domain/organisation-file.js';
import type { ChorusPro, Organisation } from './domain/organisation.js';

type Recorded = { readonly recordedBy: string; readonly recordedOn: LocalDate };

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

export type ChorusProPage = {
  readonly organisationId: string;
  readonly marketCode: string;
  readonly after?: readonly [validFrom: string, entryId: string];
  readonly limit: number;
};

/** The door for sibling features, and for who looks at the file. */
@Injectable()
export class OrganisationFiles {
  constructor(private readonly database: Database) {}

  /** The version of the file, locked; undefined where the organisation has not applied to this market. */
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
    signatory: Signatory & Recorded,
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

  /** The first day of the signature; undefined for an unknown one. */
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

  /** Undefined where the organisation has not applied to this market. */
  async find(
    organisationId: string,
    marketCode: string,
    on: LocalDate,
  ): Promise<OrganisationFile | undefined> {
    const { rows } = await this.database.query<FileRow>(
      `select o.id as "organisationId", o.siren, o.name, o.kind, coalesce(o.insee, '') as insee, o.communes, o.address,
              o.chorus_pro as "chorusPro", coalesce(f.version, 0) as version,
              (select jsonb_build_object('recipientSiret', e.recipient_siret, 'serviceCode', e.service_code,
                      'purchaseOrderNumber', e.purchase_order_number, 'marketNumber', e.market_number)
                 from chorus_pro_entry e
                where e.organisation_id = o.id and e.market_code = $2 and e.valid_from <= $3
                order by e.valid_from desc, e.id desc limit 1) as in_force
         from organisation o left join organisation_file f on f.organisation_id = o.id
        where o.id = $1 and exists (select 1 from membership m where m.organisation_id = o.id and m.market_code = $2)`,
      [organisationId, marketCode, on],
    );
    const row = rows[0];
    if (!row) return undefined;
    const { version, in_force, ...organisation } = row;
    const [signatories, contacts] = await Promise.all([
      this.database.query<SignatoryRow>(
        `select ${signatoryColumns} from organisation_signatory where organisation_id = $1
          order by starts_on desc, id limit 100`,
        [organisationId],
      ),
      this.database.query<BillingContact>(
        'select name, mail, phone from billing_contact where organisation_id = $1 order by position',
        [organisationId],
      ),
    ]);
    return {
      organisation,
      version,
      signatories: signatories.rows.map(toSignatory),
      billingContacts: contacts.rows,
      chorusPro: in_force ?? organisation.chorusPro,
    };
  }

  /** The latest valid_from first, of these the latest recorded. */
  async chorusProEntries({
    organisationId,
    marketCode,
    after,
    limit,
  }: ChorusProPage): Promise<ChorusProEntry[]> {
    const { rows } = await this.database.query<EntryRow>(
      `select id, valid_from, recipient_siret, service_code, purchase_order_number, market_number, recorded_by, recorded_on
         from chorus_pro_entry where organisation_id = $1 and market_code = $2
          and ($3::date is null or (valid_from, id) < ($3, $4::bigint))
        order by valid_from desc, id desc limit $5`,
      [organisationId, marketCode, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map((row) => ({
      entryId: row.id.toString(),
      validFrom: row.valid_from,
      chorusPro: {
        recipientSiret: row.recipient_siret,
        serviceCode: row.service_code,
        purchaseOrderNumber: row.purchase_order_number,
        marketNumber: row.market_number,
      },
      recordedBy: row.recorded_by,
      recordedOn: row.recorded_on,
    }));
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

type FileRow = Organisation & { version: number; in_force: ChorusPro | null };
type EntryRow = {
  id: bigint;
  valid_from: LocalDate;
  recipient_siret: string;
  service_code: string;
  purchase_order_number: string;
  market_number: string;
  recorded_by: string;
  recorded_on: LocalDate;
};
