import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { jest } from '@jest/globals';
import { callerOf, freePort, required } from '#libs/testing';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';
import type { APerson } from '../../apps/provisioning/test/people.test-support.js';
import { differencesOf } from '../../apps/provisioning/src/ent-comparison/domain/differences.js';
import { EntHttpGateway } from '../../apps/provisioning/src/ent/ent.module.js';
import { peopleOf, uais } from '../bench/provisioning/schools.js';
import { entLogin, type SeparateEnt, startEnt } from '../bench/provisioning/separate-ent.js';

/**
 * Goal: however the service, its queue, its database's connections and the ENT fail while thousands of accounts are made,
 * directory, books and ENT agree at the end, whoever could not be made has a cause, and what is then changed in the ENT by
 * hand is found. Method: two processes of the service and the simulated ENT, each killed by its id; Redis wiped; every
 * connection of PostgreSQL ended; the ENT's own faults (1 % of 5xx, 0.5 % done without an answer, the session ended every
 * 500 calls), drawn by `PROVE_SEED`. `PROVE_ACCOUNTS`: how many people (2,000).
 */
const size = Number(process.env['PROVE_ACCOUNTS'] ?? 2_000);
const seed = Number(process.env['PROVE_SEED'] ?? 1);
const people = peopleOf(size);
const changedByHand = 100;
/** Between two of what goes wrong: of many accounts as much goes wrong as of few. */
const calmMs = Math.max(4_000, size * 1.5);
jest.setTimeout(3_600_000);

let bed: ProvisioningBed;
let ent: SeparateEnt;
let folder: string;
let port: number;
let workers: ChildProcess[] = [];
let isOver = false;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ent-at-size-'));
  port = await freePort();
  ent = await begunEnt();
  bed = await ProvisioningBed.start();
});
afterAll(async () => {
  isOver = true;
  for (const child of workers) child.kill('SIGKILL');
  ent.child.removeAllListeners('exit');
  ent.child.kill('SIGKILL');
  await bed.stop();
  rmSync(folder, { recursive: true });
});

async function begunEnt(): Promise<SeparateEnt> {
  const begun = await startEnt({ folder, port });
  begun.child.removeAllListeners('exit');
  await begun.beginFaults();
  return begun;
}

/** Begun again whatever ends it, as a supervisor does. */
function begunWorker(at: number): void {
  const child = fork(
    'dist/test/kills/provisioning-worker.js',
    [bed.fresh.url, ent.url, bed.prefix, '2000'],
    { execArgv: [] },
  );
  workers[at] = child;
  child.once('exit', () => !isOver && begunWorker(at));
}

/** The same seed draws the same troubles. */
function drawn(from: number): () => number {
  let state = from >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const troubles = {
  'a process of the service': async (draw: () => number) => {
    const child = workers[draw() < 0.5 ? 0 : 1]!;
    const gone = once(child, 'exit');
    process.kill(child.pid!, 'SIGKILL');
    await gone;
  },
  Redis: async () => {
    const redis = new Redis(required('REDIS_URL'));
    const keys = await redis.keys(`${bed.prefix}:*`);
    if (keys.length > 0) await redis.del(keys);
    await redis.quit();
  },
  'the connections of PostgreSQL': () =>
    bed.asOwner(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename <> current_user`,
    ),
  'the ENT': async () => {
    const gone = once(ent.child, 'exit');
    process.kill(ent.child.pid!, 'SIGKILL');
    await gone;
    await sleep(1_000);
    ent = await begunEnt();
  },
} as const;

/** What is asked of the database after its connections were ended is asked again. */
async function rows<Row extends Record<string, unknown>>(sql: string): Promise<Row[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await bed.rows<Row>(sql);
    } catch (error) {
      if (tries === 10) throw error;
      await sleep(200);
    }
  }
}
const counted = async () =>
  (
    await rows<{ made: number; failed: number; causeless: number; work: number }>(
      `select (select count(*)::int from account where state = 'PROVISIONED') as made,
         (select count(*)::int from account where state = 'FAILED') as failed,
         (select count(*)::int from account where state = 'FAILED' and failure_code = '') as causeless,
         (select count(*)::int from ent_task where refused_code = '') as work`,
    )
  )[0]!;

const gateway = () => new EntHttpGateway({ url: ent.url, ...entLogin, timeoutMs: 60_000 });
const operator = callerOf({ roles: ['player'] });
async function compared(): Promise<Set<string>> {
  const { look } = bed.comparison(gateway());
  const found = new Set<string>();
  for (const uai of uais)
    for (const { kind, accountId } of differencesOf(await look.execute(uai, operator, false)))
      found.add(`${kind} ${accountId}`);
  return found;
}

test(`PRV-3 to PRV-5: ${size} accounts are made while everything fails (seed ${seed}): three sides agree, changes by hand are found`, async () => {
  await bed.begin('2022-09-05');
  await bed.aMembership('m1', { ordered: size, uais });
  await bed.import(people, { on: '2022-09-05' });
  const begunAtMs = performance.now();
  for (const at of [0, 1]) begunWorker(at);
  const draw = drawn(seed);
  const done: Record<string, number> = {};
  for (;;) {
    await sleep(calmMs);
    const { made, failed, work } = await counted();
    if (made + failed === size && work === 0) break;
    const names = Object.keys(troubles) as (keyof typeof troubles)[];
    const name = names[Math.floor(draw() * names.length)]!;
    await troubles[name](draw);
    done[name] = (done[name] ?? 0) + 1;
  }
  const seconds = Math.round((performance.now() - begunAtMs) / 1_000);
  const { failed, causeless } = await counted();
  process.stdout.write(`seed ${seed}: ${seconds} s, ${failed} failed, ${JSON.stringify(done)}\n`);
  expect(causeless).toBe(0);
  await triedAgain();
  isOver = true;
  for (const child of workers) child.kill('SIGKILL');
  await fetch(`${ent.url}/__simulator/faults`, { method: 'POST', body: '{"faults":[]}' });
  expect([...(await compared())]).toEqual([]);
  await populationIsThere();
  expect(await bed.faults()).toEqual([]);
  const changed = await changeByHand(draw);
  const found = await compared();
  expect(changed.filter((one) => !found.has(one))).toEqual([]);
});

/** Whoever was given up has a cause, of which all are tried again once the ENT is well. */
async function triedAgain(): Promise<void> {
  await fetch(`${ent.url}/__simulator/faults`, { method: 'POST', body: '{"faults":[]}' });
  const { retries, retryFault } = bed.faultParts();
  for (const { code, failed } of await retries.faults(undefined))
    if (failed > 0)
      await retryFault.execute({
        ...{ code, reason: 'INCIDENT_ENT', idempotencyKey: code },
        caller: callerOf({ roles: ['support-3'] }),
      });
  await bed.until(
    'all are made',
    async () => {
      const { made, work } = await counted();
      return made === size && work === 0;
    },
    600_000,
  );
}

/** Person by person, by nothing that the product has worked out: names, class, family. */
async function populationIsThere(): Promise<void> {
  const ent = gateway();
  const members = new Map<string, Awaited<ReturnType<EntHttpGateway['membersOf']>>[number]>();
  for (const uai of uais) {
    const structureId = await ent.structureOf(uai);
    for (const member of structureId ? await ent.membersOf(structureId) : [])
      members.set(member.entId, member);
  }
  expect(members.size).toBe(size);
  const ids = await rows<{ person_id: string; ent_id: string }>(
    'select person_id, ent_id from account',
  );
  const entIdOf = new Map(ids.map(({ person_id, ent_id }) => [person_id, ent_id]));
  const wrong = people.filter((person: APerson) => {
    const user = members.get(entIdOf.get(person.personId) ?? '');
    const children = (person.childIds ?? []).map((child) => entIdOf.get(child));
    const isIn = (label: string) => user?.classes.some((one) => one.label === label);
    return !(
      user?.lastName === person.lastName &&
      user?.firstName === person.firstName &&
      !user?.isBlocked &&
      (person.classLabel === '' || isIn(person.classLabel ?? '')) &&
      children.every((child) => user?.childEntIds.includes(child ?? ''))
    );
  });
  expect(wrong.map(({ personId }) => personId)).toEqual([]);
}

/** As the differences that a look has to find. */
async function changeByHand(draw: () => number): Promise<string[]> {
  const ent = gateway();
  const accounts = await rows<{ account_id: string; ent_id: string }>(
    "select account_id, ent_id from account where profile = 'STUDENT' order by account_id",
  );
  const most = Math.min(changedByHand, Math.floor(accounts.length / 4));
  const chosen = accounts
    .map((account) => ({ account, by: draw() }))
    .sort((a, b) => a.by - b.by)
    .slice(0, most);
  const changed: string[] = [];
  for (const [at, { account }] of chosen.entries()) {
    const { ent_id: entId, account_id: accountId } = account;
    const kind = (['BLOCK', 'MISSING', 'NAME', 'ELSEWHERE'] as const)[at % 4]!;
    if (kind === 'BLOCK') await ent.setBlocked(entId, true);
    else if (kind === 'MISSING') await ent.remove(entId);
    else if (kind === 'NAME')
      await ent.nameUser(entId, { firstName: 'À la main', lastName: 'Changé', birthDate: '' });
    else await leaveSchools(ent, entId);
    changed.push(`${kind} ${accountId}`);
  }
  return changed;
}

async function leaveSchools(ent: EntHttpGateway, entId: string): Promise<void> {
  const found = await ent.whereaboutsOf(entId);
  if (found.is !== 'PRESENT') throw new Error('nobody there');
  for (const { entId: structureId } of found.structures)
    await ent.leaveStructure(structureId, entId);
}
