import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { addDays, localDate } from '#libs/time';
import { realSchools } from '../support/data/schools.js';
import {
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
} from '../support/builders/membership-world.js';

/**
 * Order decisions with everything on (floor in domain and database, ledger chained, idempotency,
 * outbox, audit), over ledgers that already hold `--size` changes, a tenth of them in one membership;
 * beside bare single-row inserts at the same concurrency in the same run. The ledgers are recomputed
 * at the end: a fast wrong ledger is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--size is a number of changes');

const members = 20;
const linesPerOrder = 200;
const decisions = 600;
const atOnce = 16;
const start = localDate('2022-07-19');

const world = await MembershipWorld.create(atOnce + 2);
try {
  const ledgers = await prepare();
  const figures = {
    oneByOne: await rateOf(decisions / 3, 1, (index) => decide(ledgers, index)),
    atOnce: await rateOf(decisions, atOnce, (index) => decide(ledgers, index)),
    bareOneByOne: await rateOf(decisions, 1, bareInsert),
    bareAtOnce: await rateOf(decisions * 4, atOnce, bareInsert),
  };
  const { violations } = await world.checkLedgers.execute(marketCode);
  if (violations.length > 0) throw new Error(violations.join('\n'));
  report(figures);
} finally {
  await world.fresh.drop();
}

type Ledger = { readonly membershipId: string; readonly siren: string };

async function prepare(): Promise<Ledger[]> {
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day(start);
  const communes = new Map(realSchools().map((school) => [school.siren, school]));
  const ledgers: Ledger[] = [];
  for (const school of [...communes.values()].slice(0, members)) {
    const member = { ...school, name: school.city, insee: school.inseeCode };
    ledgers.push({ membershipId: await world.activeMember(member, 100), siren: school.siren });
  }
  let written = 0;
  for (const [index, ledger] of ledgers.entries()) {
    const share = Math.ceil(index === 0 ? size / 10 : (size * 0.9) / (members - 1));
    for (let done = 0; done < share; done += linesPerOrder) {
      const lines = Math.min(linesPerOrder, share - done);
      await world.signOrder.execute({
        idempotencyKey: randomUUID(),
        membershipId: ledger.membershipId,
        lines: Array.from({ length: lines }, (_, line) => ({
          itemCode,
          effectiveFrom: addDays(start, (done + line) % 700),
          delta: 1,
        })),
        caller: ordererOf(ledger.siren),
      });
      written += lines;
    }
    process.stderr.write(`\r${written} of ${size} past changes`);
  }
  process.stderr.write('\n');
  // What was ordered is past now: a decision must not feel it.
  await world.day('2024-07-01');
  return ledgers;
}

/** An increase, or the decrease that takes it back: most are accepted. */
function decide(ledgers: readonly Ledger[], index: number): Promise<unknown> {
  const ledger = ledgers[index % ledgers.length];
  if (!ledger) throw new RangeError('there are members');
  const delta = index % 2 === 0 ? 2 : -1;
  return world.order(ledger.membershipId, ledger.siren, delta, '2024-09-01');
}

async function bareInsert(index: number): Promise<void> {
  await world.database.query(
    `insert into platform.audit_entry (actor, action, subject) values ('bench', 'bare', $1)`,
    [String(index)],
  );
}

/** Works per second. */
async function rateOf(
  count: number,
  concurrency: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const begun = performance.now();
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return count / ((performance.now() - begun) / 1_000);
}

function report(figures: Record<'oneByOne' | 'atOnce' | 'bareOneByOne' | 'bareAtOnce', number>) {
  const ratio = (a: number, b: number) => Math.round((a / b) * 1_000) / 1_000;
  const result = {
    name: 'orders',
    size,
    rate: Math.round(figures.atOnce),
    unit: 'order decisions per second, 16 at once',
    baselines: {
      bareInsertAtOnce: Math.round(figures.bareAtOnce),
      bareInsertOneByOne: Math.round(figures.bareOneByOne),
    },
    ratios: {
      bareInsertAtOnce: ratio(figures.atOnce, figures.bareAtOnce),
      bareInsertOneByOne: ratio(figures.oneByOne, figures.bareOneByOne),
    },
    peakRssMb: { bench: Math.round(process.resourceUsage().maxRSS / 1_024) },
  };
  console.log(values.json ? JSON.stringify(result) : result);
}
