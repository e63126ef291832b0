import { type PersonChanged, Profile } from '#libs/contracts';
import type { ExpectedPerson } from './expected-people.js';

type Emitted = { readonly people: readonly PersonChanged[]; readonly erased: readonly string[] };

/** What whoever reads the topic of people knows: the last state of each, none of whom was erased. */
export class ToldPeople {
  readonly states = new Map<string, PersonChanged>();

  take({ people, erased }: Emitted): void {
    for (const state of people) this.states.set(state.personId, state);
    for (const personId of erased) this.states.delete(personId);
  }

  /** Who is here, in the form of what is expected. */
  present(): Map<string, ExpectedPerson> {
    return new Map(
      [...this.states.values()].map((state) => [
        state.personId,
        {
          ...{ lastName: state.lastName, firstName: state.firstName, birthDate: state.birthDate },
          places: new Set(placesOf(state)),
          children: new Set(state.childIds.filter((id) => this.isHere(id))),
        },
      ]),
    );
  }

  isHere(personId: string): boolean {
    const state = this.states.get(personId);
    return state !== undefined && placesOf(state).length > 0;
  }
}

export function placesOf({ enrolments }: PersonChanged): string[] {
  return enrolments
    .filter(({ period }) => period!.endsOn === '')
    .map(({ profile, uai, classLabel }) =>
      [Profile[profile], uai, ...(profile === Profile.STUDENT ? [classLabel] : [])].join(' '),
    );
}
