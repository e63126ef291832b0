import { type APerson, aPupil } from '../../../apps/provisioning/test/people.test-support.js';

const schools = 40;
const uaiOf = (school: number) => `0449${String(school).padStart(3, '0')}A`;

/** The first four schools have the people of twelve: half of those of sixteen others. */
export const largeSchools = 4;
export function fourLarge(group: number): number {
  const school = evenly(group);
  const isMoved = Math.floor(group / schools) % 2 === 1 && school >= 4 && school < 20;
  return isMoved ? group % largeSchools : school;
}

export const uais = Array.from({ length: schools }, (_, school) => uaiOf(school));

/** Of twenty people in a school: nine pupils of two classes, each with a guardian, a teacher who teaches both, another person. */
const [perTwenty, pupilsOfTwenty] = [20, 9];

const evenly = (group: number): number => group % schools;

/** So many people in 40 schools, families and all. Everybody's number is its own. `schoolOf`: school of each twenty people. */
export function peopleOf(size: number, schoolOf = evenly): APerson[] {
  return Array.from({ length: size }, (_, number) => {
    const [group, at] = [Math.floor(number / perTwenty), number % perTwenty];
    const uai = uaiOf(schoolOf(group));
    const pupil = (place: number): APerson =>
      aPupil(group * perTwenty + place + 1, {
        ...{ uai, classLabel: place % 2 === 0 ? 'CE2 A' : 'CM1 B' },
      });
    if (at < pupilsOfTwenty) return pupil(at);
    const adult = { ...aPupil(number + 1, { uai }), classLabel: '', birthDate: '' };
    if (at < 2 * pupilsOfTwenty)
      return {
        ...adult,
        profile: 'RELATIVE',
        childIds: [pupil(at - pupilsOfTwenty).personId],
      };
    if (at > 2 * pupilsOfTwenty) return { ...adult, profile: 'PERSONNEL' };
    const teaches = ['CE2 A', 'CM1 B'].map((classLabel) => ({ uai, classLabel }));
    return { ...adult, profile: 'TEACHER', teaches };
  });
}
