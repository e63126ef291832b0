import type { APerson } from '../../apps/provisioning/test/people.test-support.js';

/** A family of each so many changes something. */
const everyFamily = 5;

/**
 * Whom the directory states anew in autumn, of people made by `peopleOf`: a pupil in another school (rows B and H), one in
 * another class, one renamed, a guardian without its child, a family that leaves.
 */
export function afterTheAutumn(people: readonly APerson[], uais: readonly string[]): APerson[] {
  const families = people.filter(({ profile }) => profile === 'RELATIVE');
  const pupils = new Map(people.map((person) => [person.personId, person]));
  return families.flatMap((guardian, at) => {
    const pupil = pupils.get(guardian.childIds?.[0] ?? '')!;
    if (at % everyFamily > 0) return [];
    const change = changes[(at / everyFamily) % changes.length]!;
    return change(pupil, guardian, uais).map((person) => ({ ...person, revision: 2 }));
  });
}

type Change = (pupil: APerson, guardian: APerson, uais: readonly string[]) => APerson[];
const changes: readonly Change[] = [
  (pupil, _guardian, uais) => [
    { ...pupil, uai: uais[(uais.indexOf(pupil.uai) + 1) % uais.length]! },
  ],
  (pupil) => [{ ...pupil, classLabel: pupil.classLabel === 'CE2 A' ? 'CM1 B' : 'CE2 A' }],
  (pupil) => [{ ...pupil, lastName: `${pupil.lastName} épouse`, birthDate: '2014-03-20' }],
  (_pupil, guardian) => [{ ...guardian, childIds: [] }],
  (pupil, guardian) => [pupil, guardian].map((person) => ({ ...person, endsOn: leavingDay })),
];

const leavingDay = '2022-10-01';

/**
 * Of those who left, every second family, who comes back in January: their users were used, so the ENT keeps them without
 * their family links (row J).
 */
export function backInJanuary(people: readonly APerson[], autumn: readonly APerson[]): APerson[] {
  const leavers = new Set(autumn.flatMap((one) => (one.endsOn ? [one.personId] : [])));
  const guardians = people.filter(
    ({ personId, profile }) => profile === 'RELATIVE' && leavers.has(personId),
  );
  const families = guardians.filter((_guardian, at) => at % 2 === 0);
  const ids = new Set(families.flatMap(({ personId, childIds = [] }) => [personId, ...childIds]));
  return people
    .filter(({ personId }) => ids.has(personId))
    .map((person) => ({ ...person, startsOn: '2023-01-09', revision: 3 }));
}
