import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { DraftAnswer, DraftInvoice } from '../domain/invoice.js';

/** What is said of drafts, one answer after the other (BIL-9); the database takes none out of turn. */
@Injectable()
export class DraftAnswers {
  /** The draft is locked, so that its answers stay those that were read. */
  async add(tx: Transaction, draft: DraftInvoice, answer: DraftAnswer): Promise<void> {
    await tx.query(
      `insert into draft_answer (invoice_id, position, answer, answered_on, reason, document_id, document_sha256)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        draft.id,
        draft.answers.length + 1,
        answer.answer,
        answer.answeredOn,
        answer.reason,
        answer.paper?.documentId ?? null,
        answer.paper?.sha256 ?? null,
      ],
    );
  }
}
