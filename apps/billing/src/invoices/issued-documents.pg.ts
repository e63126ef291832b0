import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';

/** The papers of invoices, as they were issued (BIL-4): stored once, in the transaction that gives the number. */
@Injectable()
export class IssuedDocuments {
  constructor(private readonly database: Database) {}

  async store(tx: Transaction, invoiceId: string, pdf: Buffer): Promise<void> {
    await tx.query(
      `insert into invoice_document (invoice_id, media_type, sha256, content) values ($1, 'application/pdf', $2, $3)`,
      [invoiceId, createHash('sha256').update(pdf).digest('hex'), pdf],
    );
  }

  /** Undefined for what was not issued. */
  async pdfOf(invoiceId: string): Promise<Buffer | undefined> {
    const { rows } = await this.database.query<{ content: Buffer }>(
      `select content from invoice_document where invoice_id = $1`,
      [invoiceId],
    );
    return rows[0]?.content;
  }

  /** SHA-256, lower-case hexadecimal; empty for what was not issued. */
  async digestOf(invoiceId: string): Promise<string> {
    const { rows } = await this.database.query<{ sha256: string }>(
      `select sha256 from invoice_document where invoice_id = $1`,
      [invoiceId],
    );
    return rows[0]?.sha256 ?? '';
  }

  /** Numbers of issued invoices of a market whose paper is missing or not the one of its digest. */
  async broken(marketCode: string, limit: number): Promise<string[]> {
    const { rows } = await this.database.query<{ number: string }>(
      `select i.number from invoice i left join invoice_document d using (invoice_id)
        where i.status = 'FINALISED' and ($1 = '' or i.market_code = $1)
          and (d.sha256 = encode(sha256(d.content), 'hex')) is not true
        order by i.number limit $2`,
      [marketCode, limit],
    );
    return rows.map(({ number }) => number);
  }
}
