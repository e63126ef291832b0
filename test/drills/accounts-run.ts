import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort, patience, required } from '#libs/testing';
import type { APerson } from '../../apps/provisioning/test/people.test-support.js';
import { ProvisioningBed } from '../../apps/provisioning/test/provisioning-bed.test-support.js';
import { largeSchools, uais } from '../bench/provisioning/schools.js';
import { type SeparateEnt, startEnt } from '../bench/provisioning/separate-ent.js';
import { readEntStore } from '../outside/ent-store.js';
import type { Fault } from '../simulators/open-ent-ng/faults.js';
import { type EntCalls, entCalls } from './ent-calls.js';

export type RunOptions = {
  /** Calls that the ENT serves a second; 0: as many as it can. */
  readonly perSecond: number;
  /** Everything fails: the ENT's answers, and creations at once in one school (row A). */
  readonly isFaulty: boolean;
  /** New accounts of a school from which they go by file. */
  readonly fileLeast: number;
};

type Counts = {
  readonly made: number;
  readonly failed: number;
  /** Tasks, marks and readings of schools. */
  readonly left: number;
  /** Of these tasks, those that a plan holds. */
  readonly held: number;
};

/** Two processes of the service and the simulated ENT in a third, each of which may be killed and begins again. */
export class AccountsRun {
  private readonly workers: ChildProcess[] = [];
  private isOver = false;

  private constructor(
    readonly bed: ProvisioningBed,
    readonly folder: string,
    private readonly port: number,
    private readonly options: RunOptions,
    public ent: SeparateEnt,
  ) {}

  static async start(options: RunOptions): Promise<AccountsRun> {
    const folder = mkdtempSync(join(tmpdir(), 'ent-at-size-'));
    const port = await freePort();
    const ent = await startedEnt(folder, port, options);
    const bed = await ProvisioningBed.start();
    if (options.isFaulty) await ent.beginFaults(faultsOfFiles);
    return new AccountsRun(bed, folder, port, options, ent);
  }

  async stop(): Promise<void> {
    this.stopWorkers();
    this.ent.child.removeAllListeners('exit');
    this.ent.child.kill('SIGKILL');
    await this.bed.stop();
    rmSync(this.folder, { recursive: true });
  }

  stopWorkers(): void {
    this.isOver = true;
    for (const child of this.workers) child.kill('SIGKILL');
  }

  /** Restarted whatever ends it, as by a supervisor. */
  private startWorker(at: number): void {
    // A calm ENT on a busy machine is never given up, and a faulty one only for its own faults.
    const timeoutMs = this.options.isFaulty ? 2_000 * patience : 60_000;
    const settings = [timeoutMs, this.options.fileLeast].map(String);
    const child = fork(
      'dist/test/kills/provisioning-worker.js',
      [this.bed.fresh.url, this.ent.url, this.bed.prefix, ...settings],
      { execArgv: [] },
    );
    this.workers[at] = child;
    child.once('exit', () => !this.isOver && this.startWorker(at));
  }

  async killWorker(at: number): Promise<void> {
    const child = this.workers[at]!;
    const gone = once(child, 'exit');
    process.kill(child.pid!, 'SIGKILL');
    await gone;
  }

  async killEnt(): Promise<void> {
    const gone = once(this.ent.child, 'exit');
    process.kill(this.ent.child.pid!, 'SIGKILL');
    await gone;
    await sleep(1_000);
    this.ent = await startedEnt(this.folder, this.port, this.options);
  }

  async endFaults(): Promise<void> {
    await fetch(`${this.ent.url}/__simulator/faults`, { method: 'POST', body: '{"faults":[]}' });
  }

  async wipeRedis(): Promise<void> {
    const redis = new Redis(required('REDIS_URL'));
    const keys = await redis.keys(`${this.bed.prefix}:*`);
    if (keys.length > 0) await redis.del(keys);
    await redis.quit();
  }

  async endConnections(): Promise<void> {
    await this.bed.asOwner(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename <> current_user`,
    );
  }

  /** After the connections were ended a statement is sent again. */
  async rows<Row extends Record<string, unknown>>(sql: string): Promise<Row[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.bed.rows<Row>(sql);
      } catch (error) {
        if (tries === 10) throw error;
        await sleep(200);
      }
    }
  }

  /** The accounts of large schools are kept for files before the processes start: each run sends the same people by file. */
  async begin(people: readonly APerson[], on: string): Promise<void> {
    await this.bed.begin(on);
    await this.bed.aMembership('m1', { ordered: people.length, uais });
    const byFile = new Set(uais.slice(0, largeSchools));
    await this.bed.import(
      people.filter(({ uai }) => byFile.has(uai)),
      { on },
    );
    await this.bed.settleAccounts();
    await this.bed.schoolFiles({ fileLeast: this.options.fileLeast }).reserve();
    for (const at of [0, 1]) this.startWorker(at);
    await this.bed.import(
      people.filter(({ uai }) => !byFile.has(uai)),
      { on },
    );
  }

  /** Whatever a plan then holds is approved by `untilQuiet`. */
  async import(people: readonly APerson[], on: string): Promise<void> {
    await this.bed.begin(on);
    await this.bed.import(people, { on });
  }

  /** These people come in with their code, as often as the ENT fails them. */
  async activate(personIds: ReadonlySet<string>): Promise<void> {
    const accounts = await this.rows<{ person_id: string; login: string; ent_id: string }>(
      'select person_id, login, ent_id from account',
    );
    const loginOf = new Map(
      accounts.flatMap(({ person_id, login, ent_id }) =>
        personIds.has(person_id) ? [[ent_id, login]] : [],
      ),
    );
    const unused = () =>
      readEntStore(this.folder).filter(
        ({ id, activationCode }) => loginOf.has(id) && activationCode,
      );
    for (let left = unused(); left.length > 0; left = unused())
      for (const { id, activationCode } of left) {
        const password = 'un mot de passe inventé';
        const form = { login: loginOf.get(id) ?? '', activationCode, acceptCGU: 'true' };
        await fetch(`${this.ent.url}/auth/activation`, {
          ...{ method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(1_000) },
          body: new URLSearchParams({ ...form, password, confirmPassword: password }),
        }).catch(() => undefined);
      }
  }

  private async counts(): Promise<Counts> {
    const [row] = await this.rows<Counts>(
      `select (select count(*)::int from account where state = 'PROVISIONED') as made,
         (select count(*)::int from account where state = 'FAILED') as failed,
         (select count(*)::int from ent_task where gate = 'HELD') as held,
         ((select count(*) from ent_task) + (select count(*) from person_mark) + (select count(*) from pool_mark)
           + (select count(*) from structure_reading) + (select count(*) from import_progress where not settled)
           + (select count(*) from account, platform.business_day d
              where state = 'CLOSING' and closing_ends_on <= d.day))::int as left`,
    );
    return row!;
  }

  /** Until nothing is left to do; `look` may break something, and is called again and again. */
  async untilQuiet(look: (counts: Counts) => Promise<void> = () => Promise.resolve()) {
    for (;;) {
      await sleep(200);
      const counts = await this.counts();
      if (counts.left === 0) return;
      if (counts.held > 0) await this.bed.approveHeld().catch(() => undefined);
      await look(counts);
    }
  }

  calls(): EntCalls {
    return entCalls(this.folder);
  }

  /** Users that came by a file. */
  madeByFile(): number {
    return readEntStore(this.folder).filter(({ source }) => source === 'CSV').length;
  }
}

/** What befalls files beside the faults of all calls: too few of these calls are made for a share of them (rows C, D). */
const faultsOfFiles: readonly Partial<Fault>[] = [
  { mode: 'cut-json', calls: '^POST /directory/wizard/validate', remaining: 1 },
  { mode: 'error-503', calls: '^POST /directory/wizard/validate', remaining: 1 },
  {
    ...{ mode: 'odd-json', calls: '^PUT /directory/wizard/import', remaining: 2 },
    ...{ status: 400, answer: { errors: { global: [null] } } },
  },
  {
    ...{ mode: 'timeout-after-success', calls: '^PUT /directory/wizard/import' },
    ...{ remaining: 1, waitMs: 5_000 },
  },
];

async function startedEnt(
  folder: string,
  port: number,
  { perSecond, isFaulty }: RunOptions,
): Promise<SeparateEnt> {
  const ent = await startEnt({ folder, port, perSecond, hasAccessLog: true });
  ent.child.removeAllListeners('exit');
  await ent.setDeadlocks(isFaulty);
  if (isFaulty) await ent.beginFaults();
  return ent;
}
