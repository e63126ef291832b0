import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LooksGateway } from '../clients/looks.grpc-gateway.js';
import { StaffGateway } from '../clients/staff.grpc-gateway.js';
import { type Entry, schoolEntry, staffEntry } from './domain/entry.js';
import { matches, shapeOf } from './domain/filter.js';
import { cookieOf, positionOf } from './domain/page-cookie.js';
import { narrowedBy, type Position, type Reach, reachOf, selected, start } from './domain/tree.js';
import type { PageAsked, Search } from './protocol/requests.js';
import type { ResultName } from './protocol/result-code.js';

/** Entries of one answer: of an unpaged search, and of a page. */
export const entriesMax = 500;

export type Asked = {
  readonly membershipId: string;
  /** The schools that the member finances today. */
  readonly uais: readonly string[];
  readonly search: Search;
  readonly page?: PageAsked;
  /** When it is given up, as `performance.now()` says. */
  readonly untilMs: number;
};
export type Found = {
  readonly result: ResultName;
  /** Of a paged search; empty: that was all. */
  readonly cookie?: string;
};
/** Takes entries in the order of the tree; resolves once the client has taken them. */
export type Send = (entries: readonly Entry[]) => Promise<void>;

/**
 * Searches the tree of a member: its schools, and who works in them. Whoever is shown is journalled before (SUP-2), page by
 * page of 500 at most, which is all of a search that is ever held.
 */
@Injectable()
export class SearchTree {
  constructor(
    private readonly staff: StaffGateway,
    private readonly looks: LooksGateway,
  ) {}

  async execute(asked: Asked, send: Send): Promise<Found> {
    const { search, page } = asked;
    const reach = reachOf(search.base, search.scope);
    if (!reach) return { result: 'noSuchObject' };
    const digest = createHash('sha256')
      .update(JSON.stringify([search.base, search.scope, search.filter]))
      .digest('base64url')
      .slice(0, 12);
    const cookie = page?.cookie.toString('latin1') ?? '';
    const from = cookie === '' ? start : positionOf(cookie, digest);
    if (!from) return { result: 'unwillingToPerform' };
    // A page of 0 is a client that gives its search up (RFC 2696, 3).
    if (page?.size === 0) return { result: 'success', cookie: '' };
    const walk = new Walk(asked, reach, from, { staff: this.staff, looks: this.looks }, send);
    const end = await walk.run();
    if (end === 'LATE') return { result: 'timeLimitExceeded' };
    if (walk.isMissing) return { result: 'noSuchObject' };
    if (end === 'ALL') return { result: 'success', ...(page ? { cookie: '' } : {}) };
    return page && !walk.isAtClientsLimit
      ? { result: 'success', cookie: cookieOf(end, digest) }
      : { result: 'sizeLimitExceeded', ...(page ? { cookie: '' } : {}) };
  }
}

type Sources = { readonly staff: StaffGateway; readonly looks: LooksGateway };

/** One answer: from a position to the end, or as far as the limit. */
class Walk {
  private left: number;
  private sent = 0;

  constructor(
    private readonly asked: Asked,
    private readonly reach: Reach,
    private readonly from: Position,
    private readonly sources: Sources,
    private readonly send: Send,
  ) {
    const { search, page } = asked;
    const limits = [entriesMax, page?.size ?? entriesMax, search.sizeLimit || entriesMax];
    this.left = Math.min(...limits);
  }

  /** A base that names one school or person which the member has not. */
  get isMissing(): boolean {
    const { schools, people, fixed } = this.reach;
    const isOne = [schools, people].some((part) => part !== 'ALL' && part !== 'NONE');
    return isOne && fixed.length === 0 && !this.wasThere;
  }
  private wasThere = false;

  private get isLate(): boolean {
    return performance.now() > this.asked.untilMs;
  }

  /** The client wants no more than so many, whatever its pages. */
  get isAtClientsLimit(): boolean {
    const { sizeLimit } = this.asked.search;
    return sizeLimit > 0 && this.sent >= sizeLimit;
  }

  async run(): Promise<Position | 'ALL' | 'LATE'> {
    const parts = ['FIXED', 'SCHOOLS', 'PEOPLE'] as const;
    for (const part of parts.slice(parts.indexOf(this.from.part))) {
      const after = part === this.from.part ? this.from.after : '';
      const end = await this.through(part, after);
      if (this.isLate) return 'LATE';
      if (end !== undefined) return { part, after: end };
    }
    return 'ALL';
  }

  /** Undefined: to the end of this part; else the key of the last entry that was sent. */
  private through(part: Position['part'], after: string): Promise<string | undefined> {
    switch (part) {
      case 'FIXED':
        return this.throughFixed(after);
      case 'SCHOOLS':
        return this.throughSchools(after);
      case 'PEOPLE':
        return this.throughPeople(after);
    }
  }

  private async throughFixed(after: string): Promise<string | undefined> {
    const keyed = this.reach.fixed.map((entry, at) => ({ key: String(at + 1), entry }));
    return this.sendOf(keyed.slice(Number(after || 0)), after);
  }

  private async throughSchools(after: string): Promise<string | undefined> {
    const { uais } = this.asked;
    const { schools } = this.reach;
    const wanted = uais.filter((uai) => uai > after && (schools === 'ALL' || schools === uai));
    if (schools === 'NONE' || wanted.length === 0) return undefined;
    this.wasThere = true;
    const named = await this.sources.staff.schools(wanted);
    const keyed = named.map((school) => ({ key: school.uai, entry: schoolEntry(school) }));
    return this.sendOf(keyed, after);
  }

  private async throughPeople(after: string): Promise<string | undefined> {
    const { people } = this.reach;
    const { search, uais } = this.asked;
    // One that is named is there, whether or not it is what was asked for.
    const narrowed = people === 'ALL' ? narrowedBy(search.filter) : {};
    // An entry says the same whatever was asked: narrowed is who is read, not where.
    const atUais = uais.filter((uai) => narrowed.uais?.includes(uai) ?? true);
    const personIds = people === 'ALL' ? (narrowed.personIds ?? []) : [people];
    if (people === 'NONE') return undefined;
    let last = after;
    for (let more = atUais.length > 0; more && !this.isLate;) {
      const page = await this.sources.staff.page({ uais, atUais, after: last, personIds });
      more = page.isFull;
      this.wasThere ||= page.staff.length > 0;
      const keyed = page.staff.map((one) => ({ key: one.personId, entry: staffEntry(one) }));
      const end = await this.sendOf(keyed, last, 'PEOPLE');
      if (end !== undefined) return end;
      last = keyed.at(-1)?.key ?? last;
    }
    // Nobody was found: that is a look too.
    if (this.peopleShown === 0 && after === '') await this.journal([]);
    return undefined;
  }
  private peopleShown = 0;

  /** Undefined: all that is wanted of these was sent; else the key after which the next page begins. */
  private async sendOf(
    keyed: readonly { readonly key: string; readonly entry: Entry }[],
    before: string,
    who?: 'PEOPLE',
  ): Promise<string | undefined> {
    const { filter, attributes } = this.asked.search;
    const wanted = keyed.filter(({ entry }) => matches(filter, entry));
    const now = wanted.slice(0, this.left);
    if (who && now.length > 0) await this.journal(now.map(({ key }) => key));
    if (now.length > 0) await this.send(now.map(({ entry }) => selected(entry, attributes)));
    this.left -= now.length;
    this.sent += now.length;
    if (who) this.peopleShown += now.length;
    return wanted.length > now.length ? (now.at(-1)?.key ?? before) : undefined;
  }

  private journal(personIds: readonly string[]): Promise<void> {
    const { membershipId, search } = this.asked;
    return this.sources.looks.record({ membershipId, question: shapeOf(search.filter), personIds });
  }
}
