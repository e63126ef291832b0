import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { heldWhileFiftyCome, refusedOfFiftyTakers } from '../../test/fifty-at-once.test-support.js';
import { aPupil, personEvent } from '../../test/people.test-support.js';

const uai = '0440001A';
const other = '0440002B';
jest.setTimeout(90_000);

bedForEachTest();

const pupils = (count: number, from = 1, school = uai) =>
  Array.from({ length: count }, (_, index) => aPupil(from + index, { uai: school }));

test('PRV-2: gives the seats to the first entered, then by the source’s identifier, and lets the others wait', async () => {
  await bed.aMembership('m1', { ordered: 2, uais: [uai] });
  const late = aPupil(1, { uai, startsOn: '2022-09-03' });
  const [second, first] = [aPupil(3, { uai }), aPupil(2, { uai })];
  await bed.import([late, second, first], { on: '2022-09-05' });
  await bed.settleAccounts();
  expect([
    await bed.stateOf(first.personId),
    await bed.stateOf(second.personId),
    await bed.stateOf(late.personId),
  ]).toEqual([['PROVISIONING'], ['PROVISIONING'], ['WAITING_SEAT']]);
});

test('PRV-2: allots once all events of an import are here, in whatever order the count comes', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  const importId = await bed.import([aPupil(2, { uai })], { on: '2022-09-05', isComplete: false });
  await bed.complete(importId, 2, '2022-09-05');
  await bed.settleAccounts();
  expect(await bed.states()).toEqual({});
  await bed.import([aPupil(1, { uai })], { on: '2022-09-05', importId, isComplete: false });
  await bed.settleAccounts();
  expect([await bed.stateOf(aPupil(1, { uai }).personId), await bed.states()]).toEqual([
    ['PROVISIONING'],
    { PROVISIONING: 1, WAITING_SEAT: 1 },
  ]);
});

test('PRV-2: a later complete import lets the people of an incomplete one pass', async () => {
  await bed.aMembership('m1', { ordered: 5, uais: [uai] });
  const importId = await bed.import([aPupil(1, { uai })], { on: '2022-09-05', isComplete: false });
  await bed.complete(importId, 7, '2022-09-05');
  await bed.import([aPupil(2, { uai })], { on: '2022-09-05' });
  await bed.settleAccounts();
  expect(await bed.states()).toEqual({ PROVISIONING: 2 });
});

test('PRV-2: an order that takes effect today releases who waits, one of another day on its day', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(4), { on: '2022-09-05' });
  await bed.settleAccounts();
  await bed.order('m1', 1, '2022-09-05');
  await bed.order('m1', 1, '2022-09-08');
  await bed.settleAccounts();
  expect(await bed.states()).toEqual({ PROVISIONING: 2, WAITING_SEAT: 2 });
  await bed.begin('2022-09-10');
  await bed.settleAccounts();
  expect(await bed.states()).toEqual({ PROVISIONING: 3, WAITING_SEAT: 1 });
  expect(await bed.historyOf(aPupil(3, { uai }).personId)).toEqual([
    'REQUESTED 2022-09-05 IMPORT',
    'WAITING_SEAT 2022-09-05 IMPORT',
    'PROVISIONING 2022-09-08 ORDER',
  ]);
});

test('PRV-7: a decrease takes the seats of the latest enrolled, from its day on', async () => {
  await bed.aMembership('m1', { ordered: 3, uais: [uai] });
  await bed.import([...pupils(2), aPupil(3, { uai, startsOn: '2022-09-02' })], {
    on: '2022-09-05',
  });
  await bed.order('m1', -1, '2022-10-01');
  await bed.settleAccounts();
  expect(await bed.states()).toEqual({ PROVISIONING: 3 });
  await bed.begin('2022-10-01');
  await bed.settleAccounts();
  expect(await bed.stateOf(aPupil(3, { uai }).personId)).toEqual(['WAITING_SEAT']);
});

// The demo's check of the ENT itself found a mover in a class of the old school's name.
test.each([1, 2])(
  'PRV-7: a pupil who moves to a member with %i seats, one of them taken, is in its class there',
  async (ordered) => {
    await bed.aMembership('m1', { ordered: 1, uais: [uai] });
    await bed.aMembership('m2', { ordered, uais: [other] });
    await bed.import([aPupil(1, { uai }), aPupil(9, { uai: other })], { on: '2022-09-05' });
    await bed.settleAccounts();
    const moved = aPupil(1, {
      uai: other,
      classLabel: 'CM2 K',
      startsOn: '2022-09-05',
      revision: 2,
    });
    await bed.import([moved], { on: '2022-09-05' });
    await bed.settleAccounts();
    expect(
      await bed.rows('select state, uai, class_label from account where person_id = $1', [
        moved.personId,
      ]),
    ).toEqual([
      {
        ...{ state: ordered === 1 ? 'WAITING_SEAT' : 'PROVISIONING', uai: other },
        class_label: 'CM2 K',
      },
    ]);
  },
);

test('PRV-7: a pupil who moves to a full member waits there, and the seat left is given on', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.aMembership('m2', { ordered: 1, uais: [other] });
  await bed.import([...pupils(2), aPupil(9, { uai: other })], { on: '2022-09-05' });
  await bed.settleAccounts();
  await bed.import([aPupil(1, { uai: other, startsOn: '2022-09-06', revision: 2 })], {
    on: '2022-09-05',
  });
  await bed.settleAccounts();
  // Enrolled from tomorrow: today nobody has a claim on the place left.
  await bed.begin('2022-09-06');
  await bed.settleAccounts();
  const rows = await bed.rows(
    'select state, membership_id, uai from account where person_id = $1 and state <> $2',
    [aPupil(1, { uai }).personId, 'DELETED'],
  );
  expect([rows, await bed.stateOf(aPupil(2, { uai }).personId)]).toEqual([
    [{ state: 'WAITING_SEAT', membership_id: 'm2', uai: other }],
    ['PROVISIONING'],
  ]);
});

test('PRV-1: only pupils need a seat; nobody gets an account in a school that nobody finances', async () => {
  await bed.aMembership('m1', { ordered: 0, uais: [uai] });
  const teacher = { ...aPupil(10, { uai }), profile: 'TEACHER' as const };
  const stranger = { ...aPupil(11, { uai: other }), profile: 'TEACHER' as const };
  await bed.import([teacher, stranger, aPupil(12, { uai }), aPupil(13, { uai: other })], {
    on: '2022-09-05',
  });
  await bed.settleAccounts();
  expect([
    await bed.stateOf(teacher.personId),
    await bed.stateOf(stranger.personId),
    await bed.stateOf(aPupil(12, { uai }).personId),
    await bed.stateOf(aPupil(13, { uai }).personId),
  ]).toEqual([['PROVISIONING'], [], ['WAITING_SEAT'], []]);
});

test('PRV-3: who leaves before being open is deleted; the erased person’s names are gone at once', async () => {
  await bed.aMembership('m1', { ordered: 0, uais: [uai] });
  const pupil = aPupil(1, { uai });
  await bed.import([pupil], { on: '2022-09-05' });
  await bed.settleAccounts();
  await bed.fresh.unitOfWork.run((tx) =>
    bed.people.erase(tx, [{ ...personEvent(pupil, '2022-09-05'), body: undefined }]),
  );
  await bed.settleAccounts();
  expect([
    await bed.stateOf(pupil.personId),
    await bed.rows('select 1 as one from person'),
  ]).toEqual([['DELETED'], []]);
});

test('PRV-2: 50 openings at once never hold more seats than ordered', async () => {
  await bed.aMembership('m1', { ordered: 20, uais: [uai] });
  await bed.settleAccounts();
  const samples = await heldWhileFiftyCome(uai);
  expect([samples.filter((held) => held > 20), await bed.states()]).toEqual([
    [],
    { PROVISIONING: 20, WAITING_SEAT: 30 },
  ]);
});

test('PRV-2: the database itself refuses 50 concurrent takers of one last seat, all but one', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.settleAccounts();
  expect(await refusedOfFiftyTakers(uai)).toEqual([49, new Set(['seats_held_within_order'])]);
});

test('PRV-3: transitions and accounts are never removed or rewritten', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(1), { on: '2022-09-05' });
  await bed.settleAccounts();
  for (const statement of [
    'delete from account_transition',
    "update account_transition set cause = 'DAY'",
    'delete from account',
  ]) {
    await expect(bed.fresh.asOwner(statement)).rejects.toThrow(/never changed or removed/);
  }
});

test('SCH-2: a school transferred to a member with seats keeps its accounts open, in whatever order the two halves come', async () => {
  await bed.aMembership('m1', { ordered: 2, uais: [uai] });
  await bed.aMembership('m2', { ordered: 2, uais: [] });
  await bed.import(pupils(2), { on: '2022-09-05' });
  await bed.settleAccounts();
  await bed.fresh.unitOfWork.run((tx) =>
    bed.memberships.endFinancing(tx, {
      uai,
      membershipId: 'm1',
      endedOn: '2022-09-05',
      isTransfer: true,
    }),
  );
  await bed.settleAccounts();
  await bed.fresh.unitOfWork.run((tx) =>
    bed.memberships.finance(tx, { uai, membershipId: 'm2', startsOn: '2022-09-05', endsOn: null }),
  );
  await bed.settleAccounts();
  expect([
    await bed.states(),
    await bed.rows('select membership_id, held::int from seat_pool order by membership_id'),
    await bed.rows('select distinct membership_id from account'),
  ]).toEqual([
    { PROVISIONING: 2 },
    [
      { membership_id: 'm1', held: 0 },
      { membership_id: 'm2', held: 2 },
    ],
    [{ membership_id: 'm2' }],
  ]);
});

describe('MKT-4: what is told when the service’s own day is ahead', () => {
  const financed = { ordered: 1, uais: [uai] };

  test('PRV-2: an order that took effect meanwhile gives its seats at once', async () => {
    await bed.aMembership('m1', financed);
    await bed.import(pupils(2), { on: '2022-09-05' });
    await bed.settleAccounts();
    await bed.begin('2022-09-07');
    await bed.settleAccounts();
    // Signed on the 5th for the 6th, and consumed on the 7th.
    await bed.order('m1', 1, '2022-09-06');
    await bed.settleAccounts();
    expect(await bed.states()).toEqual({ PROVISIONING: 2 });
  });

  test('PRV-7: a decrease that took effect meanwhile takes its seats at once', async () => {
    await bed.aMembership('m1', { ...financed, ordered: 2 });
    await bed.import(pupils(2), { on: '2022-09-05' });
    await bed.begin('2022-09-07');
    await bed.settleAccounts();
    await bed.order('m1', -1, '2022-09-06');
    await bed.settleAccounts();
    expect(await bed.states()).toEqual({ PROVISIONING: 1, WAITING_SEAT: 1 });
  });

  test('a school financed, and no longer, from a day that has passed', async () => {
    await bed.aMembership('m1', { ...financed, uais: [] });
    await bed.import(pupils(1), { on: '2022-09-05' });
    await bed.begin('2022-09-07');
    await bed.settleAccounts();
    await bed.fresh.unitOfWork.run((tx) =>
      bed.memberships.finance(tx, {
        uai,
        membershipId: 'm1',
        startsOn: '2022-09-06',
        endsOn: null,
      }),
    );
    await bed.settleAccounts();
    expect(await bed.states()).toEqual({ PROVISIONING: 1 });
    await bed.begin('2022-09-09');
    await bed.settleAccounts();
    await bed.fresh.unitOfWork.run((tx) =>
      bed.memberships.endFinancing(tx, {
        uai,
        membershipId: 'm1',
        endedOn: '2022-09-08',
        isTransfer: false,
      }),
    );
    await bed.settleAccounts();
    expect(await bed.states()).toEqual({ CLOSING: 1 });
  });

  test('a membership that ended meanwhile', async () => {
    await bed.aMembership('m1', financed);
    await bed.import(pupils(1), { on: '2022-09-05' });
    await bed.begin('2022-09-07');
    await bed.settleAccounts();
    await bed.fresh.unitOfWork.run((tx) => bed.memberships.end(tx, 'm1', '2022-09-06'));
    await bed.settleAccounts();
    expect([
      await bed.states(),
      await bed.rows('select held::int, ordered::int from seat_pool'),
    ]).toEqual([{ CLOSING: 1 }, [{ held: 0, ordered: 0 }]]);
  });

  test('a person enrolled, or gone, since a day that has passed', async () => {
    await bed.aMembership('m1', financed);
    await bed.begin('2022-09-07');
    await bed.settleAccounts();
    await bed.import([aPupil(1, { uai, startsOn: '2022-09-06' })], { on: '2022-09-05' });
    await bed.settleAccounts();
    expect(await bed.states()).toEqual({ PROVISIONING: 1 });
    await bed.import(
      [aPupil(1, { uai, startsOn: '2022-09-06', endsOn: '2022-09-07', revision: 2 })],
      { on: '2022-09-06' },
    );
    await bed.settleAccounts();
    expect(await bed.states()).toEqual({ CLOSING: 1 });
  });
});

test('PRV-2: the database refuses figures of a pool that follow nothing, to the service and to the owner', async () => {
  await bed.aMembership('m1', { ordered: 2, uais: [uai] });
  await bed.order('m1', 2, '2022-10-01');
  await bed.import(pupils(2), { on: '2022-09-05' });
  await bed.settleAccounts();
  for (const [constraint, statement] of [
    ['seats_ordered_follow_orders', 'update seat_pool set ordered = 9999'],
    ['seats_ordered_follow_orders', "update seat_pool set stands_on = '2022-10-01', ordered = 4"],
    ['seats_held_follow_accounts', 'update seat_pool set held = 0'],
    ['seat_pool_begins_empty', "insert into seat_pool values ('m2', 'ELEVE', 9, 0, null)"],
    ['seat_pool_keeps_its_key', "update seat_pool set item_code = 'AUTRE'"],
  ] as const) {
    await expect(bed.rows(statement)).rejects.toThrow();
    await expect(bed.fresh.asOwner(statement)).rejects.toMatchObject({ constraint });
  }
});

test('PRV-2: through a trigger of its own the service writes no seats held', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(1), { on: '2022-09-05' });
  await bed.settleAccounts();
  await bed.fresh.allowTemporary();
  const door = 'create temp table door as select * from account;';
  for (const attack of [
    `${door} create function pg_temp.through() returns trigger language plpgsql as
         $$ begin update seat_pool set held = 0; return null; end $$;
       create trigger through after insert on door for each row execute function pg_temp.through();
       insert into door table account`,
    `${door} create trigger through after insert on door referencing new table as after_rows
         for each statement execute function keep_seats_held_inserted();
       insert into door table account`,
  ]) {
    await expect(bed.fresh.database.query(attack)).rejects.toThrow('permission denied');
  }
  expect(await bed.rows('select held::int from seat_pool')).toEqual([{ held: 1 }]);
});

test('PRV-2: pools and order lines are never removed, and order lines never rewritten', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.settleAccounts();
  for (const statement of [
    'delete from seat_pool',
    'delete from order_line',
    'update order_line set delta = 9999',
  ]) {
    await expect(bed.fresh.asOwner(statement)).rejects.toThrow(/never changed or removed/);
  }
});
