import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { ExclusionPronouncedSchema, MembershipEndedSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  ordererOf,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import { Exclusions } from './exclusions.pg.js';
import { ViewExclusions } from './view-exclusions.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let mine: string;
let judgementId: string;
let letterId: string;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  mine = await world.activeMember(ancenis, 412);
  judgementId = await world.deposit('COURT_DECISION', ancenis.siren);
  letterId = await world.deposit('LETTER', ancenis.siren);
  await at('2023-11-20');
}, 30_000);
afterEach(() => world.fresh.drop());

const exclude = (effectiveOn: string, key: string = randomUUID(), caller: Caller = coordinator) =>
  world.recordExclusion.execute({
    idempotencyKey: key,
    membershipId: mine,
    decision: {
      reference: 'n° 2300001 (fictif)',
      court: 'Tribunal administratif de Nantes',
      decidedOn: localDate('2023-11-06'),
      effectiveOn: localDate(effectiveOn),
      sumsDueCents: 123_456n,
      documentId: judgementId,
    },
    caller,
  });
/** Stands at a day at once: what falls due on the way is not this test's. */
const at = (day: string) => world.database.query('select platform.begin_day($1)', [day]);
const letter = (sentOn: string) => ({
  number: `1A ${sentOn}`,
  sentOn: localDate(sentOn),
  receivedOn: localDate(sentOn),
  documentId: letterId,
});
const finance = () =>
  world.financeSchool.execute({
    idempotencyKey: '',
    membershipId: mine,
    uai: ancenis.uai as never,
    from: localDate('2022-07-19'),
    insee: ancenis.insee as never,
    territoryException: '',
    caller: coordinator,
  });
async function told() {
  const { rows } = await world.database.query<{ type: string; value: Buffer; day: string }>(
    'select type, value, business_date as day from platform.outbox where key = $1 order by id desc limit 2',
    [mine],
  );
  return rows.reverse();
}
async function membership() {
  const { rows } = await world.database.query<{ line: string }>(
    `select status || ' ' || ends_on || ' ' || coalesce(end_cause, '') as line from membership where id = $1`,
    [mine],
  );
  return rows[0]?.line;
}

test('EXC-1: a decision for a day to come ends the membership on that day', async () => {
  const key = randomUUID();
  await finance();
  const first = await exclude('2024-01-01', key);
  expect(await exclude('2024-01-01', key)).toEqual(first);
  expect(await codeOf(exclude('2024-01-01'))).toBe('EXCLUSION_ALREADY_RECORDED');
  expect(await membership()).toBe('ACTIVE 2024-01-01 EXCLUSION');
  expect(await world.count("from school_link where ends_on = '2024-01-01'")).toBe(1);
  const [, pronounced] = await told();
  expect(fromBinary(ExclusionPronouncedSchema, pronounced!.value)).toMatchObject({
    endsOn: '2024-01-01',
  });
  await world.day('2023-12-31');
  expect(await codeOf(world.order(mine, ancenis.siren, 1, '2024-01-01'))).toBe(
    'OUTSIDE_MEMBERSHIP',
  );
  await world.day('2024-01-02');
  const [, ended] = await told();
  expect(ended!.day).toBe('2024-01-01');
  expect(fromBinary(MembershipEndedSchema, ended!.value)).toMatchObject({
    endsOn: '2024-01-01',
    cause: 'EXCLUSION',
    endedBy: coordinator.userId,
  });
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
});

test('EXC-1: an effective date in the past is a correction: ended at once, told today with that day', async () => {
  await world.order(mine, ancenis.siren, 10, '2023-11-20');
  await finance();
  await exclude('2023-09-01');
  expect(await membership()).toBe('ENDED 2023-09-01 EXCLUSION');
  const [pronounced, ended] = await told();
  expect([pronounced!.type, ended!.type].map((type) => type.split('.').at(-1))).toEqual([
    'ExclusionPronounced',
    'MembershipEnded',
  ]);
  expect(ended!.day).toBe('2023-11-20');
  expect(fromBinary(MembershipEndedSchema, ended!.value)).toMatchObject({
    endsOn: '2023-09-01',
    endedBy: coordinator.userId,
  });
  // The order of November is void and kept.
  expect(await world.count('from order_line')).toBe(2);
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
  const view = await world.list.find({ membershipId: mine, caller: coordinator });
  expect(view.ordered).toMatchObject([{ quantity: 0 }]);
});

test('EXC-1, WDR-2: a decision overtakes a notice, which is then not taken back', async () => {
  await at('2024-05-20');
  const withdraw = { membershipId: mine, letter: letter('2024-05-20'), caller: coordinator };
  await world.recordWithdrawal.execute({ ...withdraw, idempotencyKey: 'k-1' });
  expect(await codeOf(exclude('2024-07-19'))).toBe('OUTSIDE_MEMBERSHIP');
  await exclude('2024-07-18');
  const { notices } = await world.viewWithdrawals.of({ membershipId: mine, caller: coordinator });
  expect(notices).toMatchObject([{ status: 'SUPERSEDED' }]);
  expect(
    await codeOf(
      world.revokeWithdrawal.execute({
        ...withdraw,
        letter: { ...withdraw.letter, number: '1A 2' },
        idempotencyKey: 'k-2',
      }),
    ),
  ).toBe('WITHDRAWAL_NOT_GIVEN');
  await world.day('2024-07-18');
  expect(await membership()).toBe('ENDED 2024-07-18 EXCLUSION');
});

test('EXC-1: a decision may end earlier what has ended since', async () => {
  await at('2026-07-18');
  await world.day('2026-07-20');
  expect(await membership()).toBe('ENDED 2026-07-19 END_OF_MARKET');
  await exclude('2026-05-01');
  expect(await membership()).toBe('ENDED 2026-05-01 EXCLUSION');
  const [, ended] = await told();
  expect(fromBinary(MembershipEndedSchema, ended!.value)).toMatchObject({
    endsOn: '2026-05-01',
    cause: 'EXCLUSION',
  });
});

test('ADH-2, EXC-1: a decision without its deposited document excludes nobody', async () => {
  for (const [paper, code] of [
    ['', 'PAPER_NOT_DEPOSITED'],
    [letterId, 'DOCUMENT_UNKNOWN'],
    [await world.deposit('COURT_DECISION', '214402158'), 'DOCUMENT_UNKNOWN'],
  ] as const) {
    judgementId = paper;
    expect(await codeOf(exclude('2024-01-01'))).toBe(code);
  }
  expect(await membership()).toBe('ACTIVE 2026-07-19 ');
});

test('SUP-3: the decision is another member’s secret, and the journal holds it', async () => {
  expect(
    await codeOf(exclude('2024-01-01', 'k', callerWith('coordinator', { markets: ['autre'] }))),
  ).toBe('NOT_FOUND');
  await exclude('2024-01-01');
  const views = new ViewExclusions(new Exclusions(world.database), world.membershipViews);
  const seen = (caller: Caller) => views.of({ membershipId: mine, caller });
  expect(await codeOf(seen(ordererOf('214402158')))).toBe('NOT_FOUND');
  expect(await seen(ordererOf(ancenis.siren))).toMatchObject({
    ground: 'NON_PERFORMANCE',
    status: 'PRONOUNCED',
    decision: { sumsDueCents: 123_456n },
  });
  expect(
    await world.count(
      "from platform.audit_entry where action = 'exclusion.recorded' and details ->> 'sumsDueCents' = '123456'",
    ),
  ).toBe(1);
});
