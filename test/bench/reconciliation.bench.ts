import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';
import { EntHttpGateway } from '../../apps/provisioning/src/ent/ent.module.js';
import { entLogin } from './provisioning/separate-ent.js';
import { books, invented, usersPerSchool } from './reconciliation/invented-schools.js';

const usage = `npm run bench -- reconciliation [--size N] [--json]
One night (PRV-5) over N accounts that nothing has changed (20,000 unless told), in schools of ${usersPerSchool}, half of
them guardians: each school read in the ENT, a process of its own, set beside the books, and its look written. Before it a
night over 20,000, or a quarter where N is no more: the rate of the two says whether the cost grows faster than the size.
Beside it the bare calls. 256 MB of heap. It fails where anything differs, or where an account, a place, a task or a step was written.`;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (values.help || !Number.isInteger(size) || size < 4 * usersPerSchool || size > 2_000_000) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}
/** Memory as a service has it: with room for half a gigabyte a collector has no reason to hurry, and says nothing of need. */
const memory = ['--max-old-space-size=256', '--max-semi-space-size=16'];
if (!memory.every((flag) => process.execArgv.includes(flag))) {
  const args = [...process.execArgv, ...memory, ...process.argv.slice(1)];
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
const smaller = size > 20_000 ? 20_000 : Math.ceil(size / 4);

// The first of a process runs cold.
await measured(Math.min(smaller, 5_000));
const small = await measured(smaller);
const large = await measured(size);
const flat = ratio(large.night, small.night);
if (values.json) {
  say(
    JSON.stringify({
      ...{ name: 'reconciliation', size, unit: 'accounts/s', rate: Math.round(large.night) },
      seconds: Math.round((10 * size) / large.night) / 10,
      baselines: { 'bare-calls': Math.round(large.bare), smaller: Math.round(small.night) },
      ratios: { 'bare-calls': ratio(large.night, large.bare), flat },
      peakRssMb: { provisioning: rssMb() },
    }),
  );
}

type Rates = { readonly night: number; readonly bare: number };

async function measured(accounts: number): Promise<Rates> {
  const schools = Math.ceil(accounts / usersPerSchool);
  const ent = await startEnt(schools);
  const bed = await ProvisioningBed.start();
  try {
    await bed.begin('2022-11-09');
    await fill(bed, schools);
    const before = await written(bed);
    await bed.begin('2022-11-10');
    const gateway = new EntHttpGateway({ url: ent.url, ...entLogin, timeoutMs: 10_000 });
    const { reconcile } = bed.comparison(gateway);
    const nightS = await seconds(async () => {
      while (await reconcile.execute());
    });
    await requireNothingDone(bed, schools, before, ent.heard);
    const bareS = await seconds(async () => {
      for (let school = 0; school < schools; school += 1)
        await gateway.listedMembersOf(`school-${school}`);
    });
    const rates = {
      night: (schools * usersPerSchool) / nightS,
      bare: (schools * usersPerSchool) / bareS,
    };
    say(
      `  ${accounts} accounts in ${schools} schools   ${nightS.toFixed(1)} s, ${Math.round(rates.night)} accounts/s   bare calls ${Math.round(rates.bare)}   ratio ${ratio(rates.night, rates.bare)}   ${rssMb()} MB`,
    );
    return rates;
  } finally {
    await bed.stop();
    ent.child.kill();
  }
}

async function fill(bed: ProvisioningBed, schools: number): Promise<void> {
  const owner = new pg.Client({ connectionString: bed.fresh.ownerUrl });
  await owner.connect();
  try {
    for (const text of [...invented, ...books])
      await owner.query(text.replaceAll('$1', String(schools)));
  } finally {
    await owner.end();
  }
}

/** Whatever writes a row gives it another transaction. */
async function written(bed: ProvisioningBed): Promise<string> {
  const tables = ['account', 'ent_place', 'ent_link', 'ent_task', 'account_transition'];
  const rows = await Promise.all(
    tables.map((table) =>
      bed.rows(`select count(*)::int as n, max(xmin::text::bigint)::text as last from ${table}`),
    ),
  );
  return JSON.stringify(rows);
}

async function requireNothingDone(
  bed: ProvisioningBed,
  schools: number,
  before: string,
  heard: readonly string[],
): Promise<void> {
  const looks = await bed.rows(
    'select status, count(*)::int as n, sum(compared)::int as compared from ent_look group by status',
  );
  const expected = [{ status: 'MATCHED', n: schools, compared: schools * usersPerSchool }];
  const found = JSON.stringify([looks, await written(bed), heard]);
  if (found !== JSON.stringify([expected, before, []])) throw new Error(`not all alike: ${found}`);
}

async function startEnt(schools: number) {
  const main = fileURLToPath(new URL('./reconciliation/many-schools.js', import.meta.url));
  const child: ChildProcess = fork(main, { env: { SCHOOLS: String(schools) } });
  const heard: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the ENT ended')));
    child.once('message', (message) => resolve(String(message)));
  });
  child.on('message', (message) => heard.push(String(message)));
  return { child, url, heard };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}

function ratio(one: number, other: number): number {
  return Math.round((one / other) * 1_000) / 1_000;
}

function rssMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
