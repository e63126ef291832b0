import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { accountChange, accountMove, MessagingBed } from '#libs/testing';
import type { ChildPlan } from '../support/messaging-child.js';

/**
 * Goal: whatever dies with SIGKILL, or sleeps past its session, each event has its effect once and in
 * the order of its key (section 4 of the whole chain). Method: relays and consumers as processes,
 * killed at the moment that matters; the effects have no unique key, so a repetition would be seen.
 */
describe('processes that die', () => {
  let bed: MessagingBed;
  const children = new Set<ChildProcess>();
  let emitted = 0;
  /** What consumers gave up. */
  let lost: unknown[] = [];

  beforeEach(async () => {
    bed = await MessagingBed.start();
    emitted = 0;
    lost = [];
  }, 60_000);
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([...children].map(ended));
    children.clear();
    await bed.stop();
  }, 60_000);

  function start(plan: Pick<ChildPlan, 'role' | 'killAfterCommits' | 'slowMs'>): ChildProcess {
    const whole: ChildPlan = {
      ...plan,
      brokers: bed.brokers,
      namespace: bed.namespace,
      databaseUrl: bed.fresh.url,
    };
    const child = fork('dist/test/support/messaging-child.js', [JSON.stringify(whole)], {
      execArgv: [],
    });
    children.add(child);
    child.on('message', (fault) => lost.push(fault));
    return child;
  }

  async function emit(count: number): Promise<void> {
    const first = emitted;
    emitted += count;
    for (let n = first; n < first + count; n += 50) {
      const events = Array.from({ length: Math.min(50, first + count - n) }, (_, i) => {
        const make = (n + i) % 3 === 0 ? accountMove : accountChange;
        return make(`k${(n + i) % 17}`, n + i);
      });
      // A sleeper may hold the day until the database ends its transaction: writers wait and try again.
      await bed.until('the events are written', () =>
        bed.emit('2022-01-03', ...events).then(
          () => true,
          () => false,
        ),
      );
    }
  }

  async function expectOnceInOrder(count: number): Promise<void> {
    await bed.until(`${count} effects`, async () => (await bed.effects()).length >= count, 90_000);
    await sleep(1_500);
    const effects = await bed.effects();
    expect(effects).toHaveLength(count);
    expect(new Set(effects.map(({ eventId }) => eventId)).size).toBe(count);
    for (let key = 0; key < 17; key += 1) {
      const sequences = effects
        .filter((effect) => effect.key === `k${key}`)
        .map(({ sequence }) => Number(sequence));
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    }
    const { parked } = await bed.row<{ parked: number }>(
      'select count(*)::int as parked from platform.parked_event',
    );
    expect(parked).toBe(0);
    expect(lost).toEqual([]);
  }

  test('a consumer killed after the commit in the database, before it told the broker', async () => {
    start({ role: 'relay' });
    for (let deaths = 0; deaths < 3; deaths += 1) {
      await emit(250);
      // Everything may come in one batch per partition: only the first commit is sure to happen.
      await ended(start({ role: 'consumer', killAfterCommits: 1 }));
    }
    await emit(250);
    start({ role: 'consumer' });
    await expectOnceInOrder(1_000);
  }, 240_000);

  test('a relay killed between sending and its bookkeeping, three times', async () => {
    start({ role: 'consumer' });
    await emit(500);
    for (let deaths = 0; deaths < 3; deaths += 1) {
      // Its last statement of a round waits for this lock; by then the rows are at the broker.
      await bed.owner.query('begin');
      await bed.owner.query('lock table platform.produced in access exclusive mode');
      const relay = start({ role: 'relay' });
      await bed.until('the relay waits at its bookkeeping', async () => {
        const { rows } = await bed.fresh.database.query(
          `select 1 from pg_stat_activity where application_name = 'ent-child-relay'
           and datname = current_database() and wait_event_type = 'Lock' and query like 'with held%'`,
        );
        return rows.length > 0;
      });
      relay.kill('SIGKILL');
      await ended(relay);
      // A server notices a dead client only when it writes to it.
      await bed.owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'ent-child-relay' and datname = current_database()`,
      );
      await bed.owner.query('rollback');
    }
    start({ role: 'relay' });
    await expectOnceInOrder(500);
    const { repeated } = await bed.row<{ repeated: number }>(
      'select sum(repeated)::int as repeated from platform.consumer_position',
    );
    expect(repeated).toBeGreaterThanOrEqual(50);
  }, 240_000);

  test('a relay that sleeps is succeeded in 10 s, and what it still does when it wakes changes nothing', async () => {
    start({ role: 'consumer' });
    const sleeper = start({ role: 'relay' });
    await emit(300);
    await bed.untilEffects(100);
    sleeper.kill('SIGSTOP');
    const asleep = performance.now();
    start({ role: 'relay' });
    await emit(300);
    await bed.until(
      'the other has taken over',
      async () => (await bed.effects()).length >= 600,
      60_000,
    );
    // It is started, too, and a busy machine takes its time.
    expect(performance.now() - asleep).toBeLessThan(20_000);
    sleeper.kill('SIGCONT');
    await emit(300);
    await expectOnceInOrder(900);
  }, 120_000);

  test('a consumer that slept past its session, lost its partitions and wakes up', async () => {
    start({ role: 'relay' });
    const sleeper = start({ role: 'consumer', slowMs: 40 });
    await emit(600);
    await bed.untilEffects(50);
    sleeper.kill('SIGSTOP');
    start({ role: 'consumer' });
    await emit(300);
    await bed.until(
      'the other has taken over',
      async () => (await bed.effects()).length >= 600,
      90_000,
    );
    sleeper.kill('SIGCONT');
    await emit(300);
    await expectOnceInOrder(1_200);
  }, 240_000);
});

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
