import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { MembershipStatus } from './domain/membership.js';

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
  readonly documentId: string | undefined;
  readonly decidedBy: string;
  readonly decidedOn: LocalDate;
};

export type Signature = {
  /** Day that the convention bears (MKT-3). */
  readonly signedOn: LocalDate;
  readonly documentId: string | undefined;
  readonly recordedBy: string;
  readonly recordedOn: LocalDate;
};

/** What is decided about applications, and who has signed (ADH-3, MKT-3); the membership is locked by the caller. */
@Injectable()
export class Applications {
  /** Those of an organisation in a market, the newest last; others for it wait until the transaction ends. */
  async ofOrganisation(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
  ): Promise<KnownApplication[]> {
    await tx.query('select 1 from organisation where id = $1 for no key update', [organisationId]);
    const { rows } = await tx.query<KnownApplication>(
      `select id as "membershipId", status, refusal_reasons as reasons, letter_number as "letterNumber"
         from membership where organisation_id = $1 and market_code = $2 order by applied_on, id`,
      [organisationId, marketCode],
    );
    return rows;
  }

  /** Whether a verified annex 2 stands. */
  async hasVerifiedAnnexe2(tx: Transaction, membershipId: string): Promise<boolean> {
    const { rowCount } = await tx.query(
      'select 1 from annexe2 where membership_id = $1 and verified_by is not null limit 1',
      [membershipId],
    );
    return rowCount === 1;
  }

  async decisionsOf(tx: Transaction, membershipId: string): Promise<Decision[]> {
    const { rows } = await tx.query<DecisionRow>(
      `select decision, reason_code, note, document_id, decided_by, decided_on
         from application_decision where membership_id = $1 order by decision`,
      [membershipId],
    );
    return rows.map((row) => ({
      decision: row.decision,
      reasonCode: row.reason_code,
      note: row.note,
      documentId: row.document_id ?? undefined,
      decidedBy: row.decided_by,
      decidedOn: row.decided_on,
    }));
  }

  /** One of each kind per application. */
  async decide(tx: Transaction, membershipId: string, decision: Decision): Promise<void> {
    await tx.query(
      `insert into application_decision (membership_id, decision, reason_code, note, document_id, decided_by, decided_on)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        membershipId,
        decision.decision,
        decision.reasonCode,
        decision.note,
        decision.documentId ?? null,
        decision.decidedBy,
        decision.decidedOn,
      ],
    );
  }

  async signatureOf(tx: Transaction, membershipId: string): Promise<Signature | undefined> {
    const { rows } = await tx.query<SignatureRow>(
      'select signed_on, document_id, recorded_by, recorded_on from convention_signature where membership_id = $1',
      [membershipId],
    );
    const row = rows[0];
    return (
      row && {
        signedOn: row.signed_on,
        documentId: row.document_id ?? undefined,
        recordedBy: row.recorded_by,
        recordedOn: row.recorded_on,
      }
    );
  }

  async sign(
    tx: Transaction,
    membershipId: string,
    { signedOn, documentId, recordedBy, recordedOn }: Signature,
  ): Promise<void> {
    await tx.query(
      `insert into convention_signature (membership_id, signed_on, document_id, recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5)`,
      [membershipId, signedOn, documentId ?? null, recordedBy, recordedOn],
    );
  }
}

type DecisionRow = {
  decision: Decision['decision'];
  reason_code: string;
  note: string;
  document_id: string | null;
  decided_by: string;
  decided_on: LocalDate;
};
type SignatureRow = {
  signed_on: LocalDate;
  document_id: string | null;
  recorded_by: string;
  recorded_on: LocalDate;
};
