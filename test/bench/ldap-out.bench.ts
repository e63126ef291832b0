import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freshDatabase } from '#libs/testing';
import { ldapAccountDn } from '#libs/trade';
import { peopleDn } from '../../apps/ldap/src/ldaps/domain/entry.js';
import { startSlapd } from '../support/slapd/slapd.js';
import { pagedSearch, type Server } from './ldap-out/paged-search.js';
import { fillDirectory, ldifOf, staffOf } from './ldap-out/staff.js';
import { cpuMsOf } from './orders/cpu.js';

/**
 * `--size` people of the staff, read whole by `ldapsearch -E pr=500` over LDAPS: from the door of apps/ldap, which asks
 * the directory for each page, and from a slapd that holds the same entries; by one client, then by `--clients` at once.
 * The memory of both while they are read again and again, `--readings` times; of our own also what the heap holds once it
 * was collected, which alone tells a leak from a heap that V8 lets grow. A search that does not show everybody is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    clients: { type: 'string', default: '4' },
    readings: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const [size, clients, readings] = [values.size, values.clients, values.readings].map(Number) as [
  ...[number, number, number],
];
if (![size, clients, readings].every((figure) => Number.isSafeInteger(figure) && figure > 0))
  throw new RangeError('--size, --clients and --readings are numbers');

const fresh = await freshDatabase('directory');
const staff = staffOf(size);
await fillDirectory(fresh, staff);
const baseDn = 'ou=personnels,dc=academie,dc=test';
const slapd = await startSlapd({ ldif: ldifOf(staff, baseDn) });
const door = fork(
  fileURLToPath(new URL('./ldap-out/door.js', import.meta.url)),
  [...[fresh.url, join(slapd.folder, 'server.pem'), join(slapd.folder, 'server.key')]],
  { execArgv: ['--expose-gc'] },
);
const ended = once(door, 'exit');
try {
  const failed = ended.then(() => Promise.reject(new Error('the door did not open')));
  const [{ port }] = (await Promise.race([once(door, 'message'), failed])) as [{ port: number }];
  const ours: Server = {
    ...{ port, bindDn: ldapAccountDn('member'), secret: 'only', baseDn: peopleDn },
  };
  const theirs: Server = { port: slapd.tlsPort, bindDn: slapd.bindDn, secret: 'service', baseDn };
  const theirPid = Number(readFileSync(join(slapd.folder, 'pid'), 'utf8'));
  const one = { ours: await rateOf(ours, 1, door.pid!), slapd: await rateOf(theirs, 1, theirPid) };
  const many = {
    ours: await rateOf(ours, clients, door.pid!),
    slapd: await rateOf(theirs, clients, theirPid),
  };
  const heapBefore = await heapOf();
  const memory = { ours: await memoryOf(ours, door.pid!), slapd: await memoryOf(theirs, theirPid) };
  const heap = { beforeMb: heapBefore, afterMb: await heapOf() };
  const result = {
    name: 'ldap-out',
    ...{ size, clients, rate: one.ours.rate, unit: 'entries/s', one, many, memory, heap },
    ratios: {
      oursOverSlapd: rounded(one.ours.rate / one.slapd.rate),
      oursOverSlapdAtOnce: rounded(many.ours.rate / many.slapd.rate),
      memoryLastOverFirst: rounded(memory.ours.lastMb / memory.ours.firstMb),
      heapAfterOverBefore: rounded(heap.afterMb / heap.beforeMb),
    },
  };
  console.log(values.json ? JSON.stringify(result) : result);
} finally {
  if (door.connected) door.disconnect();
  await ended;
  await slapd.stop();
  await fresh.drop();
}

async function readAll(server: Server): Promise<void> {
  const entries = await pagedSearch(server);
  if (entries !== size) throw new Error(`${entries} entries of ${size}`);
}

/** Entries that so many clients at once are shown in a second, and the CPU of the server's own process for 1,000 of them. */
async function rateOf(server: Server, atOnce: number, pid: number) {
  const [begun, cpu] = [performance.now(), cpuMsOf(pid)];
  await Promise.all(Array.from({ length: atOnce }, () => readAll(server)));
  const entries = atOnce * size;
  return {
    rate: Math.round(entries / ((performance.now() - begun) / 1_000)),
    cpuMsPerThousand: rounded((cpuMsOf(pid) - cpu) / (entries / 1_000)),
  };
}

/** Resident memory at most during the first of several readings, and during the last. */
async function memoryOf(server: Server, pid: number) {
  const peaks: number[] = [];
  for (let reading = 0; reading < readings; reading += 1) {
    let peak = 0;
    const looking = setInterval(() => (peak = Math.max(peak, residentMb(pid))), 50);
    await readAll(server).finally(() => clearInterval(looking));
    peaks.push(peak);
  }
  return { firstMb: peaks[0]!, lastMb: peaks.at(-1)!, peaks };
}

/** What the door's heap holds once it was collected. */
async function heapOf(): Promise<number> {
  door.send('heap');
  const [{ heapMb }] = (await once(door, 'message')) as [{ heapMb: number }];
  return heapMb;
}

function residentMb(pid: number): number {
  const [, kb = '0'] =
    /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1_024);
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
