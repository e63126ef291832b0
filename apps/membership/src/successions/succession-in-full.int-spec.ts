import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { CommitmentMovedSchema, MembershipActivatedSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  type MembershipWorld,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf, refusalOf } from '../../../../test/support/builders/refusal.js';
import {
  breuilBarret,
  SuccessionWorld,
  tardiere,
  terval,
} from '../../../../test/support/builders/succession-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let successions: SuccessionWorld;
let old: string;

beforeEach(async () => {
  successions = await SuccessionWorld.begin();
  ({ world } = successions);
  old = await world.activeMember(tardiere, 100);
  await world.finance(old, tardiere.uai, '85289', { from: '2022-09-01' });
  await world.order(old, tardiere.siren, 20, '2022-09-01');
  await world.order(old, tardiere.siren, -5, '2023-09-01');
  await world.order(old, tardiere.siren, 7, '2024-09-01');
}, 60_000);
afterEach(() => world.fresh.drop());

const holds = async () =>
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });

test('ADH-5: planned, it changes nothing before its day; on its day the commune nouvelle takes over', async () => {
  const before = await world.versions(old);
  const [id] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
  await successions.day('2022-12-31');
  expect(await successions.find(id)).toMatchObject({
    status: 'PLANNED',
    schools: [tardiere.uai],
  });
  expect(await world.versions(old)).toEqual(before);
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
  expect(await successions.ledgerOf(old)).toMatchObject({
    status: 'ENDED',
    endsOn: '2023-01-01',
    O: ['2022-07-19 100', '2022-09-01 120', '2022-12-31 123'],
  });
  expect(await successions.ledgerOf(heir)).toMatchObject({
    status: 'ACTIVE',
    startsOn: '2023-01-01',
    endsOn: '2026-07-19',
    C: ['2023-01-01 100'],
    O: ['2023-01-01 123', '2023-09-01 118', '2024-09-01 125'],
  });
  expect(await successions.linksOf(old)).toEqual(['0850001P 2022-09-01 2023-01-01']);
  expect(await successions.linksOf(heir)).toEqual(['0850001P 2023-01-01 2026-07-19']);
  expect(await world.events(heir)).toEqual([
    'MembershipActivated',
    'OrderSigned',
    'SchoolFinanced',
  ]);
  expect((await world.events(old)).slice(-2)).toEqual(['SchoolFinancingEnded', 'MembershipEnded']);
  for (const side of [old, heir]) {
    const [version, events] = await world.versions(side);
    expect(version).toBe(events);
  }
  // No new adhesion: nobody waits for its signature.
  const unsigned = await world.applications.unsignedMembers(marketCode, localDate('2023-01-01'));
  expect(unsigned.map(({ membershipId }) => membershipId)).not.toContain(heir);
  const orders = await world.recordedOrders.list(heir, 0, 10);
  expect(orders.map(({ order }) => [order.kind, order.lines.length, order.restsOn])).toEqual([
    ['SUCCESSION', 3, [expect.objectContaining({ title: 'Arrêté préfectoral' })]],
  ]);
  await holds();
  // The floor stands with the successor, and the former member orders no more.
  expect(await codeOf(world.order(heir, terval.siren, -19, '2023-09-01'))).toBe('BELOW_COMMITMENT');
  expect(await codeOf(world.order(old, tardiere.siren, 1, '2023-02-01'))).toBe('MEMBERSHIP_ENDED');
  await world.order(heir, terval.siren, -18, '2023-09-01');
});

test('MKT-4, ADH-5: years crossed in one step, each thing is of its day', async () => {
  const [id] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
  await successions.day('2026-09-01');
  const done = await successions.find(id);
  expect(done).toMatchObject({ status: 'CARRIED_OUT', decidedOn: '2023-01-01' });
  const heir = done.successorMembershipId;
  expect(await successions.ledgerOf(heir)).toMatchObject({ status: 'ENDED', endsOn: '2026-07-19' });
  const { rows } = await world.database.query(
    `select key, business_date as day from platform.outbox where type like '%.MembershipEnded' order by business_date`,
  );
  expect(rows).toEqual([
    { key: old, day: '2023-01-01' },
    { key: heir, day: '2026-07-19' },
  ]);
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
    membershipVersion: 1,
    organisation: { name: 'Terval', insee: '85289' },
    market: { code: marketCode },
    period: { startsOn: '2023-01-01', endsOn: '2026-07-19' },
    commitment: [{ itemCode, quantity: 100 }],
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
  expect(await successions.ledgerOf(last)).toMatchObject({
    C: ['2024-01-01 100'],
    O: ['2024-01-01 115', '2024-09-01 122'],
  });
  expect(await successions.linksOf(last)).toEqual([
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

test('ADH-5, BIL-7: several communes merge into one, all or nothing, into a member there is already', async () => {
  const other = await world.activeMember(breuilBarret, 40);
  await world.finance(other, breuilBarret.uai, '85037', { from: '2022-09-01' });
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
  expect(await successions.ledgerOf(heir)).toMatchObject({
    C: expect.arrayContaining(['2023-01-01 140']),
    O: ['2023-01-01 162', '2023-09-01 157', '2024-09-01 164'],
  });
  // BIL-7: what is told of C cites the annex 2 of each, the second joining the first.
  const { rows } = await world.database.query<{ value: Buffer }>(
    `select value from platform.outbox where key = $1 and type like '%.CommitmentMoved'`,
    [heir],
  );
  const { parts } = fromBinary(CommitmentMovedSchema, rows[0]!.value);
  const told = parts.map(({ membershipId, signedBy, annexe2, commitment }) => [
    ...[membershipId, signedBy, annexe2?.sha256.length],
    ...commitment.map(({ from, quantity }) => `${from} ${quantity}`),
  ]);
  expect(told).toHaveLength(2);
  expect(told).toContainEqual([old, tardiere.name, 64, '2023-01-01 100']);
  expect(told).toContainEqual([other, breuilBarret.name, 64, '2023-01-01 40']);
  // A school of the delegated commune keeps its code: the succession is the exception.
  expect(await successions.linksOf(heir)).toEqual([
    '0850001P 2023-01-01 2026-07-19',
    '0850002R 2023-01-01 2026-07-19 Succession (ADH-5) : Arrêté préfectoral du 2022-11-15',
  ]);
  const [version, events] = await world.versions(heir);
  expect(version).toBe(events);
  await holds();
});

test('ADH-5: one of a group cannot, so none is carried out: BLOCKED with the reason, and the day begins', async () => {
  const other = await world.activeMember(breuilBarret, 40);
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
      documentId: await world.deposit('LETTER', breuilBarret.siren),
    },
    caller: coordinator,
  });
  const before = await world.versions(old);
  await successions.day('2024-07-19');
  for (const id of ids) {
    expect(await successions.find(id)).toMatchObject({
      status: 'BLOCKED',
      reasonCode: 'PREDECESSOR_LEAVES',
      decidedOn: '2024-07-19',
    });
  }
  expect(await world.versions(old)).toEqual(before);
  expect(await successions.ledgerOf(old)).toMatchObject({ status: 'ACTIVE' });
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
  expect(await successions.linksOf(old)).toEqual(['0850001P 2022-09-01 2022-09-01']);
  expect(await successions.linksOf(done.successorMembershipId)).toEqual([
    '0850001P 2022-09-01 2026-07-19',
  ]);
  expect((await successions.ledgerOf(done.successorMembershipId)).O).toEqual([
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
  expect(await successions.ledgerOf(old)).toMatchObject({ status: 'ACTIVE' });
  const [again] = await successions.execute([successions.planOf(old, terval, '2023-01-01')]);
  expect(await codeOf(cancel(again!))).toBe('SUCCESSION_DECIDED');
});

test('ADH-2, ADH-5: no succession without the arrêté deposited in the file of the former member or of the market', async () => {
  const plan = (documentId: string) =>
    successions.planOf(old, terval, '2023-01-01', { documentId });
  const preview = (documentId: string) =>
    successions.preview.execute({ marketCode, plan: plan(documentId), caller: coordinator });
  expect(await refusalOf(successions.execute([plan('')]))).toMatchObject({
    code: 'PAPER_NOT_DEPOSITED',
    message: expect.stringContaining('Déposez d’abord l’arrêté ou la délibération'),
  });
  expect((await preview('')).refusal).toMatchObject({ code: 'PAPER_NOT_DEPOSITED' });
  const none = [
    'none',
    await world.deposit('LETTER', tardiere.siren),
    await world.deposit('DECISION', ancenis.siren),
  ];
  const byHand = (documentId: string | null) =>
    world.database.query(
      `insert into succession (id, group_id, market_code, kind, effective_on, predecessor_membership_id,
          successor_organisation_id, document_id, planned_by, planned_on)
       select 'by-hand', 'g', $1, 'FULL', '2023-01-01', id, organisation_id, $2, 'x', '2022-07-19' from membership where id = $3`,
      [marketCode, documentId, old],
    );
  for (const documentId of none) {
    expect(await codeOf(successions.execute([plan(documentId)]))).toBe('DOCUMENT_UNKNOWN');
    await expect(byHand(documentId)).rejects.toThrow('rests on no paper of its file');
  }
  await expect(byHand(null)).rejects.toThrow('rests on no paper of its file');
  const [id] = await successions.execute([plan(await world.deposit('DECISION', tardiere.siren))]);
  expect(await successions.find(id)).toMatchObject({ status: 'PLANNED' });
  // Nor does the plan change to another paper, day or person, whoever writes.
  const other = await world.deposit('DECISION', tardiere.siren);
  for (const set of [
    `document_id = '${other}'`,
    'effective_on = effective_on + 1',
    `planned_by = 'y'`,
  ]) {
    const changed = world.fresh.asOwner(`update succession set status = 'CANCELLED', ${set}`);
    await expect(changed).rejects.toThrow('is decided once and does not change');
  }
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
    await expect(world.fresh.asOwner(sql)).rejects.toThrow();
  }
  const { successorMembershipId: heir } = await successions.find(id);
  // By hand: a plan in part that says it is carried out with what moved nothing on one side.
  const forged = `insert into succession (id, group_id, market_code, kind, effective_on, predecessor_membership_id,
      successor_organisation_id, document_id, planned_by, planned_on, status, decided_on, successor_membership_id, successor_order_ids)
    select 'forged', 'g', $1, 'PARTIAL', '2023-02-01', $2, organisation_id, 'arrete', 'x', '2023-01-01', 'CARRIED_OUT', '2023-01-01', $3,
           array(select id from purchase_order where membership_id = $3) from membership where id = $3`;
  const other = await world.activeMember(ancenis, 412);
  await expect(world.database.query(forged, [marketCode, other, heir])).rejects.toThrow(
    /SUCCESSION_NOT_CONSERVED/,
  );
});
