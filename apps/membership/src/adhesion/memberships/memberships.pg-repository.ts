import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import type { Organisation } from '../../organisations/organisations.reader.js';
import type { MembershipStatus } from './domain/membership.js';
import {
  type KnownApplication,
  type Membership,
  Memberships,
  type NewApplication,
} from './memberships.repository.js';

@Injectable()
export class PgMemberships extends Memberships {
  async applicationsOf(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
  ): Promise<KnownApplication[]> {
    await tx.query('select 1 from organisation where id = $1 for no key update', [organisationId]);
    const { rows } = await tx.query<{
      id: string;
      status: MembershipStatus;
      refusal_reasons: string[];
      letter_number: string;
    }>(
      `select id, status, refusal_reasons, letter_number from membership
        where organisation_id = $1 and market_code = $2 order by applied_on, id`,
      [organisationId, marketCode],
    );
    return rows.map((row) => ({
      membershipId: row.id,
      status: row.status,
      reasons: row.refusal_reasons,
      letterNumber: row.letter_number,
    }));
  }

  async add(tx: Transaction, application: NewApplication): Promise<void> {
    const { letter } = application;
    await tx.query(
      `insert into membership (id, organisation_id, market_code, status, refusal_reasons, letter_number, sent_on,
                               received_on, documents, applied_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        application.membershipId,
        application.organisationId,
        application.marketCode,
        application.status,
        application.reasons,
        letter.number,
        letter.sentOn,
        letter.receivedOn,
        JSON.stringify(application.documents),
        application.appliedOn,
      ],
    );
    if (application.signedOn === undefined) return;
    await tx.query(
      `insert into convention_signature (membership_id, signed_on, document_id, recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5)`,
      [
        application.membershipId,
        application.signedOn,
        application.documents.find(({ kind }) => kind === 'CONVENTION')?.documentId ?? null,
        application.recordedBy,
        application.appliedOn,
      ],
    );
  }

  async findForUpdate(tx: Transaction, membershipId: string): Promise<Membership | undefined> {
    const { rows } = await tx.query<MembershipRow>(
      `select m.id, m.market_code, m.status, m.version, m.letter_number, m.sent_on, m.received_on, m.documents,
              o.id as organisation_id, o.siren, o.name, o.kind, o.insee, o.communes, o.address, o.chorus_pro
         from membership m join organisation o on o.id = m.organisation_id
        where m.id = $1 for no key update of m`,
      [membershipId],
    );
    const row = rows[0];
    return row && fromRow(row);
  }

  async accept(tx: Transaction, membershipId: string, on: LocalDate): Promise<void> {
    await tx.query(
      `update membership set status = 'ACCEPTED', accepted_on = $2, version = version + 1 where id = $1`,
      [membershipId, on],
    );
  }

  async activate(
    tx: Transaction,
    membershipId: string,
    { startsOn, endsOn }: { startsOn: LocalDate; endsOn: LocalDate },
    on: LocalDate,
  ): Promise<void> {
    await tx.query(
      `update membership set status = 'ACTIVE', starts_on = $2, ends_on = $3, activated_on = $4,
              version = version + 1 where id = $1`,
      [membershipId, startsOn, endsOn, on],
    );
  }
}

export type OrganisationColumns = {
  organisation_id: string;
  siren: Organisation['siren'];
  name: string;
  kind: Organisation['kind'];
  insee: Organisation['insee'] | null;
  communes: Organisation['communes'];
  address: string;
  chorus_pro: Organisation['chorusPro'];
};
type MembershipRow = OrganisationColumns & {
  id: string;
  market_code: string;
  status: MembershipStatus;
  version: bigint;
  letter_number: string;
  sent_on: LocalDate;
  received_on: LocalDate;
  documents: DocumentReference[];
};

export function toOrganisation(row: OrganisationColumns): Organisation {
  return {
    organisationId: row.organisation_id,
    siren: row.siren,
    name: row.name,
    kind: row.kind,
    insee: row.insee ?? '',
    communes: row.communes,
    address: row.address,
    chorusPro: row.chorus_pro,
  };
}

function fromRow(row: MembershipRow): Membership {
  return {
    membershipId: row.id,
    organisation: toOrganisation(row),
    marketCode: row.market_code,
    status: row.status,
    version: Number(row.version),
    letter: { number: row.letter_number, sentOn: row.sent_on, receivedOn: row.received_on },
    documents: row.documents,
  };
}
