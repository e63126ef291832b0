import { create } from '@bufbuild/protobuf';
import {
  MembershipActivatedSchema,
  PersonChangedSchema,
  Profile,
  SchoolFinancedSchema,
  StructureChangedSchema,
} from '#libs/contracts';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { Copies } from './copies.pg.js';
import { PeopleCopies } from './people-copies.pg.js';
import { People } from './people.pg.js';
import type { Scope } from './person-file.js';

/**
 * Goal: whoever sees a person knows that there is another school, and is told which where it is of his own schools or
 * markets. Method: a pupil with further schools, a teacher in two and a parent of two, seen from each side.
 */
const [verne, camus, outside] = ['0440437L', '0441606G', '0440290B'] as const;
const copies = new Copies();
const peopleCopies = new PeopleCopies();
let fresh: FreshDatabase;

const place = (uai: string, profile: Profile, endsOn = '') => ({
  ...{ uai, profile },
  period: { startsOn: '2022-09-01', endsOn },
});

beforeAll(async () => {
  fresh = await freshDatabase('console');
  await fresh.unitOfWork.run(async (tx) => {
    const membership = {
      membershipId: 'm-1',
      organisation: { organisationId: 'org-1', name: 'Commune' },
      market: { code: 'e-primo-2022' },
      period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
    };
    await copies.membershipActivated(tx, create(MembershipActivatedSchema, membership));
    for (const uai of [verne, camus]) {
      const financed = { membershipId: 'm-1', uai, period: { startsOn: '2022-07-19' } };
      await copies.schoolFinanced(tx, create(SchoolFinancedSchema, financed));
    }
    const structure = { uai: camus, name: 'École Albert Camus', commune: 'Ancenis' };
    await peopleCopies.structuresChanged(tx, [create(StructureChangedSchema, structure)]);
    const { STUDENT, TEACHER, RELATIVE } = Profile;
    const people = [
      {
        personId: 'pupil',
        enrolments: [place(verne, STUDENT)],
        furtherSchools: [place(camus, STUDENT)],
      },
      {
        personId: 'pupil-beyond',
        enrolments: [place(verne, STUDENT)],
        furtherSchools: [place(outside, STUDENT), place(camus, STUDENT, '2022-09-20')],
      },
      { personId: 'teacher', enrolments: [place(verne, TEACHER), place(camus, TEACHER)] },
      {
        personId: 'moved',
        enrolments: [place(verne, TEACHER), place(camus, TEACHER, '2022-09-20')],
      },
      { personId: 'parent', enrolments: [place(verne, RELATIVE), place(outside, RELATIVE)] },
    ];
    await peopleCopies.peopleChanged(
      tx,
      people.map((one) =>
        create(PersonChangedSchema, { lastName: 'X', firstName: 'Y', revision: 1, ...one }),
      ),
    );
  });
}, 60_000);
afterAll(() => fresh?.drop());

async function seenFrom(scope: Scope) {
  const people = new People(fresh.database, fresh.unitOfWork, new ConsoleTables(fresh.database));
  const found = await people.find(scope, { nameWords: ['x'], limit: 10 });
  return Object.fromEntries(
    found.map(({ personId, enrolments, furtherSchools, isElsewhere }) => [
      personId,
      [enrolments.map(({ uai }) => uai).sort(), furtherSchools, isElsewhere],
    ]),
  );
}

const named = { uai: camus, schoolName: 'École Albert Camus', commune: 'Ancenis' };

test('DIR-4, SUP-3: a head learns that there is another school, not which; of a parent not even that', async () => {
  expect(await seenFrom({ kind: 'SCHOOLS', uais: [verne], today: '2022-10-01' })).toEqual({
    pupil: [[verne], [], true],
    'pupil-beyond': [[verne], [], true],
    teacher: [[verne], [], true],
    moved: [[verne], [], false],
    parent: [[verne], [], false],
  });
});

test('DIR-4, SUP-1: support is told both schools where its market finances both', async () => {
  expect(await seenFrom({ kind: 'MARKETS', markets: ['e-primo-2022'] })).toEqual({
    pupil: [[verne], [named], false],
    'pupil-beyond': [[verne], [], true],
    teacher: [[verne, camus], [], false],
    moved: [[verne, camus], [], false],
    parent: [[verne], [], false],
  });
});
