import { isToldSources, mask, type PersonDetail } from './mask.js';

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
  academicIdentifier: '',
  enrolments: [place('0440290B', '2022-09-12'), place('0530107D')],
  furtherSchools: [],
  classLinks: [],
  childIds: [],
  guardianIds: ['g-1'],
};
const link = (uai: string, endsOn = '') => ({
  ...{ uai, classId: '01', label: 'CP A', isGroup: false, startsOn: '2021-09-01', endsOn },
});
const seenBy = (roles: string[], uais: string[] = []) => mask(person, { roles, uais }, []);

describe('what a caller sees of a person', () => {
  test.each(['service', 'player'])('%s, a process of ours, sees everything', (role) =>
    expect(seenBy([role])).toEqual({ ...person, masked: [] }),
  );

  test('SUP-1, DIR-5: support level 2 is told nothing of the person here, but which sources state it', () => {
    const full = { ...person, academicIdentifier: 'zdarvaille', guardianIds: ['g-1'] };
    const seen = mask(full, { roles: ['support-2'], uais: [] }, [])!;
    const { personId, masked, ...rest } = seen;
    expect(personId).toBe('p-1');
    for (const value of Object.values(rest)) expect(value).toHaveLength(0);
    expect([...masked].sort()).toEqual(Object.keys(rest).sort());
    const told = (role: string) => isToldSources({ roles: [role], uais: ['0530107D'] });
    expect(['support-2', 'player', 'school', 'support-1'].map(told)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('SUP-3: a school sees its present people with its own places', () => {
    expect(seenBy(['school'], ['0530107D'])).toEqual({
      ...person,
      enrolments: [place('0530107D')],
      masked: ['enrolments'],
    });
  });

  test('SUP-3: a school sees whom it has beside another school, there alone', () => {
    const pupil = { ...person, furtherSchools: [place('0490065E'), place('0720001A')] };
    expect(mask(pupil, { roles: ['school'], uais: ['0490065E'] }, [])).toMatchObject({
      ...{ enrolments: [], furtherSchools: [place('0490065E')] },
      masked: ['enrolments', 'furtherSchools'],
    });
  });

  test('SUP-3: a school sees the present classes of its staff, its own alone', () => {
    const links = [link('0530107D', '2022-09-01'), link('0530107D'), link('0490065E')];
    expect(
      mask({ ...person, classLinks: links }, { roles: ['school'], uais: ['0530107D'] }, []),
    ).toMatchObject({ classLinks: [link('0530107D')], masked: ['enrolments', 'classLinks'] });
  });

  test('SUP-3, AUT-1: a school sees of its staff no identifier of the academy’s single sign-on', () => {
    const teacher = { ...person, academicIdentifier: 'mbrume' };
    expect(mask(teacher, { roles: ['school'], uais: ['0530107D'] }, [])).toMatchObject({
      ...{ academicIdentifier: '', masked: ['enrolments', 'academicIdentifier'] },
    });
    expect(mask(teacher, { roles: ['service'], uais: [] }, [])).toEqual({ ...teacher, masked: [] });
  });

  test('SUP-3: of a guardian, a school sees the children who have a place in it', () => {
    const guardian = { ...person, childIds: ['c-here', 'c-elsewhere'], guardianIds: [] };
    const seen = (roles: string[]) => mask(guardian, { roles, uais: ['0530107D'] }, ['c-here']);
    expect(seen(['school'])).toMatchObject({
      childIds: ['c-here'],
      masked: ['enrolments', 'childIds'],
    });
    expect(seen(['service'])).toMatchObject({ childIds: ['c-here', 'c-elsewhere'], masked: [] });
  });

  test.each([
    ['the school that the person left', '0440290B'],
    ['another school', '0490065E'],
  ])('SUP-3: %s sees nobody', (_which, uai) => expect(seenBy(['school'], [uai])).toBeUndefined());

  test.each([
    'support-1',
    'support-3',
    'dpo',
    'member-reader',
    'member-orderer',
    'member-finance',
    'coordinator',
    'supplier',
    'admin',
  ])('SUP-1, SUP-3: %s never sees a person here', (role) =>
    expect(seenBy([role], ['0530107D'])).toBeUndefined(),
  );
});
