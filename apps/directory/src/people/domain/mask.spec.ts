import { mask, type PersonDetail } from './mask.js';

const place = (uai: string, endsOn = '') => ({
  profile: 'STUDENT',
  uai,
  startsOn: '2021-09-01',
  endsOn,
  classId: '01',
  classLabel: 'CP A',
  level: 'CP',
  isHead: false,
});
const person: PersonDetail = {
  personId: 'p-1',
  lastName: "D'Arvaille",
  firstName: 'Zoé',
  birthDate: '2016-05-04',
  enrolments: [place('0440290B', '2022-09-12'), place('0530107D')],
  childIds: [],
  guardianIds: ['g-1'],
};
const seenBy = (roles: string[], uais: string[] = []) => mask(person, { roles, uais });

describe('what a caller sees of a person', () => {
  it('SUP-1: level 1 sees name and current class, not birth date, family or past places', () => {
    expect(seenBy(['support-1'])).toEqual({
      ...person,
      birthDate: '',
      guardianIds: [],
      enrolments: [place('0530107D')],
      masked: ['birth_date', 'child_ids', 'guardian_ids', 'enrolments'],
    });
  });

  it('SUP-1: level 2 sees everything, level 3 no family data', () => {
    expect(seenBy(['support-2'])).toEqual({ ...person, masked: [] });
    expect(seenBy(['support-3'])).toMatchObject({
      guardianIds: [],
      birthDate: '',
      lastName: "D'Arvaille",
    });
  });

  it('SUP-3: a school sees its own people with its own places, another school nobody', () => {
    expect(seenBy(['school'], ['0530107D'])).toMatchObject({
      enrolments: [place('0530107D')],
      masked: ['enrolments'],
      guardianIds: ['g-1'],
    });
    expect(seenBy(['school'], ['0490065E'])).toBeUndefined();
  });

  it.each([
    'member-reader',
    'member-orderer',
    'member-finance',
    'coordinator',
    'supplier',
    'admin',
  ])('SUP-3: %s never sees a person', (role) => expect(seenBy([role])).toBeUndefined());
});
