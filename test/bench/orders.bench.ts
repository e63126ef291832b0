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
 * the same run, so that both meet the same machine. `--against N` asks whether it stays flat: a second database
 * on the same server holds N changes, its turns alternate with the first's. The ledgers are recomputed at the
 * end: a fast wrong ledger is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    against: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = numberOf('rounds', values.rounds);
const sizes = [numberOf('size', values.size)];
if (values.against !== undefined) sizes.push(numberOf('against', values.against));

const memberships = 1_229;
const commitment = 100;
const groupMaximum = 2_000_000_000;
const atOnce = 16;
/** Works of one turn: so many that a turn takes about a second. */
const turns = { oneByOne: 400, atOnce: 1_500, bareOneByOne: 1_000, bareAtOnce: 4_000 };
type Turn = keyof typeof turns;
const turnNames = Object.keys(turns) as Turn[];
const start = localDate('2022-07-19');

/** One database with its past, and what its turns took. */
class Side {
  readonly rates: Record<Turn, number[]> = noTurns();
  readonly used: Record<Turn, Cpu[]> = noTurns();
  setUpSeconds = 0;
  private members: readonly PastMember[] = [];
  private decided = 0;

  constructor(
    readonly size: number,
    readonly world: MembershipWorld,
  ) {}

  async prepare(): Promise<void> {
    const begun = performance.now();
    const { world } = this;
    const { rows } = await world.database.query<{ on: string }>(
      `select current_setting('synchronous_commit') as "on"`,
    );
    if (rows[0]?.on !== 'on') throw new Error('synchronous_commit is not on');
    await world.day('2022-01-14');
    await world.publishMarket((market) => {
      for (const item of market.items) item.groupMaximum = groupMaximum;
    });
    await world.day(start);
    const model = {
      membershipId: await world.activeMember(ancenis, commitment),
      siren: ancenis.siren,
    };
    const past = new PastOrders(world.fresh.ownerUrl, start, commitment);
    this.members = await past.write(model, memberships, this.size);
    // Counted anew from the ledgers, as when a market is amended.
    await world.fresh.asOwner(
      `set session_replication_role = 'replica';
       select count_against_maximum(market_code, item_code) from market_item`,
    );
    // What was ordered is past now: a decision must not feel it. No day handler: it is not what is measured.
    await world.database.query("select platform.begin_day('2024-07-01')");
    this.setUpSeconds = Math.round((performance.now() - begun) / 1_000);
  }

  rate(turn: Turn): Promise<number> {
    const work = turn.startsWith('bare') ? bareInsert(this.world.database) : () => this.decide();
    return rateOf(turns[turn], /atOnce$/i.test(turn) ? atOnce : 1, work);
  }

  async measure(turn: Turn): Promise<void> {
    const before = await cpuOf(this.world.database);
    this.rates[turn].push(await this.rate(turn));
    const after = await cpuOf(this.world.database);
    const each = (kind: keyof Cpu) => (after[kind] - before[kind]) / turns[turn];
    this.used[turn].push({ node: each('node'), postgres: each('postgres') });
  }

  /** Increases, and decreases that take half of them back; one in a hundred concerns the largest ledger. */
  private decide(): Promise<unknown> {
    this.decided += 1;
    const { decided, members } = this;
    const other = 1 + ((decided * 7) % (members.length - 1));
    const member = members[decided % 100 === 0 ? 0 : other];
    if (!member) throw new RangeError('there are members');
    // Up first, wherever it is: a member's turns come one after the other.
    const round = Math.floor(decided / (members.length - 1));
    const delta = round % 2 === 0 ? 2 : -1;
    return this.world.order(member.membershipId, member.siren, delta, '2024-09-01');
  }

  /** The number of orders in its ledgers, all recomputed. */
  async verify(): Promise<number> {
    const { violations, orders } = await this.world.checkLedgers.execute(marketCode);
    if (violations.length > 0) throw new Error(JSON.stringify(violations.slice(0, 10)));
    return orders;
  }

  cpuOfOne(turn: Turn): Cpu {
    const median = (kind: keyof Cpu) => round3(medianOf(this.used[turn].map((one) => one[kind])));
    return { node: median('node'), postgres: median('postgres') };
  }
}

const sides: Side[] = [];
try {
  for (const size of sizes) {
    const side = new Side(size, await MembershipWorld.create(atOnce + 2));
    sides.push(side);
    await side.prepare();
  }
  // Once to warm up, not counted.
  for (const turn of turnNames) for (const side of sides) await side.rate(turn);
  for (let round = 0; round < rounds; round += 1) {
    for (const turn of turnNames) {
      // Each goes first as often as the other.
      const order = round % 2 === 0 ? sides : [...sides].reverse();
      for (const side of order) await side.measure(turn);
    }
  }
  const orders: number[] = [];
  for (const side of sides) orders.push(await side.verify());
  report(orders);
} finally {
  for (const { world } of sides) await world.fresh.drop();
}

function report(orders: readonly number[]) {
  const [one, other] = sides;
  if (!one) throw new RangeError('there is a side');
  const rate = (turn: Turn) => Math.round(medianOf(one.rates[turn]));
  const ratio = (ours: Turn, bare: Turn) => ratioOf(one.rates[ours], one.rates[bare]);
  const result = {
    name: 'orders',
    size: one.size,
    rate: rate('atOnce'),
    unit: 'order decisions per second, 16 at once',
    oneByOne: rate('oneByOne'),
    baselines: { bareInsertAtOnce: rate('bareAtOnce'), bareInsertOneByOne: rate('bareOneByOne') },
    ratios: {
      bareInsertAtOnce: ratio('atOnce', 'bareAtOnce'),
      bareInsertOneByOne: ratio('oneByOne', 'bareOneByOne'),
    },
    cpuMs: { decision: one.cpuOfOne('atOnce'), bareInsert: one.cpuOfOne('bareAtOnce') },
    memberships,
    setUpSeconds: one.setUpSeconds,
    orders: orders[0],
    ...(other && {
      against: {
        size: other.size,
        rate: Math.round(medianOf(other.rates.atOnce)),
        oneByOne: Math.round(medianOf(other.rates.oneByOne)),
        // Of turns that ran next to each other: 1 is flat.
        ratios: {
          atOnce: ratioOf(other.rates.atOnce, one.rates.atOnce),
          oneByOne: ratioOf(other.rates.oneByOne, one.rates.oneByOne),
        },
        cpuMs: { decision: other.cpuOfOne('atOnce') },
        setUpSeconds: other.setUpSeconds,
        orders: orders[1],
      },
    }),
    peakRssMb: { bench: Math.round(process.resourceUsage().maxRSS / 1_024) },
  };
  console.log(values.json ? JSON.stringify(result) : result);
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new RangeError(`--${name} is a whole number from 1 on`);
  }
  return number;
}

function noTurns<T>(): Record<Turn, T[]> {
  return { oneByOne: [], atOnce: [], bareOneByOne: [], bareAtOnce: [] };
}
