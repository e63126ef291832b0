import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { CommitmentMovedSchema } from '#libs/contracts';
import {
  ancenis,
  itemCode,
  marketCode,
  type MembershipWorld,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import { SuccessionInPart } from '../../../../test/support/builders/succession-in-part.js';
import { SuccessionWorld, terval } from '../../../../test/support/builders/succession-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let successions: SuccessionWorld;
let inPart: SuccessionInPart;
let old: string;
let heir: string;

beforeEach(async () => {
  successions = await SuccessionWorld.begin();
  ({ world } = successions);
  inPart = await SuccessionInPart.begin(successions);
  ({ old, heir } = inPart);
}, 60_000);
afterEach(() => world.fresh.drop());

const holds = async () =>
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });

test('ADH-5: the lines named move, with the seats of their schools within the bounds; planned changes stay', async () => {
  inPart.hold(105);
  const [id] = await successions.execute([inPart.plan()]);
  await successions.day('2023-01-01');
  const done = await successions.find(id);
  expect(done).toMatchObject({
    status: 'CARRIED_OUT',
    schools: ['0440001M'],
    moved: [{ itemCode, commitment: 100, ordered: 105 }],
    successorMembershipId: heir,
    successorCreated: false,
  });
  expect(await successions.ledgerOf(old)).toMatchObject({
    status: 'ACTIVE',
    C: ['2022-07-19 412', '2023-01-01 312'],
    O: ['2022-07-19 412', '2022-09-01 432', '2023-01-01 327', '2023-09-01 319'],
  });
  expect(await successions.ledgerOf(heir)).toMatchObject({
    C: ['2022-07-19 50', '2023-01-01 150'],
    O: ['2022-07-19 50', '2023-01-01 155'],
  });
  expect(await successions.linksOf(old)).toContain('0440001M 2022-09-01 2023-01-01');
  expect((await world.events(old)).slice(-3)).toEqual([
    'SchoolFinancingEnded',
    'CommitmentMoved',
    'OrderSigned',
  ]);
  for (const side of [old, heir]) {
    const [version, events] = await world.versions(side);
    expect(version).toBe(events);
  }
  const { rows } = await world.database.query<{ value: Buffer }>(
    `select value from platform.outbox where key = $1 and type like '%CommitmentMoved'`,
    [heir],
  );
  expect(fromBinary(CommitmentMovedSchema, rows[0]!.value)).toMatchObject({
    effectiveOn: '2023-01-01',
    commitment: [
      { itemCode, from: '2022-07-19', quantity: 50 },
      { itemCode, from: '2023-01-01', quantity: 150 },
    ],
    restsOn: { title: 'Arrêté préfectoral' },
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
    inPart.hold(seats);
    await successions.day('2023-01-01');
    const [id] = await successions.execute([inPart.plan()]);
    expect((await successions.find(id)).moved).toEqual([
      { itemCode, commitment: 100, ordered: passed },
    ]);
    await holds();
  },
);

test('ADH-5: a quantity stated lies within the bounds, and is brought within those of the day', async () => {
  const state = (quantity: number) => inPart.plan({ quantities: [{ itemCode, quantity }] });
  expect(await codeOf(successions.execute([state(99)]))).toBe('QUANTITY_OUT_OF_BOUNDS');
  expect(await codeOf(successions.execute([state(113)]))).toBe('QUANTITY_OUT_OF_BOUNDS');
  const [id] = await successions.execute([state(112)]);
  // An order signed meanwhile takes margin away.
  await world.order(old, ancenis.siren, -9, '2023-06-01');
  await successions.day('2023-01-01');
  expect((await successions.find(id)).moved).toEqual([{ itemCode, commitment: 100, ordered: 103 }]);
  await holds();
});

test('ADH-5, ADH-2: a part leaves a commitment; the rest passes in full, on the same day too', async () => {
  const all = inPart.plan({ annexe2Lines: [2, 3, 4] });
  expect(await codeOf(successions.execute([all]))).toBe('COMMITMENT_MOVES_WHOLE');
  inPart.hold(105);
  const [first] = await successions.execute([inPart.plan()]);
  const [inFull] = await successions.execute([
    successions.planOf(old, terval, '2023-01-01', { kind: 'FULL' }),
  ]);
  await successions.day('2023-01-01');
  expect((await successions.find(first)).moved).toEqual([
    { itemCode, commitment: 100, ordered: 105 },
  ]);
  const rest = await successions.find(inFull);
  expect(rest.moved).toEqual([{ itemCode, commitment: 312, ordered: 327 }]);
  expect(await successions.ledgerOf(rest.successorMembershipId)).toMatchObject({
    C: ['2023-01-01 312'],
    O: ['2023-01-01 327', '2023-09-01 319'],
  });
  expect(await successions.ledgerOf(old)).toMatchObject({ status: 'ENDED', endsOn: '2023-01-01' });
  await holds();
});

test('ADH-5, PRV-7: provisioning silent: nothing is planned where its answer counts, and the key may come again', async () => {
  successions.seats.isSilent = true;
  const key = randomUUID();
  expect(await codeOf(successions.execute([inPart.plan()], { key }))).toBe('SERVICE_UNAVAILABLE');
  expect(await world.count('from succession')).toBe(0);
  await successions.execute([inPart.plan({ quantities: [{ itemCode, quantity: 101 }] })]);
  successions.seats.isSilent = false;
  expect(await codeOf(successions.execute([inPart.plan()], { key }))).toBe('ANNEXE_LINES_MOVED');
});

test('ADH-5: lines that annex 2 has not, schools not financed, a member that is not one', async () => {
  inPart.hold(100);
  expect(await codeOf(successions.execute([inPart.plan({ annexe2Lines: [9] })]))).toBe(
    'ANNEXE_LINES_UNKNOWN',
  );
  expect(await codeOf(successions.execute([inPart.plan({ schools: ['0440009W'] })]))).toBe(
    'SCHOOLS_NOT_FINANCED',
  );
  expect(await codeOf(successions.execute([inPart.plan({ annexe2Lines: [] })]))).toBe(
    'SUCCESSION_INVALID',
  );
  expect(
    await codeOf(successions.execute([successions.planOf(randomUUID(), vertou, '2023-01-01')])),
  ).toBe('PREDECESSOR_UNKNOWN');
  expect(await codeOf(successions.execute([successions.planOf(old, ancenis, '2023-01-01')]))).toBe(
    'SUCCESSOR_IS_PREDECESSOR',
  );
  const outside = { name: 'L’Abergement-Clémenciat', siren: '210100012', insee: '01001' };
  expect(await codeOf(successions.execute([successions.planOf(old, outside, '2023-01-01')]))).toBe(
    'NOT_ELIGIBLE',
  );
  expect(await world.count('from succession')).toBe(0);
});
