import { Injectable } from '@nestjs/common';
import { defineProblem } from '#libs/problems';
import {
  isToldSources,
  mask,
  type MaskedPerson,
  People,
  type Viewer,
} from '../people/people.module.js';
import { type AttributeSource, AttributeSources } from './attribute-sources.pg.js';

export class PersonUnknown extends defineProblem('PERSON_UNKNOWN', 'not-found') {}

export type PersonShown = {
  readonly person: MaskedPerson;
  readonly attributeSources: readonly AttributeSource[];
};

@Injectable()
export class GetPerson {
  constructor(
    private readonly people: People,
    private readonly sources: AttributeSources,
  ) {}

  /** Throws PersonUnknown also for a caller to whom this person does not exist (SUP-3). */
  async execute({ personId, viewer }: { personId: string; viewer: Viewer }): Promise<PersonShown> {
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(personId);
    const person = isId ? await this.people.find(personId) : undefined;
    const childrenThere = person?.childIds.length
      ? await this.people.presentIn(viewer.uais, person.childIds)
      : [];
    const seen = person && mask(person, viewer, childrenThere);
    if (!seen)
      throw new PersonUnknown('Cette personne n’existe pas, ou ne vous est pas accessible.');
    const attributeSources = isToldSources(viewer) ? await this.sources.of(personId) : [];
    return { person: seen, attributeSources };
  }
}
