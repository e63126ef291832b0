import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { KeptDocument } from '#libs/trade';
import {
  belongsTo,
  type DocumentOwner,
  DocumentUnknown,
  type ResolvedOwner,
  type StoredDocument,
} from './domain/document.js';
import {
  documentColumns,
  type DocumentRow,
  findDocument,
  fromRow,
  resolveOwner,
} from './documents.pg-repository.js';
import { type DocumentPage, DocumentReader } from './documents.reader.js';

@Injectable()
export class PgDocumentReader extends DocumentReader {
  constructor(private readonly database: Database) {
    super();
  }

  async reference(
    documentId: string,
    owner: DocumentOwner,
    tx?: Transaction,
  ): Promise<KeptDocument> {
    const asked = tx ?? this.database;
    const [document, resolved] = [
      await findDocument(asked, documentId),
      await resolveOwner(asked, owner),
    ];
    if (!document || !resolved || !belongsTo(document, resolved)) {
      throw new DocumentUnknown(
        'Ce document n’est pas dans le dossier concerné : déposez-le d’abord, puis recommencez.',
        { documentId },
      );
    }
    const { kind, title, sha256, datedOn } = document;
    return { documentId, kind, title, sha256, datedOn };
  }

  find(documentId: string): Promise<StoredDocument | undefined> {
    return findDocument(this.database, documentId);
  }

  resolve(owner: DocumentOwner): Promise<ResolvedOwner | undefined> {
    return resolveOwner(this.database, owner);
  }

  async list({ owner, kind, after, limit }: DocumentPage): Promise<StoredDocument[]> {
    const { rows } = await this.database.query<DocumentRow>(
      `select ${documentColumns}
        where d.market_code = $1 and d.organisation_id is not distinct from $2
          and ($3::text is null or d.membership_id is null or d.membership_id = $3)
          and ($4 = '' or d.kind = $4)
          and ($5::date is null or d.dated_on < $5 or (d.dated_on = $5 and d.id > $6))
        order by d.dated_on desc, d.id limit $7`,
      [
        owner.marketCode,
        owner.organisationId ?? null,
        owner.membershipId ?? null,
        kind,
        after?.[0] ?? null,
        after?.[1] ?? '',
        limit,
      ],
    );
    return rows.map(fromRow);
  }
}
