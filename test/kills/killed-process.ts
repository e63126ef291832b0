import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { bed } from '../../apps/provisioning/test/bed-of-each-test.test-support.js';

let child: ChildProcess | undefined;

/** Whatever a test of this file leaves running ends with it. */
export function endedWithEachTest(): void {
  afterEach(() => {
    if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
}

/** A process of provisioning on the bed of this test. Ends it by SIGKILL, by its id; red where it had ended by itself. */
export function startProcess(worker: 'provisioning-worker' | 'files-worker'): () => Promise<void> {
  const { fresh, ent, prefix } = bed;
  const started = fork(`dist/test/kills/${worker}.js`, [fresh.url, ent.url, prefix], {
    execArgv: [],
  });
  child = started;
  const gone = once(started, 'exit');
  return async () => {
    process.kill(started.pid!, 'SIGKILL');
    expect(await gone).toEqual([null, 'SIGKILL']);
  };
}

/** Somebody else has this locked, until what is returned is called: what is to be written there waits. */
export async function locked(sql: string): Promise<() => Promise<void>> {
  const owner = new pg.Client({ connectionString: bed.fresh.ownerUrl });
  await owner.connect();
  await owner.query('begin');
  await owner.query(sql);
  return async () => {
    await owner.query('rollback');
    await owner.end();
  };
}

export async function waitsForALock(): Promise<boolean> {
  const sql = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return (await bed.rows(sql)).length > 0;
}
