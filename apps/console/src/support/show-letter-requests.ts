import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { Clients } from '../clients/clients.module.js';
import { Looks } from '../looks/looks.module.js';
import { People, type Scope } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { maskPerson, peopleShown } from './domain/masking.js';
import { viewRightsOf } from './domain/rights.js';
import { reasonOf, schoolOf } from './scope.js';
import { fullPersonOf } from './support.mapping.js';

/** A letter that a head is asked to print, with the name that provisioning does not say. */
export type LetterRequestView = {
  readonly accountId: string;
  readonly personId: string;
  readonly displayName: string;
  readonly profile: string;
  readonly classLabel: string;
  readonly reason: string;
  readonly askedOn: string;
  readonly expiresOn: string;
};

/** What the assistance asks a head to print (AUT-1); everybody named is in the look that is written first (SUP-2). */
@Injectable()
export class ShowLetterRequests {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws SchoolNotFound outside the visitor's scope. */
  execute(visitor: Visitor, uai: string): Promise<{ requests: LetterRequestView[] }> {
    return this.looks.keepingRefusal(visitor, { action: 'SEARCH' }, () => this.show(visitor, uai));
  }

  private async show(visitor: Visitor, asked: string): Promise<{ requests: LetterRequestView[] }> {
    const { uai } = await schoolOf(visitor, asked, this.people, this.businessDate);
    const { provisioning } = this.clients.of(visitor);
    const { requests } = await provisioning.listSchoolLetterRequests({ uai });
    if (requests.length === 0) return { requests: [] };
    const here: Scope = { kind: 'SCHOOLS', uais: [uai], today: await this.businessDate.today() };
    const personIds = [...new Set(requests.map(({ personId }) => personId))];
    const files = await this.people.find(here, { personIds, limit: personIds.length });
    const rights = viewRightsOf(visitor.grants);
    const views = files.map((file) => maskPerson(fullPersonOf(file, new Map()), rights));
    const subjects = [...new Set(views.flatMap(peopleShown))];
    await this.looks.record(visitor, { action: 'SEARCH', ...reasonOf(visitor, {}), subjects });
    // Who is in the school no more is not its head's to name.
    return {
      requests: requests.flatMap(({ accountId, personId, reason, askedOn, expiresOn }) => {
        const person = views.find((view) => view.personId === personId);
        const account = person?.accounts.find((each) => each.accountId === accountId);
        if (!person) return [];
        const { displayName, places } = person;
        const classLabel = places.find((place) => place.uai === uai)?.classLabel ?? '';
        const profile = account?.profile ?? '';
        const who = { accountId, personId, displayName, profile, classLabel };
        return [{ ...who, reason, askedOn, expiresOn }];
      }),
    };
  }
}
