import { create } from '@bufbuild/protobuf';
import {
  AccountMovedSchema,
  AccountState,
  AccountStateChangedSchema,
  MembershipActivatedSchema,
  MembershipEndedSchema,
  PersonChangedSchema,
  Profile,
  SchoolFinancedSchema,
  SchoolFinancingEndedSchema,
  SeatLossForeseenSchema,
  StructureChangedSchema,
  type PersonChanged,
} from '#libs/contracts';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { Copies } from './copies.pg.js';
import { PeopleCopies } from './people-copies.pg.js';
import { People } from './people.pg.js';
import type { Scope } from './person-file.js';

let fresh: FreshDatabase;
const copies = new Copies();
const peopleCopies = new PeopleCopies();
const market: Scope = { kind: 'MARKETS', markets: ['e-primo-2022'] };

beforeAll(async () => {
  fresh = await freshDatabase('console');
  await fresh.unitOfWork.run(async (tx) => {
    await copies.membershipActivated(
      tx,
      create(MembershipActivatedSchema, {
        membershipId: 'm-1',
        organisation: { organisationId: 'org-1', name: 'Commune' },
        market: { code: 'e-primo-2022' },
        period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
      }),
    );
    for (const uai of ['0440437L', '0441606G']) {
      const financed = { membershipId: 'm-1', uai, period: { startsOn: '2022-07-19' } };
      await copies.schoolFinanced(tx, create(SchoolFinancedSchema, financed));
    }
    await peopleCopies.structuresChanged(tx, [
      create(StructureChangedSchema, {
        uai: '0440437L',
        name: 'École Albert Camus',
        commune: 'Ancenis',
      }),
    ]);
  });
}, 60_000);
afterAll(() => fresh?.drop());

type Over = { personId: string; lastName?: string; firstName?: string; revision?: number };

const aPerson = (over: Over) =>
  create(PersonChangedSchema, {
    lastName: 'Exemple',
    firstName: 'Zoé',
    revision: 1,
    ...over,
    enrolments: [
      {
        profile: Profile.STUDENT,
        uai: '0440437L',
        period: { startsOn: '2022-09-01' },
        classLabel: 'CP',
      },
    ],
  });

const people = () =>
  new People(fresh.database, fresh.unitOfWork, new ConsoleTables(fresh.database));
const found = async (...nameWords: string[]) =>
  (await people().find(market, { nameWords, limit: 10 })).map(({ personId }) => personId);

test('finds a person under the newest name only, and again nothing once erased (SUP-4)', async () => {
  const change = (person: PersonChanged) =>
    fresh.unitOfWork.run((tx) => peopleCopies.peopleChanged(tx, [person]));
  await change(aPerson({ personId: 'p-1', lastName: 'Avant' }));
  await change(aPerson({ personId: 'p-1', lastName: 'Après', revision: 2 }));
  await change(aPerson({ personId: 'p-1', lastName: 'Avant', revision: 1 }));
  expect([await found('apres'), await found('avant')]).toEqual([['p-1'], []]);

  await fresh.unitOfWork.run((tx) => peopleCopies.peopleErased(tx, ['p-1']));
  const left = await fresh.database.query(
    'select (select count(*) from person_word) + (select count(*) from enrolment) as left',
  );
  expect([await found('apres'), left.rows]).toEqual([[], [{ left: 0n }]]);
});

test('DIR-5: keeps every class and group, a pupil’s of the place and an adult’s of the links that still hold', async () => {
  const place = { uai: '0440437L', period: { startsOn: '2022-09-01' }, classLabel: 'CP' };
  const link = (label: string, over: object) => ({
    ...{ uai: place.uai, classId: label, label, group: false, period: { startsOn: '2022-09-01' } },
    ...over,
  });
  const divided = (personId: string, enrolment: object, classLinks: object[] = []) =>
    create(PersonChangedSchema, {
      ...{ personId, lastName: 'Divisé', firstName: 'Io', revision: 1, classLinks },
      enrolments: [{ ...place, ...enrolment }],
    });
  await fresh.unitOfWork.run((tx) =>
    peopleCopies.peopleChanged(tx, [
      divided('p-pupil', {
        ...{ profile: Profile.STUDENT, furtherClasses: [{ classId: '7', label: 'ULIS' }] },
        groups: [{ groupId: '8', label: 'Chorale' }],
      }),
      divided('p-teacher', { profile: Profile.TEACHER }, [
        ...[link('CP', {}), link('CE1', {}), link('Chorale', { group: true })],
        link('CM2', { period: { startsOn: '2022-09-01', endsOn: '2022-10-01' } }),
        link('Ailleurs', { uai: '0440001A' }),
      ]),
    ]),
  );
  const read = await people().find(market, { nameWords: ['divise'], limit: 10 });
  expect(read.map(({ enrolments }) => enrolments)).toMatchObject([
    [{ classLabel: 'CP', furtherClasses: ['ULIS'], groups: ['Chorale'] }],
    [{ classLabel: 'CP', furtherClasses: ['CE1'], groups: ['Chorale'] }],
  ]);
  // Whoever has several classes is in the list of each, and counted in each.
  const present = { uai: place.uai, today: '2022-10-01' };
  for (const [label, ids] of [
    ['CP', ['p-pupil', 'p-teacher']],
    ['ULIS', ['p-pupil']],
    ['CE1', ['p-teacher']],
  ] as const) {
    const inClass = { ...present, classLabel: label };
    const list = await people().find(market, {
      ...{ nameWords: ['divise'], present: inClass, limit: 10 },
    });
    expect(list.map(({ personId }) => personId).sort()).toEqual(ids);
  }
  const counts = await people().countByClass(present);
  expect(counts.filter(({ profile }) => profile !== 'RELATIVE')).toEqual([
    { profile: 'STUDENT', classLabel: '', people: 1 },
    { profile: 'STUDENT', classLabel: 'CP', people: 1 },
    { profile: 'STUDENT', classLabel: 'ULIS', people: 1 },
    { profile: 'TEACHER', classLabel: '', people: 1 },
    { profile: 'TEACHER', classLabel: 'CE1', people: 1 },
    { profile: 'TEACHER', classLabel: 'CP', people: 1 },
  ]);
  await fresh.unitOfWork.run((tx) => peopleCopies.peopleErased(tx, ['p-pupil', 'p-teacher']));
});

test('keeps the last state of a person that changes twice in one batch', async () => {
  await fresh.unitOfWork.run((tx) =>
    peopleCopies.peopleChanged(tx, [
      aPerson({ personId: 'p-2', firstName: 'Ana' }),
      aPerson({ personId: 'p-2', firstName: 'Anaïs', revision: 2 }),
    ]),
  );
  const [person] = await people().find(market, { personIds: ['p-2'], limit: 1 });
  expect(person).toMatchObject({
    firstName: 'Anaïs',
    enrolments: [{ schoolName: 'École Albert Camus' }],
  });
});

test('keeps the newest state of an account, and since when it holds over a move', async () => {
  const account = { accountId: 'a-2', personId: 'p-2', profile: Profile.STUDENT, uai: '0440437L' };
  await fresh.unitOfWork.run(async (tx) => {
    const provisioned = create(AccountStateChangedSchema, {
      ...account,
      sequence: 3,
      toState: AccountState.PROVISIONED,
      effectiveOn: '2022-09-05',
    });
    await peopleCopies.accountsChanged(tx, [provisioned]);
    const moved = {
      ...account,
      sequence: 4,
      state: AccountState.PROVISIONED,
      effectiveOn: '2022-11-07',
    };
    await peopleCopies.accountsChanged(tx, [
      create(AccountMovedSchema, { ...moved, uai: '0441606G' }),
    ]);
    await peopleCopies.accountsChanged(tx, [provisioned]);
  });
  const [person] = await people().find(market, { personIds: ['p-2'], limit: 1 });
  expect(person?.accounts).toMatchObject([
    { state: 'PROVISIONED', since: '2022-09-05', uai: '0441606G' },
  ]);
});

test.each([1, 2, 3, 4])(
  'an account holds its state since the same day, however many changes come at once (%i)',
  async (atOnce) => {
    const accountId = `a-many-${atOnce}`;
    const account = { accountId, personId: 'p-many', profile: Profile.STUDENT, uai: '0440437L' };
    const became = (sequence: number, toState: AccountState, effectiveOn: string) =>
      create(AccountStateChangedSchema, { ...account, sequence, toState, effectiveOn });
    const changes = [
      became(3, AccountState.PROVISIONED, '2022-09-05'),
      became(4, AccountState.PROVISIONING, '2022-11-20'),
      became(5, AccountState.PROVISIONED, '2022-11-21'),
      create(AccountMovedSchema, {
        ...account,
        sequence: 6,
        state: AccountState.PROVISIONED,
        effectiveOn: '2022-12-01',
      }),
    ];
    for (let from = 0; from < changes.length; from += atOnce)
      await fresh.unitOfWork.run((tx) =>
        peopleCopies.accountsChanged(tx, changes.slice(from, from + atOnce)),
      );
    const { rows } = await fresh.database.query(
      'select state, since::text, sequence::int from account where account_id = $1',
      [accountId],
    );
    expect(rows).toEqual([{ state: 'PROVISIONED', since: '2022-11-21', sequence: 6 }]);
  },
);

test('SUP-1: shows nobody to the support of another market', async () => {
  const other: Scope = { kind: 'MARKETS', markets: ['autre'] };
  expect(await people().find(other, { personIds: ['p-2'], limit: 1 })).toEqual([]);
  expect(await people().schools(other, 'camus', 5)).toEqual([]);
});

test('SUP-3: shows a head the people of its school on that day only', async () => {
  const head = (today: string): Scope => ({ kind: 'SCHOOLS', uais: ['0440437L'], today });
  expect(await people().find(head('2022-08-31'), { personIds: ['p-2'], limit: 1 })).toEqual([]);
  expect(await people().find(head('2022-09-01'), { personIds: ['p-2'], limit: 1 })).toHaveLength(1);
});

test('still finds the people of a school whose financing has ended', async () => {
  await fresh.unitOfWork.run((tx) =>
    copies.schoolFinancingEnded(
      tx,
      create(SchoolFinancingEndedSchema, {
        membershipId: 'm-1',
        uai: '0440437L',
        endedOn: '2024-07-19',
      }),
    ),
  );
  expect(await found('anais')).toEqual(['p-2']);
});

test('PRV-7: replaces what was foreseen of a day, and takes it back', async () => {
  const told = (on: string, schools: { uai: string; seats: number }[]) =>
    create(SeatLossForeseenSchema, { membershipId: 'm-1', itemCode: 'ELEVE', on, schools });
  const kept = async () =>
    (
      await fresh.database.query(
        'select on_day, uai, seats::int from seat_loss order by on_day, uai',
      )
    ).rows;
  const a = { uai: '0440437L', seats: 2 };
  const b = { uai: '0441606G', seats: 1 };
  await fresh.unitOfWork.run((tx) =>
    copies.seatLossesForeseen(tx, [told('2022-11-01', [b]), told('2022-11-01', [a, b])]),
  );
  await fresh.unitOfWork.run((tx) => copies.seatLossesForeseen(tx, [told('2022-12-01', [b])]));
  expect(await kept()).toEqual([
    { on_day: '2022-11-01', ...a },
    { on_day: '2022-11-01', ...b },
    { on_day: '2022-12-01', ...b },
  ]);
  await fresh.unitOfWork.run((tx) =>
    copies.seatLossesForeseen(tx, [told('2022-11-01', []), told('2022-12-01', [a])]),
  );
  expect(await kept()).toEqual([{ on_day: '2022-12-01', ...a }]);
});

test('ADH-5: a succession ends one member and its schools, and shows the other from the same day on', async () => {
  const transferId = 'succession-1';
  await fresh.unitOfWork.run(async (tx) => {
    await copies.schoolFinancingEnded(
      tx,
      create(SchoolFinancingEndedSchema, {
        membershipId: 'm-1',
        uai: '0440437L',
        endedOn: '2023-01-01',
        transferId,
      }),
    );
    await copies.membershipEnded(
      tx,
      create(MembershipEndedSchema, { membershipId: 'm-1', endsOn: '2023-01-01' }),
    );
    // Never accepted: its activation is complete in itself.
    await copies.membershipActivated(
      tx,
      create(MembershipActivatedSchema, {
        membershipId: 'm-heir',
        organisation: { organisationId: 'org-heir', name: 'Commune nouvelle' },
        market: { code: 'e-primo-2022' },
        period: { startsOn: '2023-01-01', endsOn: '2026-07-19' },
      }),
    );
    await copies.schoolFinanced(
      tx,
      create(SchoolFinancedSchema, {
        membershipId: 'm-heir',
        uai: '0440437L',
        period: { startsOn: '2023-01-01' },
        transferId,
      }),
    );
  });
  const { rows } = await fresh.database.query<{ line: string }>(
    `select m.membership_id || ' ' || m.organisation_name || ' ' || m.status || ' ' || f.starts_on || ' ' || coalesce(f.ends_on::text, '-') as line
       from membership m join school_financed f using (membership_id) where uai = '0440437L' order by f.starts_on`,
  );
  expect(rows.map(({ line }) => line)).toEqual([
    'm-1 Commune ENDED 2022-07-19 2023-01-01',
    'm-heir Commune nouvelle ACTIVE 2023-01-01 -',
  ]);
});

test('SCH-1: the end of one link leaves a later one of the same membership alone', async () => {
  const uai = '0440009J';
  const financed = (startsOn: string, endsOn: string) =>
    create(SchoolFinancedSchema, { membershipId: 'm-1', uai, period: { startsOn, endsOn } });
  await fresh.unitOfWork.run(async (tx) => {
    await copies.schoolFinanced(tx, financed('2022-07-19', '2023-07-19'));
    await copies.schoolFinanced(tx, financed('2024-07-19', ''));
    await copies.schoolFinancingEnded(
      tx,
      create(SchoolFinancingEndedSchema, { membershipId: 'm-1', uai, endedOn: '2023-01-01' }),
    );
  });
  const { rows } = await fresh.database.query(
    'select starts_on, ends_on from school_financed where uai = $1 order by starts_on',
    [uai],
  );
  expect(rows).toEqual([
    { starts_on: '2022-07-19', ends_on: '2023-01-01' },
    { starts_on: '2024-07-19', ends_on: null },
  ]);
});
