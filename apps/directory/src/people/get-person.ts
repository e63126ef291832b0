import { Injectable } from '@nestjs/common';
import { defineProblem } from '#libs/problems';
import { mask, type MaskedPerson, type Viewer } from './domain/mask.js';
import { People } from './people.pg.js';

export class PersonUnknown extends defineProblem('PERSON_UNKNOWN', 'not-found') {}

@Injectable()
export class GetPerson {
  constructor(private readonly people: People) {}

  /** Throws PersonUnknown also for a caller to whom this person does not exist (SUP-3). */
  async execute({ personId, viewer }: { personId: string; viewer: Viewer }): Promise<MaskedPerson> {
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(personId);
    const person = isId ? await this.people.find(personId) : undefined;
    const childrenThere = person?.childIds.length
      ? await this.people.presentIn(viewer.uais, person.childIds)
      : [];
    const seen = person && mask(person, viewer, childrenThere);
    if (!seen)
      throw new PersonUnknown('Cette personne n’existe pas, ou ne vous est pas accessible.');
    return seen;
  }
}
