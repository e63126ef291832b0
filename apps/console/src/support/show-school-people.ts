import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf } from '#libs/http';
import { BusinessDate } from '#libs/messaging';
import { Looks } from '../looks/looks.module.js';
import { People, type PersonFile, type Scope } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { maskPerson, peopleShown } from './domain/masking.js';
import { viewRightsOf } from './domain/rights.js';
import { listLimitOf, reasonOf, schoolOf, type SearchedPage } from './scope.js';
import type { PeoplePage } from './search-people.js';
import { fullPersonOf } from './support.mapping.js';

export type SchoolPeopleInput = SearchedPage & {
  readonly uai: string;
  readonly profile?: string | undefined;
  readonly classLabel?: string | undefined;
};

/**
 * Who is in a school today, with guardians and children who are there too. Everybody who is named is in the look that is
 * written before the list leaves (SUP-2).
 */
@Injectable()
export class ShowSchoolPeople {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws SchoolNotFound outside the visitor's scope. */
  execute(visitor: Visitor, input: SchoolPeopleInput): Promise<PeoplePage> {
    const asked = { action: 'SEARCH', reason: input.reason, ticket: input.ticket } as const;
    return this.looks.keepingRefusal(visitor, asked, () => this.show(visitor, input));
  }

  private async show(visitor: Visitor, input: SchoolPeopleInput): Promise<PeoplePage> {
    const why = reasonOf(visitor, input);
    const limit = listLimitOf(visitor, input);
    const { uai } = await schoolOf(visitor, input.uai, this.people, this.businessDate);
    const today = await this.businessDate.today();
    // Places, accounts' schools and relatives beyond this school are not read.
    const here: Scope = { kind: 'SCHOOLS', uais: [uai], today };
    const { profile, classLabel, cursor } = input;
    const after = decodeCursor(cursor, 'text')?.[0];
    const found = await this.people.find(here, {
      present: { uai, today, profile, classLabel },
      limit,
      ...(after === undefined ? {} : { after }),
    });
    const page = pageOf<PersonFile>(found, limit, ({ personId }) => [personId]);
    const rights = viewRightsOf(visitor.grants);
    const views = page.rows.map((file) => {
      const enrolments = file.enrolments.filter(
        ({ startsOn, endsOn }) => startsOn <= today && (endsOn === null || endsOn > today),
      );
      return maskPerson(fullPersonOf({ ...file, enrolments }, new Map()), rights);
    });
    const subjects = [...new Set(views.flatMap(peopleShown))];
    await this.looks.record(visitor, { action: 'SEARCH', ...why, subjects });
    return { people: views, nextCursor: page.nextCursor };
  }
}
