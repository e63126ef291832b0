import { pageLimitOf } from '#libs/http';
import { hasRole, marketsOf } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { LookReason } from '../looks/looks.module.js';
import type { People, SchoolFile, Scope } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { LookReasonRequired, SchoolNotFound } from './support-problems.js';

const support = ['support-1', 'support-2', 'support-3'] as const;
const isSupport = (visitor: Visitor) => hasRole(visitor, ...support);

/** Support sees the people of its markets (SUP-1), a school's head its own people today (SUP-3). */
export async function scopeOf(visitor: Visitor, businessDate: BusinessDate): Promise<Scope> {
  if (isSupport(visitor)) return { kind: 'MARKETS', markets: marketsOf(visitor, ...support) ?? [] };
  const uais = hasRole(visitor, 'school') ? visitor.uais : [];
  return { kind: 'SCHOOLS', uais, today: await businessDate.today() };
}

/** A school of a head, or of an agent's markets. Throws SchoolNotFound. */
export async function schoolOf(
  visitor: Visitor,
  asked: string,
  people: People,
  businessDate: BusinessDate,
): Promise<SchoolFile> {
  const scope = await scopeOf(visitor, businessDate);
  const school = await people.school(scope, asked.toUpperCase());
  if (!school) throw new SchoolNotFound();
  return school;
}

const agentListMax = 20;

/**
 * How long a list may be: support is shown 20 people, and more for a case that it names; a head its own school.
 * Throws LookReasonRequired.
 */
export function listLimitOf(visitor: Visitor, { ticket, cursor, limit }: SearchedPage): number {
  if (!isSupport(visitor)) return pageLimitOf(limit);
  if (!ticket && (cursor || (limit ?? 0) > agentListMax)) {
    throw new LookReasonRequired(
      `Une liste montre ${agentListMax} personnes : précisez la recherche, ou indiquez le numéro du dossier pour voir la suite.`,
    );
  }
  return pageLimitOf(limit ?? agentListMax);
}

/** A page of a list, as it is asked for. */
export type SearchedPage = StatedReason & {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
};

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
