import { type APerson, aPupil } from '../../../apps/provisioning/test/people.test-support.js';

const schools = 40;
const uaiOf = (school: number) => `0449${String(school).padStart(3, '0')}A`;

export const uais = Array.from({ length: schools }, (_, school) => uaiOf(school));

/** Of twenty people in a school: nine pupils of two classes, each with a guardian, a teacher who teaches both, another person. */
const [perTwenty, pupilsOfTwenty] = [20, 9];

/** So many people in 40 schools, families and all. Everybody's number is its own. */
export function peopleOf(size: number): APerson[] {
  return Array.from({ length: size }, (_, number) => {
    const [group, at] = [Math.floor(number / perTwenty), number % perTwenty];
    const uai = uaiOf(group % schools);
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
