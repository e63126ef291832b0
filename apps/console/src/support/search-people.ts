import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf } from '#libs/http';
import { BusinessDate } from '#libs/messaging';
import { Clients } from '../clients/clients.module.js';
import { Looks } from '../looks/looks.module.js';
import {
  People,
  type PeopleQuery,
  type PersonFile,
  type Scope,
  searchedWordsOf,
} from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { maskPerson, type PersonView } from './domain/masking.js';
import { type ViewRights, viewRightsOf } from './domain/rights.js';
import { listLimitOf, reasonOf, scopeOf, type SearchedPage } from './scope.js';
import { fullPersonOf } from './support.mapping.js';
import { SearchByMaskedField } from './support-problems.js';

export type SearchPeopleInput = SearchedPage & {
  readonly by: 'NAME' | 'LOGIN' | 'SCHOOL';
  readonly text: string;
  /** Within this school only. */
  readonly uai?: string | undefined;
  /** Born on that day only. */
  readonly bornOn?: string | undefined;
};

export type PeoplePage = { readonly people: readonly PersonView[]; readonly nextCursor: string };

const schoolsMax = 20;
const loginsMax = 50;

/** Finds people by name, login or school, and among them by birth date. Every list is a look, written before it leaves (SUP-2). */
@Injectable()
export class SearchPeople {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
  ) {}

  execute(visitor: Visitor, input: SearchPeopleInput): Promise<PeoplePage> {
    const asked = { action: 'SEARCH', reason: input.reason, ticket: input.ticket } as const;
    return this.looks.keepingRefusal(visitor, asked, () => this.search(visitor, input));
  }

  private async search(visitor: Visitor, input: SearchPeopleInput): Promise<PeoplePage> {
    const why = reasonOf(visitor, input);
    const scope = await scopeOf(visitor, this.businessDate);
    const limit = listLimitOf(visitor, input);
    // The id alone: a cursor travels in addresses, and a name must not (SUP-4).
    const after = decodeCursor(input.cursor, 'text')?.[0];
    const logins = new Map<string, string>();
    const rights = viewRightsOf(visitor.grants);
    const query = await this.queryOf(visitor, scope, rights, input, logins);
    // A list names the people found, and is a look at them; their relatives are looked at one by one.
    const found = await this.people.find(
      scope,
      { ...query, limit, withoutRelatives: true, ...(after === undefined ? {} : { after }) },
      (tx, personIds) =>
        this.looks.recordBeside(tx, visitor, {
          ...{ action: 'SEARCH', ...why, subjects: personIds.slice(0, limit) },
        }),
    );
    const page = pageOf<PersonFile>(found, limit, ({ personId }) => [personId]);
    const people = page.rows.map((file) => maskPerson(fullPersonOf(file, logins), rights));
    return { people, nextCursor: page.nextCursor };
  }

  private async queryOf(
    visitor: Visitor,
    scope: Scope,
    rights: ViewRights,
    { by, text, uai, bornOn }: SearchPeopleInput,
    logins: Map<string, string>,
  ): Promise<Omit<PeopleQuery, 'limit'>> {
    if (bornOn && !rights.birthDate) throw new SearchByMaskedField('birthDate');
    const born = bornOn ? { bornOn } : {};
    const within = { ...(uai ? { uais: [uai] } : {}), ...born };
    switch (by) {
      case 'NAME':
        if (!rights.names) throw new SearchByMaskedField('names');
        return { ...within, nameWords: searchedWordsOf(text) };
      case 'SCHOOL': {
        searchedWordsOf(text);
        const schools = await this.people.schools(scope, text, schoolsMax);
        return { ...born, uais: schools.map((school) => school.uai) };
      }
      case 'LOGIN': {
        const asked = text.trim().toLowerCase();
        const { accounts } = await this.clients.of(visitor).provisioning.findAccountsByLogin({
          loginPrefix: asked,
          limit: loginsMax,
        });
        // Who sees a part of it would read the rest letter by letter: a masked one the service gives for the whole alone.
        const found = accounts.filter(
          ({ login, masked }) => rights.fullLogin || masked.includes('login') || login === asked,
        );
        for (const account of found) logins.set(account.accountId, account.login);
        return { ...within, personIds: found.map(({ personId }) => personId) };
      }
      default:
        return by satisfies never;
    }
  }
}
