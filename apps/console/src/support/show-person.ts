import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { DomainError } from '#libs/problems';
import { ServiceUnavailable } from '#libs/rpc';
import { Clients } from '../clients/clients.module.js';
import { Looks } from '../looks/looks.module.js';
import { People, type PersonFile, type Scope } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { maskPerson, peopleShown, type PersonView } from './domain/masking.js';
import { viewRightsOf } from './domain/rights.js';
import { reasonOf, scopeOf, type StatedReason } from './scope.js';
import {
  type AttributeSourceView,
  fullAccountOf,
  fullPersonOf,
  sourceOf,
} from './support.mapping.js';
import { PersonNotFound } from './support-problems.js';

export type PersonPage = {
  readonly person: PersonView;
  /** Which source each attribute has come from; null where the visitor is not told, or the directory does not answer. */
  readonly attributeSources: readonly AttributeSourceView[] | null;
  /** Whether the accounts are as provisioning states them now, or as the console's copy has them. */
  readonly fresh: boolean;
  readonly mayReadHistory: boolean;
};

/** One person with its accounts: the page a call is answered with. */
@Injectable()
export class ShowPerson {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws PersonNotFound outside the visitor's scope. */
  execute(visitor: Visitor, personId: string, stated: StatedReason): Promise<PersonPage> {
    const asked = {
      action: 'PERSON',
      ...stated,
      subject: () => this.people.known(personId),
    } as const;
    return this.looks.keepingRefusal(visitor, asked, () => this.show(visitor, personId, stated));
  }

  private async show(
    visitor: Visitor,
    personId: string,
    stated: StatedReason,
  ): Promise<PersonPage> {
    const why = reasonOf(visitor, stated);
    const scope = await scopeOf(visitor, this.businessDate);
    const [file] = await this.people.find(scope, { personIds: [personId], limit: 1 });
    if (!file) throw new PersonNotFound();
    const rights = viewRightsOf(visitor.grants);
    const { fresh, full } = await this.withAccounts(visitor, scope, file);
    const person = maskPerson(full, rights);
    const attributeSources = await this.attributeSources(visitor, person);
    await this.looks.record(visitor, { action: 'PERSON', ...why, subjects: peopleShown(person) });
    return { person, attributeSources, fresh, mayReadHistory: rights.history };
  }

  /** For whoever has to say where a mistake is to be corrected; of the schools that the page shows. */
  private async attributeSources(
    visitor: Visitor,
    { personId, places, furtherSchools }: PersonView,
  ) {
    if (!visitor.grants.some(({ role }) => role === 'support-2')) return null;
    try {
      const { attributeSources } = await this.clients.of(visitor).directory.getPerson({ personId });
      const shown = new Set([...places, ...furtherSchools].map(({ uai }) => uai));
      return attributeSources.map(sourceOf).filter(({ uai }) => uai === '' || shown.has(uai));
    } catch (error) {
      // The copy has somebody whom the directory has just erased, too.
      if (error instanceof ServiceUnavailable || isErased(error)) return null;
      throw error;
    }
  }

  // A support desk must answer while another service is down: the copy is a little older, not wrong.
  private async withAccounts(visitor: Visitor, scope: Scope, file: PersonFile) {
    const copied = fullPersonOf(file, new Map());
    try {
      const { accounts } = await this.clients.of(visitor).provisioning.listAccounts({
        personId: file.personId,
      });
      const seen = await this.people.schoolsSeen(
        scope,
        accounts.map(({ uai }) => uai),
      );
      const full = { ...copied, accounts: accounts.map((account) => fullAccountOf(account, seen)) };
      return { fresh: true, full };
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return { fresh: false, full: copied };
    }
  }
}

const isErased = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'PERSON_UNKNOWN';
