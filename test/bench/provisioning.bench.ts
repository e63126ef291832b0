import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';
import { cpuMsOf, cpuMsOfServer } from './orders/cpu.js';
import { callBare } from './provisioning/bare-calls.js';
import { type Course, courseInWords, NotedPace, rounded } from './provisioning/noted-pace.js';
import { peopleOf, uais } from './provisioning/schools.js';
import { type SeparateEnt, startEnt } from './provisioning/separate-ent.js';

const usage = `npm run bench -- provisioning [--size N] [--rate N] [--paced] [--json]
N people (12,000 unless told) of 40 schools, with families, teachers and staff, from seats to PROVISIONED and linked; the
simulated ENT in a process of its own, with its journal and 5 ms more for each answer. Beside it a load tool on the same
calls, 50 at once. First without a limit, unless \`--paced\` says otherwise, then both at a rate (300 calls a second unless
told) that the learnt pace keeps. CPU: what an account costs this process, PostgreSQL, Redis and the ENT, which says more
than seconds where others use the machine. Calls of the ENT are counted, by accounts and further classes. At last the product alone
at that rate with an ENT that fails: 1 % of 5xx, 0.5 % done without an answer, the session ended every 500 calls.`;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '12000' },
    rate: { type: 'string', default: '300' },
    paced: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
const rate = Number(values.rate);
if (values.help || !Number.isInteger(size) || size < 100 || !(rate >= 10)) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}
type CpuMs = Readonly<Record<'node' | 'postgres' | 'redis' | 'ent', number>>;

const say = (line: string) => process.stdout.write(`${line}\n`);
const pids = JSON.parse(process.env['BENCH_PIDS'] ?? '{}') as Readonly<Record<string, number>>;
const people = peopleOf(size);
const unlimited = { leastPerSecond: 1, mostPerSecond: 100_000 };
/** Half a minute. */
const looksUntilStuck = 120;

const unpaced = values.paced ? undefined : await both('without a limit');
const paced = await both(`at ${rate} calls/s`, rate);
const faulty = await inEnt(async (ent) => {
  await ent.beginFaults();
  return runProduct(ent, rate);
});
const faulted = rounded(paced.seconds / faulty.seconds);
const callsFactor = rounded(faulty.calls / paced.calls);
say(
  `  at ${rate} calls/s, faults ${Math.round(size / faulty.seconds)} accounts/s   of those without faults ${faulted.toFixed(2)}   calls ÷ those without ${callsFactor}`,
);
say(`    with faults: ${courseInWords(faulty.course)}`);
const keptFaulted = keptPace(faulty, rate);
say(`    with faults: ${keptInWords(keptFaulted)}`);
const peakRssMb = { provisioning: Math.round(process.resourceUsage().maxRSS / 1024) };
if (values.json) {
  say(
    JSON.stringify({
      name: 'provisioning',
      ...{ size, unit: 'accounts/s', peakRssMb },
      ...(unpaced ? { rate: unpaced.product, baselines: { 'bare-calls': unpaced.bare } } : {}),
      ratios: { ...(unpaced ? { 'bare-calls': unpaced.ratio } : {}), paced: paced.ratio, faulted },
      cpuMs: (unpaced ?? paced).cpuMs,
      callsPerNeeded: paced.callsPerNeeded,
      pace: keptPace(paced, rate),
      faults: { callsFactor, ...faulty.course, pace: keptFaulted },
    }),
  );
}

/** Each has an ENT of its own, without anybody. */
async function inEnt<Done>(work: (ent: SeparateEnt) => Promise<Done>): Promise<Done> {
  const folder = mkdtempSync(join(tmpdir(), 'ent-bench-'));
  const ent = await startEnt({ folder, latencyMs: 5 });
  try {
    return await work(ent);
  } finally {
    ent.child.removeAllListeners('exit');
    ent.child.kill();
    rmSync(folder, { recursive: true });
  }
}

/** Accounts a second of the product and of the bare calls, and what one costs. */
async function both(how: string, perSecond?: number) {
  const product = await inEnt((ent) => runProduct(ent, perSecond));
  const bare = await inEnt((ent) =>
    measured(ent, async () => void (await callBare(ent.url, people, paceOf(perSecond)))),
  );
  const { seconds, calls, callsPerNeeded } = product;
  const [ours, theirs] = [size / seconds, size / bare.seconds].map(Math.round) as [number, number];
  const ratio = rounded(bare.seconds / seconds);
  say(
    `  ${how.padEnd(20)} ${ours} accounts/s, bare ${theirs}   ratio ${ratio.toFixed(2)}   calls ÷ (accounts + further classes) ${callsPerNeeded}`,
  );
  const cpuMs = { product: product.cpuMs, bare: bare.cpuMs };
  say(`    CPU, ms an account: ${inWords(cpuMs.product)}; bare ${inWords(cpuMs.bare)}`);
  if (perSecond !== undefined) {
    say(`    ${courseInWords(product.course)}`);
    say(`    ${keptInWords(keptPace(product, perSecond))}`);
  }
  return { product: ours, bare: theirs, ratio, seconds, calls, callsPerNeeded, cpuMs };
}

type Kept = { readonly callsPerSecond: number; readonly share: number };

/** Of the whole run, from the first account due to the last one made. */
function keptPace(run: { readonly calls: number; readonly seconds: number }, pace: number): Kept {
  const callsPerSecond = run.calls / run.seconds;
  return { callsPerSecond: rounded(callsPerSecond), share: rounded(callsPerSecond / pace) };
}

function keptInWords({ callsPerSecond, share }: Kept): string {
  return `${callsPerSecond.toFixed(1)} calls/s over ${uais.length} schools, ${share.toFixed(3)} of the pace of ${rate}/s (required 0.95)`;
}

function inWords(cpuMs: CpuMs): string {
  return Object.entries(cpuMs)
    .map(([name, ms]) => `${name} ${ms}`)
    .join(', ');
}

/** Seconds, and CPU milliseconds of each account. */
async function measured(ent: SeparateEnt, work: () => Promise<void>) {
  const soFar = (): CpuMs => {
    const { user, system } = process.cpuUsage();
    return {
      ...{ node: (user + system) / 1_000, postgres: cpuMsOfServer(pids['postgres']) },
      ...{ redis: cpuMsOf(pids['redis']), ent: cpuMsOf(ent.child.pid) },
    };
  };
  const before = soFar();
  const begunAtMs = performance.now();
  await work();
  const seconds = (performance.now() - begunAtMs) / 1_000;
  const after = soFar();
  const used = (name: keyof CpuMs) => rounded((after[name] - before[name]) / size);
  const cpuMs = {
    ...{ node: used('node'), postgres: used('postgres'), redis: used('redis'), ent: used('ent') },
  };
  return { seconds, cpuMs };
}

/** As the service keeps it: bounds far enough that only the most counts. */
function paceOf(perSecond: number | undefined): NotedPace | undefined {
  return perSecond === undefined
    ? undefined
    : new NotedPace({ leastPerSecond: perSecond / 10, mostPerSecond: perSecond });
}

async function runProduct(ent: SeparateEnt, perSecond: number | undefined) {
  const bed = await ProvisioningBed.start();
  try {
    await bed.begin('2022-09-05');
    await bed.aMembership('m1', { ordered: size, uais });
    await bed.import(people, { on: '2022-09-05' });
    const pace = paceOf(perSecond) ?? new NotedPace(unlimited);
    const callsBefore = await ent.calls();
    let course: Course | undefined;
    const measures = await measured(ent, async () => {
      // As the service does, with 50 calls at once.
      bed.run({ entUrl: ent.url, accountsAtOnce: 150, timeoutMs: 2_000, pace });
      await allMade(bed);
      course = pace.course;
    });
    const calls = (await ent.calls()) - callsBefore;
    const [needed] = await bed.rows<{ places: number }>(
      'select greatest(count(*), $1)::int as places from ent_place',
      [size],
    );
    const callsPerNeeded = rounded(calls / needed!.places);
    return { ...measures, course: course!, calls, callsPerNeeded };
  } finally {
    await bed.stop();
  }
}

/** Counted seldom, and by one statement: what is measured is not to wait for who measures. Throws where nothing goes on. */
async function allMade(bed: ProvisioningBed): Promise<void> {
  const isDone = `select case when exists (select from ent_task) then false
    else (select count(*) from account where state = 'PROVISIONED') = $1 end as done`;
  let left = '';
  for (let looks = 1; !(await bed.rows<{ done: boolean }>(isDone, [size]))[0]!.done; looks += 1) {
    await sleep(250);
    if (looks % looksUntilStuck > 0) continue;
    const now = JSON.stringify(
      await bed.rows(
        `select a.state, a.failure_code, t.refused_code, count(*)::int from account a left join ent_task t using (account_id)
         group by 1, 2, 3 order by 1, 2, 3`,
      ),
    );
    if (now === left) throw new Error(`nothing has changed for half a minute: ${now}`);
    left = now;
  }
}
