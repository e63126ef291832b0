import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { accountChange, accountMove, MessagingBed } from '#libs/testing';
import type { ChildPlan } from '../support/messaging-child.js';

/**
 * Goal: whatever dies with SIGKILL, or sleeps past its session, each event has its effect once and in
 * the order of its key (section 4 of the whole chain). Method: relays and consumers as processes,
 * killed at the moment that matters; the effects have no unique key, so a repetition would be seen. Each has topics and a
 * database of its own, and most of it is waiting until somebody counts as dead: all at once.
 */
class Crash {
  private readonly children = new Set<ChildProcess>();
  private emitted = 0;
  /** What consumers gave up. */
  private readonly lost: unknown[] = [];

  private constructor(readonly bed: MessagingBed) {}

  static async played(story: (crash: Crash) => Promise<void>): Promise<void> {
    const crash = new Crash(await MessagingBed.start());
    try {
      await story(crash);
    } finally {
      await crash.end();
    }
  }

  private async end(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    await Promise.all([...this.children].map(ended));
    await this.bed.stop();
  }

  start(plan: Pick<ChildPlan, 'role' | 'killAfterCommits' | 'slowMs'>): ChildProcess {
    const whole: ChildPlan = {
      ...plan,
      brokers: this.bed.brokers,
      namespace: this.bed.namespace,
      databaseUrl: this.bed.fresh.url,
    };
    const child = fork('dist/test/support/messaging-child.js', [JSON.stringify(whole)], {
      execArgv: [],
    });
    this.children.add(child);
    child.on('message', (fault) => this.lost.push(fault));
    return child;
  }

  async emit(count: number): Promise<void> {
    const first = this.emitted;
    this.emitted += count;
    for (let n = first; n < first + count; n += 50) {
      const events = Array.from({ length: Math.min(50, first + count - n) }, (_, i) => {
        const make = (n + i) % 3 === 0 ? accountMove : accountChange;
        return make(`k${(n + i) % 17}`, n + i);
      });
      // A sleeper may hold the day until the database ends its transaction: writers wait and try again.
      await this.bed.until('the events are written', () =>
        this.bed.emit('2022-01-03', ...events).then(
          () => true,
          () => false,
        ),
      );
    }
  }

  async expectOnceInOrder(count: number): Promise<void> {
    await this.bed.untilEffects(count, 90_000);
    await sleep(1_500);
    const effects = await this.bed.effects();
    expect(effects).toHaveLength(count);
    expect(new Set(effects.map(({ eventId }) => eventId)).size).toBe(count);
    for (let key = 0; key < 17; key += 1) {
      const sequences = effects
        .filter((effect) => effect.key === `k${key}`)
        .map(({ sequence }) => Number(sequence));
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    }
    const { parked } = await this.bed.row<{ parked: number }>(
      'select count(*)::int as parked from platform.parked_event',
    );
    expect(parked).toBe(0);
    expect(this.lost).toEqual([]);
  }
}

test.concurrent(
  'a consumer killed after the commit in the database, before it told the broker',
  () =>
    Crash.played(async (crash) => {
      crash.start({ role: 'relay' });
      for (let deaths = 0; deaths < 3; deaths += 1) {
        await crash.emit(250);
        // Everything may come in one batch per partition: only the first commit is sure to happen.
        await ended(crash.start({ role: 'consumer', killAfterCommits: 1 }));
      }
      await crash.emit(250);
      crash.start({ role: 'consumer' });
      await crash.expectOnceInOrder(1_000);
    }),
  240_000,
);

test.concurrent(
  'a relay killed between sending and its bookkeeping, three times',
  () =>
    Crash.played(async (crash) => {
      const { bed } = crash;
      crash.start({ role: 'consumer' });
      await crash.emit(500);
      for (let deaths = 0; deaths < 3; deaths += 1) {
        // Its last statement of a round waits for this lock; by then the rows are at the broker.
        await bed.owner.query('begin');
        await bed.owner.query('lock table platform.produced in access exclusive mode');
        const relay = crash.start({ role: 'relay' });
        await bed.until('the relay waits at its bookkeeping', async () => {
          const { rows } = await bed.fresh.database.query(
            `select 1 from pg_stat_activity where application_name = 'ent-child-relay'
         and datname = current_database() and wait_event_type = 'Lock' and query like 'select platform.forget_sent%'`,
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
      crash.start({ role: 'relay' });
      await crash.expectOnceInOrder(500);
      const { repeated } = await bed.row<{ repeated: number }>(
        'select sum(repeated)::int as repeated from platform.consumer_position',
      );
      expect(repeated).toBeGreaterThanOrEqual(50);
    }),
  240_000,
);

test.concurrent(
  'a relay that sleeps is succeeded in 10 s, and what it still does when it wakes changes nothing',
  () =>
    Crash.played(async (crash) => {
      const { bed } = crash;
      crash.start({ role: 'consumer' });
      const sleeper = crash.start({ role: 'relay' });
      await crash.emit(300);
      await bed.untilEffects(100);
      sleeper.kill('SIGSTOP');
      // By the database's clock, the only one that judges it: how fast the machine is does not matter.
      const { rest } = await bed.row<{ rest: number }>(
        'select extract(epoch from held_until - clock_timestamp())::float8 as rest from platform.relay_state',
      );
      expect(rest).toBeLessThanOrEqual(10);
      crash.start({ role: 'relay' });
      await crash.emit(300);
      await bed.untilEffects(600, 60_000);
      sleeper.kill('SIGCONT');
      await crash.emit(300);
      await crash.expectOnceInOrder(900);
    }),
  240_000,
);

test.concurrent(
  'a consumer that slept past its session, lost its partitions and wakes up',
  () =>
    Crash.played(async (crash) => {
      const { bed } = crash;
      crash.start({ role: 'relay' });
      const sleeper = crash.start({ role: 'consumer', slowMs: 40 });
      await crash.emit(600);
      await bed.untilEffects(50);
      sleeper.kill('SIGSTOP');
      crash.start({ role: 'consumer' });
      await crash.emit(300);
      await bed.untilEffects(600, 90_000);
      sleeper.kill('SIGCONT');
      await crash.emit(300);
      await crash.expectOnceInOrder(1_200);
    }),
  240_000,
);

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
