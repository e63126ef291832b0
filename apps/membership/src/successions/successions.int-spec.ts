import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { CommitmentMovedSchema, MembershipActivatedSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import { PgApplicationReader } from '../memberships/applications.pg-reader.js';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { SuccessionWorld, type Town } from '../../../../test/support/builders/succession-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

/** Real mergers: Terval on 2023-01-01 out of La Tardière, Breuil-Barret and La Chapelle-aux-Lys; figures invented. */
const terval: Town = { name: 'Terval', siren: '200099489', insee: '85289' };
const tardiere = { name: 'La Tardière', siren: '218502896', insee: '85289', uai: '0850001P' };
const breuilBarret = { name: 'Breuil-Barret', siren: '218500379', insee: '85037', uai: '0850002R' };

let world: MembershipWorld;
let successions: SuccessionWorld;
let old: string;

beforeEach(async () => {
  world = await MembershipWorld.create();
  successions = new SuccessionWorld(world);
  await world.day('2022-01-14');
  await world.publishMarket();
  await successions.day('2022-07-19');
}, 60_000);
afterEach(() => world.fresh.drop());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
async function member(town: { name: string; siren: string; insee: string }, csv: string) {
  const { membershipId } = await world.applyAs(town);
  await world.enterAndAccept(membershipId, `UAI;Nombre\n${csv}\n`);
  return membershipId;
}
const finance = (membershipId: string, uai: string, insee: string, from = '2022-09-01') =>
  world.financeSchool.execute({
    idempotencyKey: '',
    membershipId,
    uai: uai as never,
    from: localDate(from),
    insee: insee as never,
    territoryException: '',
    caller: coordinator,
  });
const links = async (membershipId: string) => {
  const { rows } = await world.database.query<{ line: string }>(
    `select uai || ' ' || starts_on || ' ' || ends_on || ' ' || coalesce(territory_exception, '') as line
       from school_link where membership_id = $1 order by uai, starts_on`,
    [membershipId],
  );
  return rows.map(({ line }) => line.trim());
};
const ledger = async (membershipId: string) => {
  const found = await world.reader.ledgerOf(membershipId);
  const [item] = found?.items ?? [];
  const steps = (all: readonly { from: string; quantity: number }[] = []) =>
    all.map(({ from, quantity }) => `${from} ${quantity}`);
  return { ...found, C: steps(item?.commitment), O: steps(item?.timeline) };
};
const holds = async () =>
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
/** Versions of a membership's events have no gap (BIL-5). */
async function versionsOf(membershipId: string) {
  const { rows } = await world.database.query<{ version: bigint }>(
    'select version from membership where id = $1',
    [membershipId],
  );
  return { version: Number(rows[0]?.version), events: (await world.events(membershipId)).length };
}

describe('in full', () => {
  beforeEach(async () => {
    old = await member(tardiere, `${tardiere.uai};100`);
    await finance(old, tardiere.uai, '85289');
    await world.order(old, tardiere.siren, 20, '2022-09-01');
    await world.order(old, tardiere.siren, -5, '2023-09-01');
    await world.order(old, tardiere.siren, 7, '2024-09-01');
  });

  test('ADH-5: planned, it changes nothing before its day; on its day the commune nouvelle takes over', async () => {
    const before = await versionsOf(old);
    const [id] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
    await successions.day('2022-12-31');
    expect(await successions.find(id)).toMatchObject({
      status: 'PLANNED',
      schools: [tardiere.uai],
    });
    expect(await versionsOf(old)).toEqual(before);
    await world.order(old, tardiere.siren, 3, '2022-12-31');
    await successions.day('2023-01-01');

    const done = await successions.find(id);
    expect(done).toMatchObject({
      status: 'CARRIED_OUT',
      decidedOn: '2023-01-01',
      successorCreated: true,
      predecessorOrderId: '',
      moved: [{ itemCode, commitment: 100, ordered: 123 }],
    });
    const heir = done.successorMembershipId;
    expect(await ledger(old)).toMatchObject({
      status: 'ENDED',
      endsOn: '2023-01-01',
      O: ['2022-07-19 100', '2022-09-01 120', '2022-12-31 123'],
    });
    expect(await ledger(heir)).toMatchObject({
      status: 'ACTIVE',
      startsOn: '2023-01-01',
      endsOn: '2026-07-19',
      C: ['2023-01-01 100'],
      O: ['2023-01-01 123', '2023-09-01 118', '2024-09-01 125'],
    });
    expect(await links(old)).toEqual(['0850001P 2022-09-01 2023-01-01']);
    expect(await links(heir)).toEqual(['0850001P 2023-01-01 2026-07-19']);
    expect(await world.events(heir)).toEqual([
      'MembershipActivated',
      'OrderSigned',
      'SchoolFinanced',
    ]);
    expect((await world.events(old)).slice(-2)).toEqual([
      'SchoolFinancingEnded',
      'MembershipEnded',
    ]);
    for (const side of [old, heir]) {
      const { version, events } = await versionsOf(side);
      expect(version).toBe(events);
    }
    // No new adhesion: nobody waits for its signature.
    const unsigned = await new PgApplicationReader(world.database).unsignedMembers(
      marketCode,
      localDate('2023-01-01'),
    );
    expect(unsigned.map(({ membershipId }) => membershipId)).not.toContain(heir);
    const orders = await world.reader.ordersOf(heir, 0, 10);
    expect(orders.map(({ order }) => [order.kind, order.lines.length, order.restsOn])).toEqual([
      ['SUCCESSION', 3, [expect.objectContaining({ title: 'Arrêté de création' })]],
    ]);
    await holds();
    // The floor stands with the successor, and the former member orders no more.
    expect(await codeOf(world.order(heir, terval.siren, -19, '2023-09-01'))).toBe(
      'BELOW_COMMITMENT',
    );
    expect(await codeOf(world.order(old, tardiere.siren, 1, '2023-02-01'))).toBe(
      'MEMBERSHIP_ENDED',
    );
    await world.order(heir, terval.siren, -18, '2023-09-01');
  });

  test('ADH-5: the event of activation is complete in itself and names the annex 2 that C comes from', async () => {
    await successions.day('2023-01-01');
    const [id] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
    const { successorMembershipId: heir } = await successions.find(id);
    const { rows } = await world.database.query<{ value: Buffer }>(
      'select value from platform.outbox where key = $1 order by id limit 1',
      [heir],
    );
    expect(fromBinary(MembershipActivatedSchema, rows[0]!.value)).toMatchObject({
      membershipVersion: 1n,
      organisation: { name: 'Terval', insee: '85289' },
      market: { code: marketCode },
      period: { startsOn: '2023-01-01', endsOn: '2026-07-19' },
      commitment: [{ itemCode, quantity: 100n }],
      annexe2: { kind: 'ANNEXE2' },
    });
  });

  test('ADH-5: a successor has a successor in its turn, with the annex 2 that C came from', async () => {
    await successions.day('2023-01-01');
    const [first] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
    const { successorMembershipId: between } = await successions.find(first);
    const [second] = await successions.execute([
      successions.planOf(between, vertou, '2024-01-01', { kind: 'FULL' }),
    ]);
    await successions.day('2024-01-01');
    const done = await successions.find(second);
    expect(done).toMatchObject({
      status: 'CARRIED_OUT',
      moved: [{ itemCode, commitment: 100, ordered: 115 }],
    });
    const last = done.successorMembershipId;
    expect(await ledger(last)).toMatchObject({
      C: ['2024-01-01 100'],
      O: ['2024-01-01 115', '2024-09-01 122'],
    });
    expect(await links(last)).toEqual([
      expect.stringContaining('0850001P 2024-01-01 2026-07-19 Succession'),
    ]);
    const { rows } = await world.database.query<{ value: Buffer }>(
      'select value from platform.outbox where key = $1 order by id limit 1',
      [last],
    );
    expect(fromBinary(MembershipActivatedSchema, rows[0]!.value).annexe2?.sha256).toMatch(
      /^[0-9a-f]{64}$/,
    );
    await holds();
  });

  test('ADH-5: several communes merge into one, all or nothing, into a member there is already', async () => {
    const other = await member(breuilBarret, `${breuilBarret.uai};40`);
    await finance(other, breuilBarret.uai, '85037');
    await world.order(other, breuilBarret.siren, 2, '2022-10-01');
    const ids = await successions.execute([
      successions.planOf(old, terval, '2023-01-01'),
      successions.planOf(other, terval, '2023-01-01'),
    ]);
    await successions.day('2023-01-01');
    const done = await Promise.all(ids.map((id) => successions.find(id)));
    expect(done.map(({ status }) => status)).toEqual(['CARRIED_OUT', 'CARRIED_OUT']);
    expect(new Set(done.map(({ successorMembershipId }) => successorMembershipId)).size).toBe(1);
    expect(done.map(({ successorCreated }) => successorCreated).sort()).toEqual([false, true]);
    const heir = done[0]!.successorMembershipId;
    expect(await ledger(heir)).toMatchObject({
      C: expect.arrayContaining(['2023-01-01 140']),
      O: ['2023-01-01 162', '2023-09-01 157', '2024-09-01 164'],
    });
    // A school of the delegated commune keeps its code: the succession is the exception.
    expect(await links(heir)).toEqual([
      '0850001P 2023-01-01 2026-07-19',
      '0850002R 2023-01-01 2026-07-19 Succession (ADH-5) : Arrêté de création du 2022-11-15',
    ]);
    const { version, events } = await versionsOf(heir);
    expect(version).toBe(events);
    await holds();
  });

  test('ADH-5: one of a group cannot, so none is carried out: BLOCKED with the reason, and the day begins', async () => {
    const other = await member(breuilBarret, `${breuilBarret.uai};40`);
    const ids = await successions.execute([
      successions.planOf(old, terval, '2024-07-19'),
      successions.planOf(other, terval, '2024-07-19'),
    ]);
    await successions.day('2024-06-03');
    await world.recordWithdrawal.execute({
      idempotencyKey: randomUUID(),
      membershipId: other,
      letter: {
        number: '1A 9',
        sentOn: localDate('2024-06-01'),
        receivedOn: localDate('2024-06-03'),
        document: { kind: 'LETTER', title: 'Retrait', sha256: '', datedOn: '2024-06-01' },
      },
      caller: coordinator,
    });
    const before = await versionsOf(old);
    await successions.day('2024-07-19');
    for (const id of ids) {
      expect(await successions.find(id)).toMatchObject({
        status: 'BLOCKED',
        reasonCode: 'PREDECESSOR_LEAVES',
        decidedOn: '2024-07-19',
      });
    }
    expect(await versionsOf(old)).toEqual(before);
    expect(await ledger(old)).toMatchObject({ status: 'ACTIVE' });
    await holds();
  });

  test('ADH-5: a day in the past is carried out at once; both sides of the membership’s bounds', async () => {
    await successions.day('2023-03-15');
    for (const [on, code] of [
      ['2022-07-19', 'SUCCESSION_OUTSIDE_MEMBERSHIP'],
      ['2026-07-19', 'SUCCESSION_OUTSIDE_MEMBERSHIP'],
    ] as const) {
      expect(await codeOf(successions.execute([successions.planOf(old, terval, on)]))).toBe(code);
    }
    const key = randomUUID();
    const plans = [successions.planOf(old, terval, '2022-07-20')];
    const [id] = await successions.execute(plans, { key });
    expect(await successions.execute(plans, { key })).toEqual([id]);
    const done = await successions.find(id);
    expect(done).toMatchObject({ status: 'CARRIED_OUT', decidedOn: '2023-03-15' });
    expect(await links(old)).toEqual(['0850001P 2022-09-01 2022-09-01']);
    expect(await links(done.successorMembershipId)).toEqual(['0850001P 2022-09-01 2026-07-19']);
    expect((await ledger(done.successorMembershipId)).O).toEqual([
      '2022-07-20 100',
      '2022-09-01 120',
      '2023-09-01 115',
      '2024-09-01 122',
    ]);
    await holds();
  });

  test('ADH-5: a plan is cancelled before its day, not after; one plan in full at a time', async () => {
    const [id] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
    expect(await codeOf(successions.execute([successions.planOf(old, vertou, '2023-02-01')]))).toBe(
      'SUCCESSION_ALREADY_PLANNED',
    );
    const cancel = (successionId: string, caller = coordinator) =>
      successions.cancel.execute({
        idempotencyKey: randomUUID(),
        successionId,
        reason: 'Arrêté rapporté',
        caller,
      });
    expect(await codeOf(cancel(id!, callerWith('coordinator', { markets: ['autre'] })))).toBe(
      'NOT_FOUND',
    );
    await cancel(id!);
    expect(await codeOf(cancel(id!))).toBe('SUCCESSION_DECIDED');
    await successions.day('2023-01-01');
    expect(await ledger(old)).toMatchObject({ status: 'ACTIVE' });
    const [again] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
    expect(await codeOf(cancel(again!))).toBe('SUCCESSION_DECIDED');
  });

  test('ADH-5: the database refuses what loses an account, and what is decided stays', async () => {
    await successions.day('2023-01-01');
    const [id] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
    for (const sql of [
      `update succession set status = 'PLANNED', decided_on = null, successor_membership_id = null`,
      `update succession set effective_on = '2023-01-02'`,
      'delete from succession',
      `update membership set end_cause = 'SUCCESSION', ends_on = '2022-12-01' where id = '${old}'`,
    ]) {
      await expect(world.database.query(sql)).rejects.toThrow();
    }
    const { successorMembershipId: heir } = await successions.find(id);
    // By hand: a plan in part that says it is carried out with what moved nothing on one side.
    const forged = `insert into succession (id, group_id, market_code, kind, effective_on, predecessor_membership_id,
        successor_organisation_id, document, planned_by, planned_on, status, decided_on, successor_membership_id, successor_order_ids)
      select 'forged', 'g', $1, 'PARTIAL', '2023-02-01', $2, organisation_id, '{}', 'x', '2023-01-01', 'CARRIED_OUT', '2023-01-01', $3,
             array(select id from purchase_order where membership_id = $3) from membership where id = $3`;
    const other = await member(ancenis, `${ancenis.uai};412`);
    await expect(world.database.query(forged, [marketCode, other, heir])).rejects.toThrow(
      /SUCCESSION_NOT_CONSERVED/,
    );
  });
});

describe('in part', () => {
  let heir: string;
  beforeEach(async () => {
    old = await member(ancenis, `${ancenis.uai};300\n0440001M;100\n0440002N;12`);
    heir = await member(vertou, `${vertou.uai};50`);
    await finance(old, ancenis.uai, '44003');
    await finance(old, '0440001M', '44003');
    await world.order(old, ancenis.siren, 20, '2022-09-01');
    await world.order(old, ancenis.siren, -8, '2023-09-01');
  });
  const part = (over = {}) =>
    successions.planOf(old, vertou, '2023-01-01', {
      kind: 'PARTIAL',
      annexe2Lines: [3],
      ...over,
    });
  const seatsOf = (held: number) =>
    successions.seats.held.set(old, [
      {
        itemCode,
        held: 400,
        schools: [
          { uai: '0440001M', held },
          { uai: ancenis.uai, held: 290 },
        ],
      },
    ]);

  test('ADH-5: the lines named move, with the seats of their schools within the bounds; planned changes stay', async () => {
    seatsOf(105);
    const [id] = await successions.execute([part()]);
    await successions.day('2023-01-01');
    const done = await successions.find(id);
    expect(done).toMatchObject({
      status: 'CARRIED_OUT',
      schools: ['0440001M'],
      moved: [{ itemCode, commitment: 100, ordered: 105 }],
      successorMembershipId: heir,
      successorCreated: false,
    });
    expect(await ledger(old)).toMatchObject({
      status: 'ACTIVE',
      C: ['2022-07-19 412', '2023-01-01 312'],
      O: ['2022-07-19 412', '2022-09-01 432', '2023-01-01 327', '2023-09-01 319'],
    });
    expect(await ledger(heir)).toMatchObject({
      C: ['2022-07-19 50', '2023-01-01 150'],
      O: ['2022-07-19 50', '2023-01-01 155'],
    });
    expect(await links(old)).toContain('0440001M 2022-09-01 2023-01-01');
    expect((await world.events(old)).slice(-3)).toEqual([
      'SchoolFinancingEnded',
      'CommitmentMoved',
      'OrderSigned',
    ]);
    for (const side of [old, heir]) {
      const { version, events } = await versionsOf(side);
      expect(version).toBe(events);
    }
    const { rows } = await world.database.query<{ value: Buffer }>(
      `select value from platform.outbox where key = $1 and type like '%CommitmentMoved'`,
      [heir],
    );
    expect(fromBinary(CommitmentMovedSchema, rows[0]!.value)).toMatchObject({
      effectiveOn: '2023-01-01',
      commitment: [
        { itemCode, from: '2022-07-19', quantity: 50n },
        { itemCode, from: '2023-01-01', quantity: 150n },
      ],
      restsOn: { title: 'Arrêté de création' },
    });
    await holds();
  });

  test.each([
    [90, 100],
    [112, 112],
    [113, 112],
  ])(
    'ADH-5: with %i seats in the moving schools, %i pass: margin 12 from September on',
    async (seats, passed) => {
      seatsOf(seats);
      await successions.day('2023-01-01');
      const [id] = await successions.execute([part()]);
      expect((await successions.find(id)).moved).toEqual([
        { itemCode, commitment: 100, ordered: passed },
      ]);
      await holds();
    },
  );

  test('ADH-5: a quantity stated lies within the bounds, and is brought within those of the day', async () => {
    const state = (quantity: number) => part({ quantities: [{ itemCode, quantity }] });
    expect(await codeOf(successions.execute([state(99)]))).toBe('QUANTITY_OUT_OF_BOUNDS');
    expect(await codeOf(successions.execute([state(113)]))).toBe('QUANTITY_OUT_OF_BOUNDS');
    const [id] = await successions.execute([state(112)]);
    // An order signed meanwhile takes margin away.
    await world.order(old, ancenis.siren, -9, '2023-06-01');
    await successions.day('2023-01-01');
    expect((await successions.find(id)).moved).toEqual([
      { itemCode, commitment: 100, ordered: 103 },
    ]);
    await holds();
  });

  test('ADH-5, ADH-2: a part leaves a commitment; the rest passes in full, on the same day too', async () => {
    const all = part({ annexe2Lines: [2, 3, 4] });
    expect(await codeOf(successions.execute([all]))).toBe('COMMITMENT_MOVES_WHOLE');
    seatsOf(105);
    const [inPart] = await successions.execute([part()]);
    const [inFull] = await successions.execute([
      successions.planOf(old, terval, '2023-01-01', { kind: 'FULL' }),
    ]);
    await successions.day('2023-01-01');
    expect((await successions.find(inPart)).moved).toEqual([
      { itemCode, commitment: 100, ordered: 105 },
    ]);
    const rest = await successions.find(inFull);
    expect(rest.moved).toEqual([{ itemCode, commitment: 312, ordered: 327 }]);
    expect(await ledger(rest.successorMembershipId)).toMatchObject({
      C: ['2023-01-01 312'],
      O: ['2023-01-01 327', '2023-09-01 319'],
    });
    expect(await ledger(old)).toMatchObject({ status: 'ENDED', endsOn: '2023-01-01' });
    await holds();
  });

  test('ADH-5, PRV-7: provisioning silent: nothing is planned where its answer counts, and the key may come again', async () => {
    successions.seats.isSilent = true;
    const key = randomUUID();
    expect(await codeOf(successions.execute([part()], { key }))).toBe('SERVICE_UNAVAILABLE');
    expect(await world.count('from succession')).toBe(0);
    await successions.execute([part({ quantities: [{ itemCode, quantity: 101 }] })]);
    successions.seats.isSilent = false;
    expect(await codeOf(successions.execute([part()], { key }))).toBe('ANNEXE_LINES_MOVED');
  });

  test('ADH-5: lines that annex 2 has not, schools not financed, a member that is not one', async () => {
    seatsOf(100);
    expect(await codeOf(successions.execute([part({ annexe2Lines: [9] })]))).toBe(
      'ANNEXE_LINES_UNKNOWN',
    );
    expect(await codeOf(successions.execute([part({ schools: ['0440009W'] })]))).toBe(
      'SCHOOLS_NOT_FINANCED',
    );
    expect(await codeOf(successions.execute([part({ annexe2Lines: [] })]))).toBe(
      'SUCCESSION_INVALID',
    );
    expect(
      await codeOf(successions.execute([successions.planOf(randomUUID(), vertou, '2023-01-01')])),
    ).toBe('PREDECESSOR_UNKNOWN');
    expect(
      await codeOf(successions.execute([successions.planOf(old, ancenis, '2023-01-01')])),
    ).toBe('SUCCESSOR_IS_PREDECESSOR');
    const outside = { name: 'L’Abergement-Clémenciat', siren: '210100012', insee: '01001' };
    expect(
      await codeOf(successions.execute([successions.planOf(old, outside, '2023-01-01')])),
    ).toBe('NOT_ELIGIBLE');
    expect(await world.count('from succession')).toBe(0);
  });

  test('ADH-5: a preview shows both sides and their seats, and writes nothing', async () => {
    seatsOf(105);
    successions.seats.held.set(heir, [{ itemCode, held: 48, schools: [] }]);
    const show = (plan: ReturnType<typeof part>) =>
      successions.preview.execute({ marketCode, plan, caller: coordinator });
    const shown = await show(part());
    expect(shown).toMatchObject({
      refusal: undefined,
      seatsKnown: true,
      createsMembership: false,
      schools: ['0440001M'],
      items: [
        {
          commitmentMoved: 100,
          orderedMoved: 105,
          least: 100,
          most: 112,
          predecessor: {
            commitmentBefore: 412,
            commitmentAfter: 312,
            orderedBefore: 432,
            orderedAfter: 327,
            seatsHeld: 400,
          },
          successor: {
            commitmentBefore: 50,
            commitmentAfter: 150,
            orderedBefore: 50,
            orderedAfter: 155,
            seatsHeld: 48,
          },
          seatsMoving: 105,
          seatsMissing: 0,
        },
      ],
    });
    expect((await show(part({ annexe2Lines: [9] }))).refusal?.code).toBe('ANNEXE_LINES_UNKNOWN');
    expect(await world.count('from succession')).toBe(0);
  });

  test('SUP-3: each side sees the succession, another member does not', async () => {
    seatsOf(100);
    const [id] = await successions.execute([part()]);
    const as = (siren: string) => callerWith('member-reader', { organisationId: `org-${siren}` });
    for (const { siren } of [ancenis, vertou]) {
      expect((await successions.view.find({ successionId: id!, caller: as(siren) })).kind).toBe(
        'PARTIAL',
      );
    }
    const stranger = as('200099489');
    expect(await codeOf(successions.view.find({ successionId: id!, caller: stranger }))).toBe(
      'NOT_FOUND',
    );
    const page = { marketCode, status: '', membershipId: '', after: undefined, limit: 10 };
    expect(await successions.view.list({ ...page, caller: stranger })).toEqual([]);
    expect(await successions.view.list({ ...page, caller: as(vertou.siren) })).toHaveLength(1);
    const third = await member(tardiere, `${tardiere.uai};100`);
    for (const [membershipId, count] of [
      [old, 1],
      [heir, 1],
      [third, 0],
    ] as const) {
      const own = await successions.view.list({ ...page, membershipId, caller: coordinator });
      expect(own).toHaveLength(count);
    }
  });
});

describe('a file of movements', () => {
  const header = 'Date;Type;Ancien membre;Successeur;Nom;Nature;INSEE;Document;Date du document';
  const row = (insee: string, over = 'Terval;commune nouvelle;85289') =>
    `01/01/2023;commune nouvelle;${insee};200099489;${over};Arrêté préfectoral;15/11/2022`;
  const load = (rows: readonly string[], dryRun: boolean, key: string = randomUUID()) =>
    successions.importMovements.execute({
      idempotencyKey: key,
      marketCode,
      fileName: 'mouvements.csv',
      content: Buffer.from([header, ...rows].join('\n')),
      dryRun,
      caller: coordinator,
    });
  beforeEach(async () => {
    old = await member(tardiere, `${tardiere.uai};100`);
    await member(breuilBarret, `${breuilBarret.uai};40`);
  });

  test('ADH-5: dry run first, then planned whole; the same key again gives the same plans', async () => {
    const rows = [row('85289'), row('85037')];
    expect(await load(rows, true)).toEqual({ faults: [], planned: [], movements: 2 });
    expect(await world.count('from succession')).toBe(0);
    const key = randomUUID();
    const { planned } = await load(rows, false, key);
    expect(planned).toHaveLength(2);
    expect((await load(rows, false, key)).planned).toEqual(planned);
    await successions.day('2023-01-01');
    for (const id of planned) {
      expect(await successions.find(id)).toMatchObject({ status: 'CARRIED_OUT' });
    }
    await holds();
  });

  test('ADH-5: every fault at once with its line, and nothing planned', async () => {
    const { faults, planned } = await load(
      [
        row('85289'),
        row('85053'),
        '32/01/2023;totale;1;2;;;;x;01/01/2022',
        row('85037', 'Terval;commune;99999'),
      ],
      false,
    );
    expect(faults.map(({ line, code }) => [line, code])).toEqual([
      [3, 'PREDECESSOR_UNKNOWN'],
      [4, 'DATE_INVALID'],
      [5, 'INSEE_CODE_INVALID'],
    ]);
    expect(planned).toEqual([]);
    expect(await world.count('from succession')).toBe(0);
    expect((await load([row('85289'), row('85289')], false)).faults).toMatchObject([
      { line: 3, code: 'SUCCESSION_ALREADY_PLANNED' },
    ]);
    expect(await world.count('from succession')).toBe(0);
  });
});
