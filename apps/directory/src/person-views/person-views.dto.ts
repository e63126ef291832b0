import { type MaskedPerson, toClassLink, toEnrolment } from '../people/people.module.js';

export function toPerson(person: MaskedPerson) {
  return {
    ...person,
    childIds: [...person.childIds],
    guardianIds: [...person.guardianIds],
    masked: [...person.masked],
    enrolments: person.enrolments.map(toEnrolment),
    furtherSchools: person.furtherSchools.map(toEnrolment),
    classLinks: person.classLinks.map(toClassLink),
  };
}
