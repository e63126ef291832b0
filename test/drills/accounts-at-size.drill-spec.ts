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
import { EntHttpGateway, type EntMember } from '../../apps/provisioning/src/ent/ent.module.js';
import { peopleOf, uais } from '../bench/provisioning/schools.js';
import { entLogin, type SeparateEnt, startEnt } from '../bench/provisioning/separate-ent.js';
import { changesByHand } from './changes-by-hand.js';

/**
 * Goal: however the service, its queue, its database's connections and the ENT fail while thousands of accounts are made,
 * directory, books and ENT agree at the end, whoever could not be made has a true cause, and what is then changed in the ENT
 * by hand is found, all of it and nothing else. Method: two processes of the service and the simulated ENT, each killed by
 * its id; Redis wiped; every connection of PostgreSQL ended: each of these twice at least, whenever so many more are made,
 * by an ENT that is slow enough for that on any machine; its own faults (1 % of 5xx, 0.5 % done without an answer, the
 * session ended every 500 calls). `PROVE_SEED` draws the order, `PROVE_ACCOUNTS` says how many people (2,000).
 */
const size = Number(process.env['PROVE_ACCOUNTS'] ?? 2_000);
const seed = Number(process.env['PROVE_SEED'] ?? 1);
const people = peopleOf(size);
const changedByHand = 100;
/** Of many accounts as much goes wrong as of few. */
const troublesInAll = 10;
/** Calls that the ENT serves a second: a minute's work or more without what goes wrong. */
const perSecond = Math.max(100, size / 40);
/** What an ENT that fails like this may give somebody up for, and nothing else. */
const trueCauses = ['ENT_FAULT', 'ENT_SESSION', 'ENT_TIMEOUT', 'ENT_BUSY'].map(
  (code) => `${code}_PERSISTS`,
);
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
  const begun = await startEnt({ folder, port, perSecond });
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

type Trouble = keyof typeof troubles;
/** Each once before any comes again. */
function* inTurn(draw: () => number): Generator<Trouble, never> {
  for (;;) {
    const left = Object.keys(troubles) as Trouble[];
    while (left.length > 0) yield left.splice(Math.floor(draw() * left.length), 1)[0]!;
  }
}

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
    await rows<{ made: number; failed: number; work: number }>(
      `select (select count(*)::int from account where state = 'PROVISIONED') as made,
         (select count(*)::int from account where state = 'FAILED') as failed,
         (select count(*)::int from ent_task where refused_code = '') as work`,
    )
  )[0]!;

const gateway = () => new EntHttpGateway({ url: ent.url, ...entLogin, timeoutMs: 60_000 });
const operator = callerOf({ roles: ['player'] });
async function compared(): Promise<Set<string>> {
  const { look } = bed.comparison(gateway());
  const found = new Set<string>();
  for (const uai of uais)
    for (const { kind, accountId, entId } of differencesOf(
      await look.execute(uai, operator, false),
    ))
      found.add(`${kind} ${accountId || entId}`);
  return found;
}

test(`PRV-3 to PRV-5: ${size} accounts are made while everything fails (seed ${seed}): three sides agree, changes by hand are found`, async () => {
  await bed.begin('2022-09-05');
  await bed.aMembership('m1', { ordered: size, uais });
  await bed.import(people, { on: '2022-09-05' });
  const begunAtMs = performance.now();
  for (const at of [0, 1]) begunWorker(at);
  const draw = drawn(seed);
  const next = inTurn(draw);
  const done: Trouble[] = [];
  for (;;) {
    await sleep(200);
    const { made, failed, work } = await counted();
    if (made + failed === size && work === 0) break;
    if (made < (size * (done.length + 1)) / (troublesInAll + 1) || done.length === troublesInAll)
      continue;
    const trouble = next.next().value;
    await troubles[trouble](draw);
    done.push(trouble);
  }
  const seconds = Math.round((performance.now() - begunAtMs) / 1_000);
  const failed = await rows<{ failure_code: string }>(
    "select failure_code from account where state = 'FAILED'",
  );
  process.stdout.write(`seed ${seed}: ${seconds} s, ${failed.length} failed, ${done.join(', ')}\n`);
  expect(done).toHaveLength(troublesInAll);
  expect(failed.filter(({ failure_code: code }) => !trueCauses.includes(code))).toEqual([]);
  await triedAgain();
  isOver = true;
  for (const child of workers) child.kill('SIGKILL');
  expect(await rows('select * from ent_task')).toEqual([]);
  expect([...(await compared())]).toEqual([]);
  await populationIsThere();
  expect(await bed.faults()).toEqual([]);
  const { changed, touched } = await changeByHand(draw);
  const found = await compared();
  expect(changed.filter((one) => !found.has(one))).toEqual([]);
  expect([...found].filter((one) => !touched.has(one.split(' ')[1] ?? ''))).toEqual([]);
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

/** Person by person, by nothing that the product has worked out: who it is, in which classes and family, and nobody else. */
async function populationIsThere(): Promise<void> {
  const ent = gateway();
  const members = new Map<string, EntMember>();
  const structures = (await ent.structures()).filter(({ uai }) => uais.includes(uai));
  for (const { entId } of structures) {
    for (const member of await ent.membersOf(entId)) members.set(member.entId, member);
  }
  expect(members.size).toBe(size);
  const ids = await rows<{ person_id: string; ent_id: string }>(
    'select person_id, ent_id from account',
  );
  const entIdOf = new Map(ids.map(({ person_id, ent_id }) => [person_id, ent_id]));
  const wrong = people.flatMap((person) => {
    const wanted = lineOf(
      {
        ...{ type: entProfiles[person.profile ?? 'STUDENT'], birthDate: '', ...person },
        classes: classesOf(person),
      },
      (person.childIds ?? []).map((child) => entIdOf.get(child) ?? ''),
    );
    const user = members.get(entIdOf.get(person.personId) ?? '');
    const seen =
      user &&
      lineOf(
        { ...user, type: user.profile, classes: user.classes.map(({ label }) => label) },
        user.childEntIds,
      );
    return seen === wanted && !user?.isBlocked ? [] : [{ wanted, seen }];
  });
  expect(wrong).toEqual([]);
}

const entProfiles = {
  ...{ STUDENT: 'Student', RELATIVE: 'Relative', TEACHER: 'Teacher' },
  ...{ PERSONNEL: 'Personnel', GUEST: 'Guest' },
};
const labelOf = new Map(people.map(({ personId, classLabel = '' }) => [personId, classLabel]));
function classesOf({ profile, classLabel = '', childIds = [], teaches = [] }: APerson): string[] {
  if (profile === 'STUDENT') return [classLabel];
  if (profile === 'RELATIVE') return ['Familles', ...childIds.map((id) => labelOf.get(id) ?? '')];
  return ['Équipe de l’école', ...teaches.map((place) => place.classLabel ?? '')];
}

function lineOf(
  {
    type,
    lastName,
    firstName,
    birthDate,
    classes,
  }: Readonly<Record<string, unknown>> & {
    readonly classes: readonly string[];
  },
  children: readonly string[],
): string {
  return [
    type,
    lastName,
    firstName,
    birthDate,
    ...[...classes].sort(),
    ...[...children].sort(),
  ].join(' | ');
}

/** Each kind in turn, of people who have nothing to do with one another. As the differences that a look has to find. */
async function changeByHand(draw: () => number) {
  const ent = gateway();
  const accounts = await rows<{ account_id: string; person_id: string; ent_id: string }>(
    'select account_id, person_id, ent_id from account',
  );
  const accountOf = new Map(accounts.map((account) => [account.person_id, account]));
  const classes = await rows<{ uai: string; label: string; ent_id: string }>(
    'select uai, label, ent_id from ent_class',
  );
  const classOf = (uai: string, label: string) =>
    classes.find((one) => one.uai === uai && one.label === label)?.ent_id ?? '';
  const guardianOf = new Map(
    people.flatMap((person) => (person.childIds ?? []).map((child) => [child, person] as const)),
  );
  const drawnOf = (of: APerson['profile']) =>
    people
      .filter(({ profile }) => profile === of)
      .map((person) => ({ person, by: draw() }))
      .sort((a, b) => a.by - b.by)
      .map(({ person }) => person);
  const [pupils, teachers] = [drawnOf('STUDENT'), drawnOf('TEACHER')];
  const most = Math.min(changedByHand, Math.floor(pupils.length / 4));
  const kinds = Object.values(changesByHand);
  const changed: string[] = [];
  const touched = new Set<string>();
  for (let at = 0; at < most; at += 1) {
    const { of, is, change } = kinds[at % kinds.length]!;
    const pupil = pupils.pop()!;
    const guardian = guardianOf.get(pupil.personId)!;
    const person = { STUDENT: pupil, RELATIVE: guardian, TEACHER: teachers.at(-1)! }[of];
    if (of === 'TEACHER') teachers.pop();
    const [account, child] = [accountOf.get(person.personId)!, accountOf.get(pupil.personId)!];
    const { uai, classLabel = '' } = of === 'TEACHER' ? person.teaches![0]! : pupil;
    const other = classLabel === 'CE2 A' ? 'CM1 B' : 'CE2 A';
    const one = { accountId: account.account_id, entId: account.ent_id, person };
    const beside = { classId: classOf(uai, other), childEntId: child.ent_id };
    const made = await change(ent, { ...one, classId: classOf(uai, classLabel) }, beside);
    changed.push(`${is} ${made ?? one.accountId}`);
    // A guardian is in the classes of its child, and linked to it.
    for (const id of [made ?? '', one.accountId, accountOf.get(guardian.personId)!.account_id])
      touched.add(id);
  }
  return { changed, touched };
}
