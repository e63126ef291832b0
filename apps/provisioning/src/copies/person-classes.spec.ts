import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { PersonChangedSchema, Profile } from '#libs/contracts';
import { personClassesOf } from './person-classes.js';

const period = { startsOn: '2022-09-01', endsOn: '' };
const labels = (person: MessageInitShape<typeof PersonChangedSchema>) =>
  personClassesOf(create(PersonChangedSchema, person)).map(
    ({ profile, uai, classLabel }) => `${profile} ${uai} ${classLabel}`,
  );
const link = (uai: string, label: string, group = false) => ({ uai, label, group, period });

test('PRV-4: staff belong in each of their schools, and as teachers in what they teach there; groups are no classes', () => {
  expect(
    labels({
      enrolments: [
        { profile: Profile.TEACHER, uai: 'A', period },
        { profile: Profile.PERSONNEL, uai: 'A', period },
        { profile: Profile.PERSONNEL, uai: 'B', period },
        { profile: Profile.RELATIVE, uai: 'C', period },
      ],
      classLinks: [
        ...[link('A', 'CP'), link('A', 'Chorale', true), link('B', 'CM2')],
        // Not of the person's schools, or without a name.
        ...[link('C', 'CE1'), link('A', '')],
      ],
    }),
  ).toEqual([
    ...['TEACHER A Équipe de l’école', 'PERSONNEL A Équipe de l’école'],
    ...['PERSONNEL B Équipe de l’école', 'TEACHER A CP', 'PERSONNEL B CM2'],
  ]);
});

test('PRV-4: a pupil belongs in further classes and schools, as the source states them', () => {
  const home = { profile: Profile.STUDENT, uai: 'A', period, classLabel: 'CE2' };
  expect(labels({ enrolments: [home] })).toEqual([]);
  const further = { profile: Profile.STUDENT, uai: 'B', period };
  expect(
    labels({
      enrolments: [{ ...home, furtherClasses: [{ classId: '1', label: 'ULIS' }] }],
      furtherSchools: [{ ...further, furtherClasses: [{ classId: '2', label: 'CP' }] }],
    }),
  ).toEqual(['STUDENT A ULIS', 'STUDENT B Sans classe', 'STUDENT B CP']);
});

test('PRV-1: who comes for the commune or the academy is in no class of pupils; taught classes are those of another place', () => {
  const inspector = { profile: Profile.GUEST, period, post: { role: 'INSPECTOR' } };
  expect(
    labels({
      enrolments: [
        ...[
          { ...inspector, uai: 'A', classLabel: 'CP' },
          { ...inspector, uai: 'B' },
        ],
        { profile: Profile.TEACHER, uai: 'B', period },
      ],
      classLinks: [link('A', 'CP'), link('B', 'CM2')],
    }),
  ).toEqual([
    ...['GUEST A Partenaires', 'GUEST B Partenaires', 'TEACHER B Équipe de l’école'],
    'TEACHER B CM2',
  ]);
});
