import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, together, type Transaction } from '#libs/persistence';
import type { IssuedPaper } from '../numbering/issue-paper.js';

/** The papers of invoices, as they were issued (BIL-4): stored once, in the transaction that gives the number. */
@Injectable()
export class IssuedDocuments {
  constructor(private readonly database: Database) {}

  /** One after the other in their order: each is chained to the one before. */
  async store(
    tx: Transaction,
    papers: readonly (readonly [invoiceId: string, paper: IssuedPaper])[],
  ): Promise<void> {
    await together(
      ...papers.map(([invoiceId, { pdf, xml }]) =>
        tx.query({
          name: 'store-paper',
          text: `insert into invoice_document (invoice_id, media_type, sha256, content, xml_sha256, xml)
                 values ($1, 'application/pdf', $2, $3, $4, $5)`,
          values: [invoiceId, digestOf(pdf), pdf, digestOf(xml), xml],
        }),
      ),
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

  /** EN 16931, as it lies in the PDF; undefined for what was not issued. */
  async xmlOf(invoiceId: string): Promise<Buffer | undefined> {
    const { rows } = await this.database.query<{ xml: Buffer }>(
      `select xml from invoice_document where invoice_id = $1`,
      [invoiceId],
    );
    return rows[0]?.xml;
  }

  /** The papers of these, by invoice; left out is what was not issued. */
  async ofSeveral(invoiceIds: readonly string[]): Promise<ReadonlyMap<string, IssuedPaper>> {
    const rows = await this.database.rows<IssuedPaper & { id: string }>(
      `select invoice_id as id, content as pdf, xml from invoice_document where invoice_id = any($1::uuid[])`,
      [invoiceIds],
    );
    return new Map(rows.map(({ id, ...paper }) => [id, paper]));
  }

  /** SHA-256, lower-case hexadecimal; empty for what was not issued. */
  async digestOf(invoiceId: string): Promise<string> {
    const { rows } = await this.database.query<{ sha256: string }>(
      `select sha256 from invoice_document where invoice_id = $1`,
      [invoiceId],
    );
    return rows[0]?.sha256 ?? '';
  }

  /** Whether the paper of an issued invoice is the one of its digest, and stands behind that of the number before. */
  async standingOf(invoiceId: string): Promise<{ isAsIssued: boolean; isChained: boolean }> {
    const [found] = await this.database.rows<{ isAsIssued: boolean; isChained: boolean }>(
      `select coalesce(d.sha256 = encode(sha256(d.content), 'hex') and d.xml_sha256 = encode(sha256(d.xml), 'hex'), false) as "isAsIssued",
              coalesce(d.chain = chain_of(coalesce((
                select before.chain from invoice p join invoice_document before using (invoice_id)
                 where (p.supplier_siret, p.number_prefix, p.series_year) = (i.supplier_siret, i.number_prefix, i.series_year)
                   and p.sequence = i.sequence - 1), repeat('0', 64)), i.number, d.sha256, d.xml_sha256), false) as "isChained"
         from invoice i left join invoice_document d using (invoice_id) where i.invoice_id = $1 and i.status = 'FINALISED'`,
      [invoiceId],
    );
    return found ?? { isAsIssued: false, isChained: false };
  }

  /** Numbers of issued invoices of a market whose paper is missing or not the one of its digest. */
  async broken(marketCode: string, limit: number): Promise<string[]> {
    const { rows } = await this.database.query<{ number: string }>(
      `select i.number from invoice i left join invoice_document d using (invoice_id)
        where i.status = 'FINALISED' and ($1 = '' or i.market_code = $1)
          and (d.sha256 = encode(sha256(d.content), 'hex') and d.xml_sha256 = encode(sha256(d.xml), 'hex')) is not true
        order by i.number limit $2`,
      [marketCode, limit],
    );
    return rows.map(({ number }) => number);
  }

  /** Numbers of issued invoices of a market whose paper does not stand behind that of the number before, of whatever market of the series. */
  async unchained(marketCode: string, limit: number): Promise<string[]> {
    return this.database.column<string>(
      `select number from (
         select i.market_code, i.number, d.chain, chain_of(coalesce(lag(d.chain) over series, repeat('0', 64)), i.number, d.sha256, d.xml_sha256) as due
           from invoice i join invoice_document d using (invoice_id)
          where i.status = 'FINALISED'
         window series as (partition by i.supplier_siret, i.number_prefix, i.series_year order by i.sequence)) as placed
        where ($1 = '' or market_code = $1) and chain is distinct from due
        order by number limit $2`,
      [marketCode, limit],
    );
  }
}

const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
