import { Injectable } from '@nestjs/common';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import {
  hasRole,
  marketsOf,
  mayIn,
  NotVisible,
  requireMarket,
  requireOrganisation,
  requireSchool,
  type Caller,
  type Role,
} from '#libs/identity';
import { defineProblem } from '#libs/problems';
import {
  type AccountView,
  AccountViews,
  type LostDaysView,
  type StateCount,
  type TransitionView,
} from './account-views.pg.js';
import type { AccountState } from './domain/account.js';

export class QueryInvalid extends defineProblem('QUERY_INVALID', 'invalid') {}

/** The data-protection officer looks at whom the question is about, wherever that is. */
const everySchool = [
  ...['dpo', 'support-1', 'support-2', 'support-3', 'service', 'player'],
] as const satisfies readonly Role[];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads accounts for a caller, within what it may see (SUP-1, SUP-3). */
@Injectable()
export class LookAtAccounts {
  constructor(private readonly reader: AccountViews) {}

  /** Throws NotVisible for an account that is none of the caller's. */
  async one(accountId: string, caller: Caller): Promise<AccountView> {
    const account = uuid.test(accountId) ? await this.reader.one(accountId) : undefined;
    if (!account || !isVisible(account, caller)) throw new NotVisible();
    return account;
  }

  async history(accountId: string, caller: Caller): Promise<TransitionView[]> {
    await this.one(accountId, caller);
    return this.reader.history(accountId);
  }

  async list(
    query: {
      uai: string;
      personId: string;
      state: AccountState | undefined;
      limit: number;
      cursor: string;
    },
    caller: Caller,
  ): Promise<{ rows: AccountView[]; nextCursor: string }> {
    if ((query.uai === '') === (query.personId === '')) {
      throw new QueryInvalid('Indiquez soit une école (UAI), soit une personne.');
    }
    if (query.uai !== '') requireSchool(caller, query.uai);
    if (query.personId !== '' && !uuid.test(query.personId)) return { rows: [], nextCursor: '' };
    const limit = pageLimitOf(query.limit);
    const after = decodeCursor(query.cursor, 'uuid')?.[0];
    const of = query.uai === '' ? { personId: query.personId } : { uai: query.uai };
    const rows = await this.reader.list(of, query.state, after, limit);
    const page = pageOf(rows, limit, ({ accountId }) => [accountId]);
    return { ...page, rows: page.rows.filter((account) => isVisible(account, caller)) };
  }

  async byLogin(prefix: string, limit: number, caller: Caller): Promise<AccountView[]> {
    const text = prefix.trim().toLowerCase();
    if (text.length < 3)
      throw new QueryInvalid('Indiquez au moins trois caractères de l’identifiant.');
    const within = { markets: marketsOf(caller), uais: schoolsOf(caller) };
    const rows = await this.reader.byLogin(text, pageLimitOf(limit), within);
    return rows.filter((account) => isVisible(account, caller));
  }

  /** Throws NotVisible for a membership that is none of the caller's, or not known here yet. */
  async requireMembership(membershipId: string, caller: Caller): Promise<void> {
    const membership = await this.reader.membership(membershipId);
    if (!membership) throw new NotVisible();
    requireOrganisation(caller, membership.marketCode, membership.organisationId);
  }

  /** Counts of one market, or of all the caller's. Throws NotVisible for a market that is none of them. */
  async counts(marketCode: string, caller: Caller): Promise<StateCount[]> {
    if (marketCode === '') return this.reader.count(marketsOf(caller));
    requireMarket(caller, marketCode);
    return this.reader.count([marketCode]);
  }

  async lostDays(marketCode: string, caller: Caller): Promise<LostDaysView[]> {
    requireMarket(caller, marketCode);
    return this.reader.lostDays(marketCode);
  }
}

/** undefined: all of them. As isVisible judges one account. */
function schoolsOf(caller: Caller): readonly string[] | undefined {
  return hasRole(caller, ...everySchool) ? undefined : caller.uais;
}

/** Of its market, for an account without any the processes alone: a head those of its school, the others all. */
function isVisible({ marketCode, uai }: AccountView, caller: Caller): boolean {
  return (
    mayIn(caller, marketCode, ...everySchool) ||
    (mayIn(caller, marketCode, 'school') && caller.uais.includes(uai))
  );
}
