import { Injectable } from '@nestjs/common';
import {
  arraysOf,
  Database,
  insertRow,
  rowsWithoutNulls,
  rowWithoutNulls,
  type Transaction,
  updateRow,
} from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { BillingRhythm } from '#libs/trade';
import type {
  BillingContact,
  ChorusPro,
  ChorusProEntry,
  Organisation,
  Signatory,
} from './domain/organisation.js';
import { type BillingRhythms, type RhythmTerms, rhythmsOn } from './domain/billing-rhythm.js';
import { organisationJson } from './organisations.pg.js';

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
  readonly billingRhythm: BillingRhythms;
};

export type ChorusProPage = {
  readonly organisationId: string;
  readonly marketCode: string;
  readonly after?: readonly [validFrom: string, entryId: string] | undefined;
  readonly limit: number;
};

const signatoryColumns = `id as "signatoryId", name, function, kind, delegation_document_id as "delegationDocumentId",
  starts_on as "startsOn", ends_on as "endsOn"`;
/** Of `chorus_pro_entry e`. */
export const chorusProJson = `jsonb_build_object('recipientSiret', e.recipient_siret, 'serviceCode', e.service_code,
  'purchaseOrderNumber', e.purchase_order_number, 'marketNumber', e.market_number)`;

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
    return tx.value<number>(
      `select coalesce((select version from organisation_file where organisation_id = $1), 0)
        where exists (select 1 from membership where organisation_id = $1 and market_code = $2)`,
      [organisationId, marketCode],
    );
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
    { signatoryId: id, ...signatory }: Signatory & Recorded,
  ): Promise<void> {
    await insertRow(tx, 'organisation_signatory', { id, organisationId, ...signatory });
  }

  /** The first day of the signature; undefined for an unknown one. */
  signatory(
    tx: Transaction,
    organisationId: string,
    signatoryId: string,
  ): Promise<Signatory | undefined> {
    return rowWithoutNulls<Signatory>(
      tx,
      `select ${signatoryColumns} from organisation_signatory where organisation_id = $1 and id = $2`,
      [organisationId, signatoryId],
    );
  }

  async endSignatory(tx: Transaction, signatoryId: string, endsOn: LocalDate): Promise<void> {
    await updateRow(tx, 'organisation_signatory', signatoryId, { endsOn });
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
      [organisationId, ...arraysOf(contacts, 'name', 'mail', 'phone')],
    );
  }

  async addChorusPro(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
    { validFrom, chorusPro, recordedBy, recordedOn }: Omit<ChorusProEntry, 'entryId'>,
  ): Promise<void> {
    const entry = { organisationId, marketCode, validFrom, ...chorusPro, recordedBy, recordedOn };
    await insertRow(tx, 'chorus_pro_entry', entry);
    // What is in force today is what acceptance and activation will tell the other services.
    await tx.query(
      `update organisation set chorus_pro = $3
        where id = $1 and $4 <= $5::date and not exists (
          select 1 from chorus_pro_entry e
           where e.organisation_id = $1 and e.market_code = $2 and e.valid_from > $4 and e.valid_from <= $5)`,
      [organisationId, marketCode, JSON.stringify(chorusPro), validFrom, recordedOn],
    );
  }

  async addBillingRhythm(
    tx: Transaction,
    entry: Recorded & {
      readonly organisationId: string;
      readonly marketCode: string;
      readonly validFrom: LocalDate;
      readonly rhythm: BillingRhythm;
    },
  ): Promise<void> {
    await insertRow(tx, 'billing_rhythm_entry', entry);
  }

  /** What an organisation has chosen in a market that it applied to, and within which terms. */
  async rhythmTerms(
    organisationId: string,
    marketCode: string,
    source: Pick<Transaction, 'row'> = this.database,
  ): Promise<RhythmTerms> {
    const terms = await source.row<RhythmTerms>(
      `select m.terms #>> '{billing,period}' as "ofMarket", m.terms #> '{calendar,contractYears}' as "contractYears",
              coalesce((select jsonb_agg(jsonb_build_object('from', e.valid_from, 'rhythm', e.rhythm) order by e.valid_from, e.id)
                          from billing_rhythm_entry e
                         where e.organisation_id = $1 and e.market_code = m.code), '[]') as chosen
         from market m where m.code = $2`,
      [organisationId, marketCode],
    );
    return terms!;
  }

  /** Where invoices of a day are delivered, as known now; empty where nobody has said it. */
  async recipientOn(
    tx: Transaction,
    { organisationId, marketCode }: { organisationId: string; marketCode: string },
    day: LocalDate,
  ): Promise<ChorusPro['recipientSiret']> {
    const siret = await tx.value<ChorusPro['recipientSiret']>(
      `select coalesce((select e.recipient_siret from chorus_pro_entry e
                         where e.organisation_id = o.id and e.market_code = $2 and e.valid_from <= $3
                         order by e.valid_from desc, e.id desc limit 1), o.chorus_pro ->> 'recipientSiret')
         from organisation o where o.id = $1`,
      [organisationId, marketCode, day],
    );
    return siret ?? '';
  }

  /** Undefined where the organisation has not applied to this market. */
  async find(
    organisationId: string,
    marketCode: string,
    on: LocalDate,
  ): Promise<OrganisationFile | undefined> {
    const file = await this.database.row<
      Omit<OrganisationFile, 'signatories' | 'billingContacts' | 'billingRhythm'>
    >(
      `select ${organisationJson} as organisation, coalesce(f.version, 0) as version,
              coalesce((select ${chorusProJson} from chorus_pro_entry e
                         where e.organisation_id = o.id and e.market_code = $2 and e.valid_from <= $3
                         order by e.valid_from desc, e.id desc limit 1), o.chorus_pro) as "chorusPro"
         from organisation o left join organisation_file f on f.organisation_id = o.id
        where o.id = $1 and exists (select 1 from membership m where m.organisation_id = o.id and m.market_code = $2)`,
      [organisationId, marketCode, on],
    );
    if (!file) return undefined;
    const [terms, signatories, billingContacts] = await Promise.all([
      this.rhythmTerms(organisationId, marketCode),
      rowsWithoutNulls<Signatory>(
        this.database,
        `select ${signatoryColumns} from organisation_signatory where organisation_id = $1
          order by starts_on desc, id limit 100`,
        [organisationId],
      ),
      this.database.rows<BillingContact>(
        'select name, mail, phone from billing_contact where organisation_id = $1 order by position',
        [organisationId],
      ),
    ]);
    return { ...file, signatories, billingContacts, billingRhythm: rhythmsOn(terms, on) };
  }

  /** The latest valid_from first, of these the latest recorded. */
  chorusProEntries({ organisationId, marketCode, after, limit }: ChorusProPage) {
    return this.database.rows<ChorusProEntry>(
      `select id::text as "entryId", valid_from as "validFrom", ${chorusProJson} as "chorusPro", recorded_by as "recordedBy",
              recorded_on as "recordedOn"
         from chorus_pro_entry e where organisation_id = $1 and market_code = $2
          and ($3::date is null or (valid_from, id) < ($3, $4::bigint))
        order by valid_from desc, id desc limit $5`,
      [organisationId, marketCode, after?.[0], after?.[1], limit],
    );
  }
}
