import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { PersonChangedSchema, Profile } from '#libs/contracts';
import { provisioningSettings } from '../config.js';
import { academicMailOf, academyPrefixes, externalIdsOf } from './way-in-names.js';

const prefixes = academyPrefixes('17=NANTES,14=AC-RENNES');
const person = (init: MessageInitShape<typeof PersonChangedSchema>) =>
  create(PersonChangedSchema, init);
const ids = (...academyKeys: { profile: Profile; academy: string; key: string }[]) =>
  externalIdsOf(person({ academyKeys }), prefixes);

test('AUT-1: each profile has the key of its academy, and none of an academy that the ENT does not know', () => {
  const student = { profile: Profile.STUDENT, academy: '17', key: '4412345' };
  expect(ids(student)).toEqual({ STUDENT: 'NANTES-4412345' });
  expect(
    ids(
      { profile: Profile.TEACHER, academy: '14', key: '1' },
      { profile: Profile.RELATIVE, academy: '17', key: '2' },
    ),
  ).toEqual({ TEACHER: 'AC-RENNES-1', RELATIVE: 'NANTES-2' });
  expect(ids({ ...student, academy: '10' })).toEqual({});
  expect(ids({ ...student, key: '' })).toEqual({});
  expect(ids({ ...student, key: 'x'.repeat(1_000) })).toEqual({});
});

test('AUT-1: a mail is told of staff alone, and an identifier that is none is not', () => {
  const mailOf = (profile: Profile, academicIdentifier: string) =>
    academicMailOf(person({ academicIdentifier, enrolments: [{ profile }] }));
  const mail = 'inventee@ac-nantes.example.org';
  expect([Profile.TEACHER, Profile.PERSONNEL].map((profile) => mailOf(profile, mail))).toEqual([
    mail,
    mail,
  ]);
  expect([Profile.RELATIVE, Profile.STUDENT].map((profile) => mailOf(profile, mail))).toEqual([
    '',
    '',
  ]);
  expect(mailOf(Profile.TEACHER, 'inventee')).toBe('');
  expect(mailOf(Profile.TEACHER, `${mail}\n`)).toBe('');
});

test.each(['17', '17=', '=NANTES', '17=NANTES,', '17=NAN TES', '17=NANTES;14=RENNES'])(
  'AUT-1: the setting %j is refused',
  (value) => {
    expect(provisioningSettings.shape.ENT_ACADEMIES.safeParse(value).success).toBe(false);
  },
);
