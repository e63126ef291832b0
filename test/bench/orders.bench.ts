import { parseArgs } from 'node:util';
import { localDate } from '#libs/time';
import { ancenis, marketCode, MembershipWorld } from '../support/builders/membership-world.js';
import { type Cpu, cpuOf } from './orders/cpu.js';
import { type PastMember, PastOrders } from './orders/past-orders.js';
import { bareInsert, medianOf, rateOf, ratioOf, round3 } from './orders/rates.js';

/**
 * Order decisions at use-case level with everything on (floor and maximum in domain and database, ledger
 * chained, idempotency, outbox, audit), over 1,229 memberships that already hold `--size` changes, a tenth of
 * them in one; beside bare single-row inserts with synchronous_commit=on at the same concurrency, in turns in
 * the same run, so that both meet the same machine. The ledgers are recomputed at the end: a fast wrong ledger
 * is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--size is a number of changes');
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError('--rounds is a number');

const memberships = 1_229;
const commitment = 100;
const groupMaximum = 2_000_000_000;
const atOnce = 16;
/** Works of one turn: so many that a turn takes about a second. */
const turns = { oneByOne: 400, atOnce: 1_500, bareOneByOne: 1_000, bareAtOnce: 4_000 };
type Turn = keyof typeof turns;
const start = localDate('2022-07-19');
let decided = 0;

const world = await MembershipWorld.create(atOnce + 2);
try {
  const begun = performance.now();
  const members = await prepare();
  const setUpSeconds = Math.round((performance.now() - begun) / 1_000);
  const works: Record<Turn, (index: number) => Promise<unknown>> = {
    oneByOne: () => decide(members),
    atOnce: () => decide(members),
    bareOneByOne: bareInsert(world.database),
    bareAtOnce: bareInsert(world.database),
  };
  // Once to warm up, not counted.
  for (const turn of keysOf(turns)) await rateOf(turns[turn], atOnce, works[turn]);
  const rates: Record<Turn, number[]> = {
    oneByOne: [],
    atOnce: [],
    bareOneByOne: [],
    bareAtOnce: [],
  };
  const used: Record<Turn, Cpu[]> = { oneByOne: [], atOnce: [], bareOneByOne: [], bareAtOnce: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const turn of keysOf(turns)) {
      const concurrency = turn.endsWith('AtOnce') || turn === 'atOnce' ? atOnce : 1;
      const before = await cpuOf(world.database);
      rates[turn].push(await rateOf(turns[turn], concurrency, works[turn]));
      const after = await cpuOf(world.database);
      const each = (kind: keyof Cpu) => (after[kind] - before[kind]) / turns[turn];
      used[turn].push({ node: each('node'), postgres: each('postgres') });
    }
  }
  const { violations, orders } = await world.checkLedgers.execute(marketCode);
  if (violations.length > 0) throw new Error(JSON.stringify(violations.slice(0, 10)));
  report(rates, used, { setUpSeconds, orders });
} finally {
  await world.fresh.drop();
}

async function prepare(): Promise<PastMember[]> {
  const { rows } = await world.database.query<{ on: string }>(
    `select current_setting('synchronous_commit') as "on"`,
  );
  if (rows[0]?.on !== 'on') throw new Error('synchronous_commit is not on');
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day(start);
  const model = {
    membershipId: await world.activeMember(ancenis, commitment),
    siren: ancenis.siren,
  };
  const past = new PastOrders(world.fresh.ownerUrl, start, commitment);
  const members = await past.write(model, memberships, size);
  // Counted anew from the ledgers, as when a market is amended.
  await world.database.query('update market_item set group_maximum = $1', [groupMaximum]);
  // What was ordered is past now: a decision must not feel it. No day handler: it is not what is measured.
  await world.database.query("update platform.business_day set day = '2024-07-01'");
  return members;
}

/** Increases, and decreases that take half of them back; one in a hundred concerns the largest ledger. */
function decide(members: readonly PastMember[]): Promise<unknown> {
  decided += 1;
  const other = 1 + ((decided * 7) % (members.length - 1));
  const member = members[decided % 100 === 0 ? 0 : other];
  if (!member) throw new RangeError('there are members');
  // Up first, wherever it is: a member's turns come one after the other.
  const round = Math.floor(decided / (members.length - 1));
  const delta = round % 2 === 0 ? 2 : -1;
  return world.order(member.membershipId, member.siren, delta, '2024-09-01');
}

function report(
  rates: Readonly<Record<Turn, readonly number[]>>,
  used: Readonly<Record<Turn, readonly Cpu[]>>,
  prepared: { setUpSeconds: number; orders: number },
) {
  const rate = (turn: Turn) => Math.round(medianOf(rates[turn]));
  const ratio = (ours: Turn, bare: Turn) => ratioOf(rates[ours], rates[bare]);
  const cpuOfOne = (turn: Turn) => ({
    node: round3(medianOf(used[turn].map(({ node }) => node))),
    postgres: round3(medianOf(used[turn].map(({ postgres }) => postgres))),
  });
  const result = {
    name: 'orders',
    size,
    rate: rate('atOnce'),
    unit: 'order decisions per second, 16 at once',
    oneByOne: rate('oneByOne'),
    baselines: { bareInsertAtOnce: rate('bareAtOnce'), bareInsertOneByOne: rate('bareOneByOne') },
    ratios: {
      bareInsertAtOnce: ratio('atOnce', 'bareAtOnce'),
      bareInsertOneByOne: ratio('oneByOne', 'bareOneByOne'),
    },
    cpuMs: { decision: cpuOfOne('atOnce'), bareInsert: cpuOfOne('bareAtOnce') },
    memberships,
    ...prepared,
    peakRssMb: { bench: Math.round(process.resourceUsage().maxRSS / 1_024) },
  };
  console.log(values.json ? JSON.stringify(result) : result);
}

function keysOf(all: typeof turns): Turn[] {
  return Object.keys(all) as Turn[];
}
