import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ChorusPro, Organisation } from './domain/organisation.js';
import type { BillingContact, ChorusProEntry } from './domain/organisation-file.js';
import {
  signatoryColumns,
  type SignatoryRow,
  toSignatory,
} from './organisation-files.pg-repository.js';
import { type OrganisationFile, OrganisationFileReader } from './organisation-files.reader.js';

@Injectable()
export class PgOrganisationFileReader extends OrganisationFileReader {
  constructor(private readonly database: Database) {
    super();
  }

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

  async chorusProEntries({
    organisationId,
    marketCode,
    after,
    limit,
  }: Parameters<OrganisationFileReader['chorusProEntries']>[0]): Promise<ChorusProEntry[]> {
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
