import { Injectable } from '@nestjs/common';
import { type Caller, hasRole, mayIn, NotVisible, requireInMarket, within } from '#libs/identity';
import {
  type DocumentKind,
  type DocumentOwner,
  mayComeFromFinance,
  mayComeFromSupplier,
  mayRead,
  type ResolvedOwner,
  type StoredDocument,
} from './domain/document.js';
import { type DocumentPage, Documents } from './documents.pg.js';

/** What is known of documents, as the caller may see them (SUP-3). */
@Injectable()
export class ListDocuments {
  constructor(private readonly documents: Documents) {}

  async find(input: { documentId: string; caller: Caller }): Promise<StoredDocument> {
    const document = await this.documents.find(input.documentId);
    if (!document || !isVisibleTo(input.caller, document)) throw new NotVisible();
    return document;
  }

  /** One row more than `limit` where there is one: of all, so that a page may show fewer than it read. */
  async list(
    input: Omit<DocumentPage, 'owner'> & { owner: DocumentOwner; caller: Caller },
  ): Promise<StoredDocument[]> {
    const { owner, caller, limit } = input;
    const resolved = requireInMarket(caller, await this.documents.resolve(owner));
    const { marketCode, organisationId } = resolved;
    const annexe2 = { kind: 'ANNEXE2', marketCode, organisationId } as const;
    if (organisationId !== undefined && !isVisibleTo(caller, annexe2)) {
      throw new NotVisible();
    }
    return this.documents.list({ ...input, owner: resolved, limit: limit + 1 });
  }
}

/** Whoever works for the group reads all of its market's documents. */
const groupReaders = ['coordinator', 'player', 'service'] as const;

/** SUP-3 for documents, as whoever the caller is in their market. */
export function isVisibleTo(
  caller: Caller,
  document: Pick<StoredDocument, 'kind' | 'marketCode'> & {
    readonly organisationId?: string | undefined;
  },
): boolean {
  const here = within(caller, document.marketCode);
  if (here.grants.length === 0) return false;
  if (hasRole(here, ...groupReaders)) return mayRead(document, { as: 'GROUP' });
  const { organisationId } = here;
  return (
    (hasRole(here, 'supplier') && mayRead(document, { as: 'SUPPLIER' })) ||
    (organisationId !== undefined && mayRead(document, { as: 'MEMBER', organisationId }))
  );
}

export const depositsForGroup = (caller: Caller, marketCode: string): boolean =>
  mayIn(caller, marketCode, 'coordinator', 'player');

/**
 * The coordinator deposits for everybody, the supplier what it proposes by, a member's orderer for its own organisation,
 * its finance what it contests a draft by.
 */
export function mayDeposit(caller: Caller, owner: ResolvedOwner, kind: DocumentKind): boolean {
  const { marketCode, organisationId } = owner;
  if (depositsForGroup(caller, marketCode)) return true;
  if (mayIn(caller, marketCode, 'supplier') && mayComeFromSupplier(kind, owner)) return true;
  if (organisationId === undefined || organisationId !== caller.organisationId) return false;
  return (
    mayIn(caller, marketCode, 'member-orderer') ||
    (mayComeFromFinance(kind) && mayIn(caller, marketCode, 'member-finance'))
  );
}
