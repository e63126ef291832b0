import { Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type {
  DocumentKind,
  DocumentOwner,
  ResolvedOwner,
  StoredDocument,
} from './domain/document.js';
import { Documents } from './documents.repository.js';

@Injectable()
export class PgDocuments extends Documents {
  resolve(tx: Transaction, owner: DocumentOwner): Promise<ResolvedOwner | undefined> {
    return resolveOwner(tx, owner);
  }

  async touchBlob(tx: Transaction, sha256: string, size: number): Promise<void> {
    await tx.query(
      `insert into document_blob (sha256, size) values ($1, $2)
       on conflict (sha256) do update set touched_at = clock_timestamp()`,
      [sha256, size],
    );
  }

  async add(tx: Transaction, document: StoredDocument): Promise<void> {
    await tx.query(
      `insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code,
                             organisation_id, membership_id, uploaded_by, uploaded_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        document.documentId,
        document.sha256,
        document.mediaType,
        document.fileName,
        document.title,
        document.kind,
        document.datedOn,
        document.marketCode,
        document.organisationId ?? null,
        document.membershipId ?? null,
        document.uploadedBy,
        document.uploadedOn,
      ],
    );
  }

  find(tx: Transaction, documentId: string): Promise<StoredDocument | undefined> {
    return findDocument(tx, documentId);
  }

  async forgetOrphans(tx: Transaction, limit: number): Promise<string[]> {
    const { rows } = await tx.query<{ sha256: string }>(
      `delete from document_blob where sha256 in (
         select b.sha256 from document_blob b
          where b.touched_at < clock_timestamp() - interval '1 day'
            and not exists (select 1 from document d where d.sha256 = b.sha256)
          order by b.sha256 limit $1 for update skip locked)
       returning sha256`,
      [limit],
    );
    return rows.map(({ sha256 }) => sha256);
  }
}

type Asked = Pick<Database, 'query'> | Transaction;

export async function resolveOwner(
  database: Asked,
  owner: DocumentOwner,
): Promise<ResolvedOwner | undefined> {
  if (!('membershipId' in owner)) return owner;
  const { rows } = await database.query<{ market_code: string; organisation_id: string }>(
    'select market_code, organisation_id from membership where id = $1',
    [owner.membershipId],
  );
  const row = rows[0];
  return (
    row && {
      membershipId: owner.membershipId,
      organisationId: row.organisation_id,
      marketCode: row.market_code,
    }
  );
}

export const documentColumns = `
  d.id, d.sha256, b.size, d.media_type, d.file_name, d.title, d.kind, d.dated_on, d.market_code,
  d.organisation_id, d.membership_id, d.uploaded_by, d.uploaded_on
  from document d join document_blob b on b.sha256 = d.sha256`;

export async function findDocument(
  database: Asked,
  documentId: string,
): Promise<StoredDocument | undefined> {
  const { rows } = await database.query<DocumentRow>(`select ${documentColumns} where d.id = $1`, [
    documentId,
  ]);
  const row = rows[0];
  return row && fromRow(row);
}

export type DocumentRow = {
  id: string;
  sha256: string;
  size: number;
  media_type: string;
  file_name: string;
  title: string;
  kind: DocumentKind;
  dated_on: LocalDate;
  market_code: string;
  organisation_id: string | null;
  membership_id: string | null;
  uploaded_by: string;
  uploaded_on: LocalDate;
};

export function fromRow(row: DocumentRow): StoredDocument {
  return {
    documentId: row.id,
    sha256: row.sha256,
    size: row.size,
    mediaType: row.media_type,
    fileName: row.file_name,
    title: row.title,
    kind: row.kind,
    datedOn: row.dated_on,
    marketCode: row.market_code,
    organisationId: row.organisation_id ?? undefined,
    membershipId: row.membership_id ?? undefined,
    uploadedBy: row.uploaded_by,
    uploadedOn: row.uploaded_on,
  };
}
