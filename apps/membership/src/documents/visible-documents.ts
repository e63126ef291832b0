import { type Caller, hasRole } from '#libs/identity';
import { mayRead, type ResolvedOwner, type StoredDocument } from './domain/document.js';

/** Whoever works for the group reads all of its market's documents. */
const groupReaders = ['coordinator', 'admin', 'player', 'service'] as const;

/** SUP-3 for documents; the market is judged apart. */
export function isVisibleTo(
  caller: Caller,
  document: Pick<StoredDocument, 'kind' | 'organisationId'>,
): boolean {
  if (hasRole(caller, ...groupReaders)) return mayRead(document, { as: 'GROUP' });
  const { organisationId } = caller;
  return (
    (hasRole(caller, 'supplier') && mayRead(document, { as: 'SUPPLIER' })) ||
    (organisationId !== undefined && mayRead(document, { as: 'MEMBER', organisationId }))
  );
}

/** The coordinator deposits for everybody, a member's orderer for its own organisation. */
export function mayDeposit(caller: Caller, { organisationId }: ResolvedOwner): boolean {
  if (hasRole(caller, 'coordinator', 'admin', 'player')) return true;
  return organisationId !== undefined && organisationId === caller.organisationId;
}
