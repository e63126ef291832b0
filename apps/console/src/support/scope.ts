import { hasRole } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { LookReason } from '../looks/looks.module.js';
import type { Scope } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { LookReasonRequired } from './support-problems.js';

const isSupport = (visitor: Visitor) => hasRole(visitor, 'support-1', 'support-2', 'support-3');

/** Support sees the people of its markets (SUP-1), a school's head its own people today (SUP-3). */
export async function scopeOf(visitor: Visitor, businessDate: BusinessDate): Promise<Scope> {
  if (isSupport(visitor)) return { kind: 'MARKETS', markets: visitor.markets };
  const uais = hasRole(visitor, 'school') ? visitor.uais : [];
  return { kind: 'SCHOOLS', uais, today: await businessDate.today() };
}

export type StatedReason = {
  readonly reason?: LookReason | undefined;
  readonly ticket?: string | undefined;
};

/** A head needs no reason to see its own school; support always states one. Throws LookReasonRequired. */
export function reasonOf(visitor: Visitor, { reason, ticket }: StatedReason) {
  if (!isSupport(visitor)) return { reason: 'OWN_SCHOOL' as const };
  if (!reason || reason === 'OWN_SCHOOL') {
    throw new LookReasonRequired(
      'Indiquez pourquoi vous consultez ces données : le motif est inscrit au journal.',
    );
  }
  if (reason === 'TICKET' && !ticket) {
    throw new LookReasonRequired(
      'Indiquez le numéro du dossier pour lequel vous consultez ces données.',
    );
  }
  return { reason, ...(ticket ? { ticket } : {}) };
}
