import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import { Applications, type Decision, type Signature } from './applications.repository.js';

@Injectable()
export class PgApplications extends Applications {
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

  async refuse(tx: Transaction, membershipId: string, reasons: readonly string[]): Promise<void> {
    await tx.query(
      `update membership set status = 'REFUSED', refusal_reasons = $2 where id = $1 and status = 'APPLIED'`,
      [membershipId, reasons],
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
    convention: DocumentReference,
    { signedOn, documentId, recordedBy, recordedOn }: Signature,
  ): Promise<void> {
    await tx.query(
      `insert into convention_signature (membership_id, signed_on, document_id, recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5)`,
      [membershipId, signedOn, documentId ?? null, recordedBy, recordedOn],
    );
    await tx.query(
      'update membership set documents = documents || $2::jsonb where id = $1 and not documents @> $2::jsonb',
      [membershipId, JSON.stringify([convention])],
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
