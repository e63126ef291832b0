import { Injectable } from '@nestjs/common';
import {
  Database,
  insertRow,
  rowsWithoutNulls,
  rowWithoutNulls,
  type Transaction,
} from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference, Letter } from '#libs/trade';
import { documentOf } from '../../documents/documents.module.js';
import { type Organisation, organisationJson } from '../../organisations/organisations.module.js';
import type { ActivationGround, MembershipStatus } from './domain/membership.js';

/** An application as it was sent and what became of it. */
export type Application = {
  readonly membershipId: string;
  readonly organisation: Organisation;
  readonly marketCode: string;
  readonly status: MembershipStatus;
  readonly refusalReasons: readonly string[];
  readonly letter: Letter;
  readonly documents: readonly DocumentReference[];
  readonly appliedOn: LocalDate;
  readonly acceptedOn?: LocalDate;
  readonly hasVerifiedAnnexe2: boolean;
  readonly decisions: readonly Decision[];
  readonly signedOn?: LocalDate;
  /** Why its annex 2 names what is no public school of the national register. */
  readonly registerException?: string;
};

export type ApplicationPage = {
  readonly marketCode: string;
  /** Absent: every state. */
  readonly status?: MembershipStatus;
  /** Only those still undecided whose letter left by this day and came after it (ADH-3). */
  readonly awaitingSince?: LocalDate;
  /** Name and id of the last row seen. */
  readonly after?: readonly [string, string] | undefined;
  readonly limit: number;
};

export type KnownApplication = {
  readonly membershipId: string;
  readonly status: MembershipStatus;
  readonly reasons: readonly string[];
  readonly letterNumber: string;
};

export type Decision = {
  readonly decision: 'ACCEPTED' | 'REFUSED';
  readonly reasonCode: string;
  readonly note: string;
  readonly documentId?: string | undefined;
  readonly decidedBy: string;
  readonly decidedOn: LocalDate;
};

export type Signature = {
  /** Day that the convention bears (MKT-3). */
  readonly signedOn: LocalDate;
  readonly documentId: string;
  readonly recordedBy: string;
  readonly recordedOn: LocalDate;
};

// A member by succession applied for nothing and has its former member's signature: it is no new adhesion (ADH-5).
const bySuccession =
  'exists (select 1 from succession c where c.successor_membership_id = m.id and c.is_successor_created)';

const decisionsOf = (membershipId: string) => `(
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('decision', d.decision, 'reasonCode', d.reason_code, 'note', d.note,
           'documentId', d.document_id, 'decidedBy', d.decided_by, 'decidedOn', d.decided_on)) order by d.decision), '[]')
    from application_decision d where d.membership_id = ${membershipId})`;

// What was stated by its title alone takes the digest of the paper of its kind, once one is deposited (ADH-2).
const documentsOf = `(
  select coalesce(jsonb_agg(case when p ? 'documentId' then p else p || coalesce((
           select jsonb_build_object('sha256', d.sha256, 'documentId', d.id) from papers_of(m.id) d
            where d.kind = p ->> 'kind' order by d.dated_on desc, d.id limit 1), '{}') end order by number), '[]')
    from jsonb_array_elements(m.documents) with ordinality stated (p, number))`;

const view = `
  select m.id as "membershipId", m.market_code as "marketCode", m.status, m.refusal_reasons as "refusalReasons",
         ${documentsOf} as documents,
         jsonb_build_object('number', m.letter_number, 'sentOn', m.sent_on, 'receivedOn', m.received_on) as letter,
         m.applied_on as "appliedOn", m.accepted_on as "acceptedOn", s.signed_on as "signedOn",
         exists (select 1 from annexe2 a where a.membership_id = m.id and a.verified_by is not null) as "hasVerifiedAnnexe2",
         (select a.register_exception from annexe2 a where a.membership_id = m.id order by a.id desc limit 1) as "registerException",
         ${decisionsOf('m.id')} as decisions, ${organisationJson} as organisation
    from membership m join organisation o on o.id = m.organisation_id
    left join convention_signature s on s.membership_id = m.id`;

/**
 * Applications as committed, none of a successor; what is decided about them, and who has signed (ADH-3, MKT-3). For
 * a decision the membership is locked by the caller.
 */
@Injectable()
export class Applications {
  constructor(private readonly database: Database) {}

  find(membershipId: string): Promise<Application | undefined> {
    const found = `${view} where m.id = $1 and not ${bySuccession}`;
    return rowWithoutNulls<Application>(this.database, found, [membershipId]);
  }

  /** By the organisation's name. */
  list({ marketCode, status, awaitingSince, after, limit }: ApplicationPage) {
    const [afterName = '', afterId = ''] = after ?? [];
    return rowsWithoutNulls<Application>(
      this.database,
      `${view}
        where m.market_code = $1 and not ${bySuccession} and ($2::text is null or m.status = $2)
          and ($3::date is null or (m.status = 'APPLIED' and m.sent_on <= $3 and m.received_on > $3
               and not exists (select 1 from application_decision d where d.membership_id = m.id)))
          and (o.name, m.id) > ($4, $5)
        order by o.name, m.id limit $6`,
      [marketCode, status, awaitingSince, afterName, afterId, limit],
    );
  }

  /** Accepted members whose convention bears no signature up to `on` (MKT-3, art. 8), by name. */
  unsignedMembers(marketCode: string, on: LocalDate, tx?: Transaction) {
    return (tx ?? this.database).rows<{ membershipId: string; name: string }>(
      `select m.id as "membershipId", o.name from membership m join organisation o on o.id = m.organisation_id
        where m.market_code = $1 and m.status in ('ACCEPTED', 'ACTIVE')
          and not exists (select 1 from convention_signature s where s.membership_id = m.id and s.signed_on <= $2)
          and not ${bySuccession}
        order by o.name, m.id`,
      [marketCode, on],
    );
  }

  /** Those of an organisation in a market, the newest last; others for it wait until the transaction ends. */
  async ofOrganisation(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
  ): Promise<KnownApplication[]> {
    await tx.query('select 1 from organisation where id = $1 for no key update', [organisationId]);
    return tx.rows<KnownApplication>(
      `select id as "membershipId", status, refusal_reasons as reasons, letter_number as "letterNumber"
         from membership where organisation_id = $1 and market_code = $2 order by applied_on, id`,
      [organisationId, marketCode],
    );
  }

  /** What was decided about it, and whether a verified annex 2 stands. */
  async stateOf(
    tx: Transaction,
    membershipId: string,
  ): Promise<Pick<Application, 'decisions' | 'hasVerifiedAnnexe2'>> {
    const state = await tx.row<Pick<Application, 'decisions' | 'hasVerifiedAnnexe2'>>(
      `select ${decisionsOf('$1')} as decisions,
              exists (select 1 from annexe2 where membership_id = $1 and verified_by is not null) as "hasVerifiedAnnexe2"`,
      [membershipId],
    );
    return state ?? { decisions: [], hasVerifiedAnnexe2: false };
  }

  /** One of each kind per application. */
  async decide(tx: Transaction, membershipId: string, decision: Decision): Promise<void> {
    await insertRow(tx, 'application_decision', { membershipId, ...decision });
  }

  async hasSigned(tx: Transaction, membershipId: string): Promise<boolean> {
    const signature = 'select 1 from convention_signature where membership_id = $1';
    return (await tx.query(signature, [membershipId])).rowCount === 1;
  }

  /** The signed convention, what is still to be deposited, and what became of the tender that was opened here. */
  async activationGround(tx: Transaction, membershipId: string) {
    const ground = await rowWithoutNulls<Omit<ActivationGround, 'notifiedOn'>>(
      tx,
      `select (select ${documentOf('s.document_id')}
                 from convention_signature s where s.membership_id = m.id) as convention,
              array(select papers_to_deposit(m.id)) as "toDeposit",
              (select jsonb_build_object('isAwarded', a.market_code is not null)
                 from tender t left join tender_award a on a.market_code = t.market_code
                where t.market_code = m.market_code) as tender
         from membership m where m.id = $1`,
      [membershipId],
    );
    return ground ?? { toDeposit: [] };
  }

  async sign(tx: Transaction, membershipId: string, signature: Signature): Promise<void> {
    await insertRow(tx, 'convention_signature', { membershipId, ...signature });
  }
}
