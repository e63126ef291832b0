import { create } from '@bufbuild/protobuf';
import {
  AccountState,
  AccountStateChangedSchema,
  MembershipActivatedSchema,
  PersonChangedSchema,
  Profile,
  SchoolFinancedSchema,
  StructureChangedSchema,
} from '#libs/contracts';
import type { RunningConsole } from './console-app.js';

type Person = {
  id: string;
  lastName: string;
  firstName: string;
  uai: string;
  guardians?: string[];
  children?: string[];
  /** Another school where it has a place. */
  alsoAt?: string;
};

/** Two schools of two markets with a few invented people, as the events would have brought them. */
export async function populate({
  unitOfWork,
  copies,
  peopleCopies,
}: RunningConsole): Promise<void> {
  await unitOfWork.run(async (tx) => {
    for (const [market, organisation, uai, name] of [
      ['e-primo-2022', 'ancenis', '0440437L', 'École primaire Albert Camus'],
      ['e-autre-2022', 'ailleurs', '0440965K', 'École élémentaire du Château'],
    ] as const) {
      const membershipId = `m-${organisation}`;
      await copies.membershipActivated(
        tx,
        create(MembershipActivatedSchema, {
          membershipId,
          organisation: { organisationId: `org-${organisation}`, name: organisation },
          market: { code: market },
          period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
        }),
      );
      await copies.schoolFinanced(
        tx,
        create(SchoolFinancedSchema, { membershipId, uai, period: { startsOn: '2022-07-19' } }),
      );
      const school = { uai, name, commune: 'Ancenis-Saint-Géréon', postalCode: '44150' };
      await peopleCopies.structuresChanged(tx, [create(StructureChangedSchema, school)]);
    }
    await peopleCopies.peopleChanged(tx, [
      aPerson({
        id: 'p-zoe',
        lastName: 'Exémple',
        firstName: 'Zoé',
        uai: '0440437L',
        guardians: ['p-luc'],
      }),
      aPerson({ id: 'p-ana', lastName: 'Exemplaire', firstName: 'Ana', uai: '0440437L' }),
      aPerson({ id: 'p-luc', lastName: 'Exémple', firstName: 'Luc', uai: '0440437L' }),
      aPerson({ id: 'p-other', lastName: 'Exemple', firstName: 'Théo', uai: '0440965K' }),
    ]);
    await peopleCopies.accountsChanged(tx, [
      create(AccountStateChangedSchema, {
        accountId: 'a-zoe',
        sequence: 3,
        personId: 'p-zoe',
        profile: Profile.STUDENT,
        toState: AccountState.PROVISIONED,
        effectiveOn: '2022-09-05',
        uai: '0440437L',
      }),
    ]);
  });
}

/** Somebody with an account and a place in each of two markets. */
export async function somebodyOfTwoMarkets({
  unitOfWork,
  peopleCopies,
}: RunningConsole): Promise<void> {
  const [personId, accountId, sequence] = ['p-ida', 'a-ida', 1];
  const places = { uai: '0440965K', alsoAt: '0440437L' };
  const ida = aPerson({ id: personId, lastName: 'Deuxmarchés', firstName: 'Ida', ...places });
  const opened = { toState: AccountState.PROVISIONED, effectiveOn: '2022-09-05', uai: places.uai };
  const account = { accountId, sequence, personId, profile: Profile.STUDENT, ...opened };
  await unitOfWork.run(async (tx) => {
    await peopleCopies.peopleChanged(tx, [ida]);
    await peopleCopies.accountsChanged(tx, [create(AccountStateChangedSchema, account)]);
  });
}

/** A guardian of a pupil in each of two schools. */
export async function aFamilyOfTwoSchools({
  unitOfWork,
  peopleCopies,
}: RunningConsole): Promise<void> {
  const family = { lastName: 'Deuxécoles', guardians: ['p-max'] };
  await unitOfWork.run((tx) =>
    peopleCopies.peopleChanged(tx, [
      aPerson({ ...family, id: 'p-lea', firstName: 'Léa', uai: '0440437L' }),
      aPerson({ ...family, id: 'p-tom', firstName: 'Tom', uai: '0440290B' }),
      aPerson({
        id: 'p-max',
        lastName: 'Deuxécoles',
        firstName: 'Max',
        uai: '0440437L',
        alsoAt: '0440290B',
        children: ['p-lea', 'p-tom'],
      }),
    ]),
  );
}

/** Another class, a teacher, who left and who is to come: what a head's list is told apart by. */
export async function aWholeSchool({ unitOfWork, peopleCopies }: RunningConsole): Promise<void> {
  const place = (profile: Profile, classLabel: string, startsOn: string, endsOn = '') => ({
    ...{ profile, classLabel, level: classLabel.split(' ')[0], uai: '0440437L' },
    period: { startsOn, endsOn },
  });
  const person = (personId: string, firstName: string, enrolment: ReturnType<typeof place>) =>
    create(PersonChangedSchema, {
      ...{ personId, lastName: 'Écolier', firstName, revision: 1, enrolments: [enrolment] },
    });
  await unitOfWork.run((tx) =>
    peopleCopies.peopleChanged(tx, [
      person('p-bo', 'Bo', place(Profile.STUDENT, 'CM2 B', '2022-09-01')),
      person('p-jo', 'Jo', place(Profile.TEACHER, 'CM2 B', '2022-09-01')),
      person('p-gone', 'Parti', place(Profile.STUDENT, 'CM2 B', '2021-09-01', '2022-07-08')),
      person('p-soon', 'Tard', place(Profile.STUDENT, 'CM2 B', '2099-09-01')),
    ]),
  );
}

/** Who share a last name. */
export async function manyNamesakes({ unitOfWork, peopleCopies }: RunningConsole, number: number) {
  const people = Array.from({ length: number }, (_, at) =>
    aPerson({
      id: `p-homonyme-${at + 1}`,
      lastName: 'Homonyme',
      firstName: `P${at + 1}`,
      uai: '0440437L',
    }),
  );
  await unitOfWork.run((tx) => peopleCopies.peopleChanged(tx, people));
}

const aPerson = ({ id, lastName, firstName, uai, alsoAt, guardians = [], children = [] }: Person) =>
  create(PersonChangedSchema, {
    personId: id,
    lastName,
    firstName,
    birthDate: '2015-04-02',
    guardianIds: guardians,
    childIds: children,
    revision: 1,
    enrolments: [uai, ...(alsoAt ? [alsoAt] : [])].map((place) => ({
      profile: ['p-luc', 'p-max'].includes(id) ? Profile.RELATIVE : Profile.STUDENT,
      uai: place,
      period: { startsOn: '2022-09-01' },
      classLabel: 'CE1 A',
      level: 'CE1',
    })),
  });
