import { Profile } from '#libs/contracts';
import type { MaskedPerson } from './domain/mask.js';

export function toPerson(person: MaskedPerson) {
  return {
    ...person,
    childIds: [...person.childIds],
    guardianIds: [...person.guardianIds],
    masked: [...person.masked],
    enrolments: person.enrolments.map(({ profile, startsOn, endsOn, isHead, ...place }) => ({
      ...place,
      profile: Profile[profile as keyof typeof Profile],
      period: { startsOn, endsOn },
      head: isHead,
    })),
  };
}
