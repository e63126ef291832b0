import { Injectable } from '@nestjs/common';
import {
  Database,
  insertRow,
  rowsWithoutNulls,
  rowWithoutNulls,
  type Transaction,
} from '#libs/persistence';
import { frenchDate, type LocalDate } from '#libs/time';
import { type KeptDocument, MarketUnknown, PaperNotDeposited } from '#libs/trade';
import { DocumentStore, readIntact, storeOrUnavailable } from './document-store.js';
import {
  belongsTo,
  corruptDocument,
  type DocumentKind,
  type DocumentOwner,
  type DocumentQuota,
  DocumentUnknown,
  type ResolvedOwner,
  type StoredDocument,
} from './domain/document.js';

export type DocumentToCheck = Pick<StoredDocument, 'documentId' | 'kind' | 'title' | 'sha256'> & {
  readonly marketCode: string;
  readonly membershipId: string;
  /** The journal has a sealed line of the upload. */
  readonly isUploaded: boolean;
};

export type DocumentPage = {
  readonly owner: ResolvedOwner;
  /** Empty: all. */
  readonly kind: string;
  /** Of the last row seen. */
  readonly after?: readonly [datedOn: string, documentId: string] | undefined;
  readonly limit: number;
};

/** Documents and what they are about. To siblings its `reference` is the door: it turns an id that a person gave into what proves the document. */
@Injectable()
export class Documents {
  constructor(
    private readonly database: Database,
    private readonly store: DocumentStore,
  ) {}

  /** Says that a content is on its way or in the store, so that the sweep leaves it alone for a day. */
  async touchBlob(tx: Transaction, sha256: string, size: number): Promise<void> {
    await tx.query(
      `insert into document_blob (sha256, size) values ($1, $2)
       on conflict (sha256) do update set touched_at = clock_timestamp()`,
      [sha256, size],
    );
  }

  async add(tx: Transaction, document: StoredDocument): Promise<void> {
    // The size is the content's.
    const { documentId: id, size: _, ...row } = document;
    await insertRow(tx, 'document', { id, ...row });
  }

  /** How much a member's file in a market holds, and whether it knows this content already. */
  async heldBy(
    tx: Transaction,
    { marketCode, organisationId }: ResolvedOwner,
    sha256: string,
  ): Promise<DocumentQuota & { readonly isKnown: boolean }> {
    const held = await tx.row<DocumentQuota & { isKnown: boolean }>(
      `select count(*)::int as documents, coalesce(sum(b.size), 0)::float8 as bytes,
              coalesce(bool_or(d.sha256 = $3), false) as "isKnown"
         from document d join document_blob b using (sha256)
        where d.market_code = $1
          and (d.organisation_id = $2 or (d.organisation_id is null and $2::text is null))`,
      [marketCode, organisationId ?? null, sha256],
    );
    return held!;
  }

  /** Deposits into a member's file take turns from here on, so that each counts the ones before. */
  async takeTurn(tx: Transaction, { marketCode, organisationId }: ResolvedOwner): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock(7274, hashtext($1))`, [
      `${marketCode} ${organisationId ?? ''}`,
    ]);
  }

  /**
   * Takes away rows of contents that no document names and nobody touched for a day, at most `limit`;
   * an upload of the same content waits until the transaction ends, and then begins anew.
   */
  forgetOrphans(tx: Transaction, limit: number): Promise<string[]> {
    return tx.column<string>(
      `delete from document_blob where sha256 in (
         select b.sha256 from document_blob b
          where b.touched_at < clock_timestamp() - interval '1 day'
            and not exists (select 1 from document d where d.sha256 = b.sha256)
          order by b.sha256 limit $1 for update skip locked)
       returning sha256`,
      [limit],
    );
  }

  /**
   * The document, if it belongs to this owner: its own, or its organisation's in the same market. With
   * `tx` it is read in that transaction. A decision rests on the bytes, so they are read and compared with the
   * digest. Throws DocumentUnknown, DocumentCorrupt.
   */
  async reference(
    documentId: string,
    owner: DocumentOwner,
    tx?: Transaction,
  ): Promise<KeptDocument> {
    const document = await this.find(documentId, tx);
    const resolved = await this.resolve(owner, tx);
    if (!document || !resolved || !belongsTo(document, resolved)) {
      throw new DocumentUnknown(
        'Ce document n’est pas dans le dossier concerné : déposez-le d’abord, puis recommencez.',
        { documentId },
      );
    }
    const { kind, title, sha256, datedOn } = document;
    const kept = await storeOrUnavailable(() => readIntact(this.store, sha256));
    if ('fault' in kept) throw corruptDocument(documentId);
    return { documentId, kind, title, sha256, datedOn };
  }

  /**
   * The document of the first of the files that holds it: a paper about a school may lie in the file of either
   * member, or in the market's own. Throws DocumentUnknown where none does.
   */
  async referenceOfAny(
    documentId: string,
    [owner, ...others]: readonly [DocumentOwner, ...DocumentOwner[]],
    tx: Transaction,
  ): Promise<KeptDocument> {
    try {
      return await this.reference(documentId, owner, tx);
    } catch (error) {
      const [next, ...rest] = others;
      if (!(error instanceof DocumentUnknown) || !next) throw error;
      return this.referenceOfAny(documentId, [next, ...rest], tx);
    }
  }

  /** The paper of its file that decides something about a membership (ADH-2). Throws PaperNotDeposited, DocumentUnknown. */
  async proofOf(
    tx: Transaction,
    documentId: string,
    [owner, ...others]: readonly [DocumentOwner, ...DocumentOwner[]],
    { kinds, paper }: { readonly kinds: readonly DocumentKind[]; readonly paper: string },
  ): Promise<KeptDocument> {
    if (documentId === '') throw notDeposited(paper);
    const document = await this.referenceOfAny(documentId, [owner, ...others], tx);
    if (kinds.some((kind) => kind === document.kind)) return document;
    throw new DocumentUnknown(`Ce document est d’une autre nature : déposez ${paper}.`, {
      documentId,
      kind: document.kind,
    });
  }

  /**
   * The paper that decides a succession of this member, as a file names it: by its title and day, or by its digest.
   * Throws PaperNotDeposited where none is deposited, or several that differ.
   */
  async decisionOf(
    membershipId: string,
    { title, datedOn, sha256 }: { title: string; datedOn: LocalDate; sha256: string },
  ): Promise<string> {
    const id = await this.database.value<string>(
      `select min(d.id) from succession_papers_of($1) d
        where d.dated_on = $2 and case $3 when '' then lower(d.title) = lower($4) else d.sha256 = $3 end
       having count(distinct d.sha256) = 1`,
      [membershipId, datedOn, sha256, title],
    );
    if (id !== undefined) return id;
    throw notDeposited(
      `« ${title} » du ${frenchDate(datedOn)}, sous ce titre et cette date, dans le dossier de l’ancien membre ou dans celui du marché`,
    );
  }

  /** By id, beginning after `after`, each with the state of its upload in the journal. */
  toCheck(after: string, marketCode: string, limit: number): Promise<DocumentToCheck[]> {
    return this.database.rows<DocumentToCheck>(
      `select d.id as "documentId", d.kind, d.title, d.sha256, d.market_code as "marketCode",
              coalesce(d.membership_id, '') as "membershipId", document_upload_is_sealed(d) as "isUploaded"
         from document d where d.id > $1 and ($2 = '' or d.market_code = $2) order by d.id limit $3`,
      [after, marketCode, limit],
    );
  }

  find(documentId: string, tx?: Transaction): Promise<StoredDocument | undefined> {
    const found = `${documentView} where d.id = $1`;
    return rowWithoutNulls<StoredDocument>(tx ?? this.database, found, [documentId]);
  }

  /** The owner with its market and organisation; undefined for an unknown membership. */
  async resolve(owner: DocumentOwner, tx?: Transaction): Promise<ResolvedOwner | undefined> {
    if (!('membershipId' in owner)) return owner;
    return (tx ?? this.database).row<ResolvedOwner>(
      `select id as "membershipId", market_code as "marketCode", organisation_id as "organisationId"
         from membership where id = $1`,
      [owner.membershipId],
    );
  }

  /** Throws MarketUnknown. */
  async requireMarket(tx: Transaction, code: string): Promise<void> {
    const { rowCount } = await tx.query('select from market where code = $1', [code]);
    if (rowCount === 1) return;
    const marketCode = code.slice(0, 40);
    throw new MarketUnknown(`Le marché « ${marketCode} » n’existe pas.`, { marketCode });
  }

  /** The newest first by the day printed on them. */
  list({ owner, kind, after, limit }: DocumentPage): Promise<StoredDocument[]> {
    return rowsWithoutNulls<StoredDocument>(
      this.database,
      `${documentView}
        where d.market_code = $1 and d.organisation_id is not distinct from $2
          and ($3::text is null or d.membership_id is null or d.membership_id = $3)
          and ($4 = '' or d.kind = $4)
          and ($5::date is null or d.dated_on < $5 or (d.dated_on = $5 and d.id > $6))
        order by d.dated_on desc, d.id limit $7`,
      [
        ...[owner.marketCode, owner.organisationId, owner.membershipId, kind],
        ...[after?.[0], after?.[1] ?? '', limit],
      ],
    );
  }
}

const notDeposited = (paper: string) =>
  new PaperNotDeposited(
    `Déposez d’abord ${paper} : un titre seul ne prouve rien. Puis recommencez.`,
  );

/** A document as whoever rests on it states it, by the column that names it; null where none does. */
export const documentOf = (column: string) => `
  (select jsonb_build_object('documentId', d.id, 'kind', d.kind, 'title', d.title, 'sha256', d.sha256, 'datedOn', d.dated_on)
     from document d where d.id = ${column})`;

// A document as the domain has it; what it is not about is left out, as the domain leaves it out.
const documentView = `
  select d.id as "documentId", d.sha256, b.size, d.media_type as "mediaType", d.file_name as "fileName", d.title, d.kind,
         d.dated_on as "datedOn", d.market_code as "marketCode", d.organisation_id as "organisationId",
         d.membership_id as "membershipId", d.uploaded_by as "uploadedBy", d.uploaded_on as "uploadedOn"
    from document d join document_blob b on b.sha256 = d.sha256`;
