import { registry } from '#libs/observability';
import {
  clearFigures,
  showCalendar,
  showOwnFigures,
  showTopicFigures,
} from './messaging-metrics.js';

const topicWith = (lags: readonly bigint[]) => ({
  topic: 'provisioning.account.v1',
  handled: 0n,
  parked: 0n,
  repeated: 0n,
  forgone: 0n,
  foreign: 0n,
  former: 0n,
  stopped: 0,
  endOffset: 0n,
  skipped: 0n,
  lag: lags.reduce((sum, lag) => sum + lag, 0n),
  partitions: lags.map((lag, partition) => ({ partition, lag })),
});

const told = async (...names: readonly string[]) =>
  (await registry.metrics())
    .split('\n')
    .filter((line) =>
      names.some((name) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)),
    );

test('MKT-4: a process without a calendar states no day, one that follows it stands before its first', async () => {
  const names = ['ent_business_day', 'ent_calendar_by_clock', 'ent_broker_answers'];
  // As when the process begins: files that ran before left their figures.
  clearFigures();
  expect(await told(...names)).toEqual([]);
  showCalendar(true);
  expect(await told(...names)).toEqual(['ent_business_day 0', 'ent_calendar_by_clock 1']);
});

test('lag is told by topic and partition, and one that has caught up tells nought', async () => {
  showTopicFigures([topicWith([4n, 3n])]);
  showTopicFigures([topicWith([0n, 7n])]);
  expect(await told('ent_consumer_lag')).toEqual([
    'ent_consumer_lag{topic="provisioning.account.v1",partition="0"} 0',
    'ent_consumer_lag{topic="provisioning.account.v1",partition="1"} 7',
  ]);
});

test('while the broker does not answer, what the database holds is told, and that it does not', async () => {
  const own = {
    businessDate: undefined,
    unsentKeys: 0,
    foreignRecords: 0n,
    outboxOldestSeconds: 0,
    workPending: 0n,
    dayJumps: 0,
  };
  showOwnFigures({ ...own, outboxPending: 0n });
  showTopicFigures([topicWith([0n])]);
  showOwnFigures({ ...own, outboxPending: 1n, unsentKeys: 2 });
  showTopicFigures(undefined);
  expect(await told('ent_outbox_pending', 'ent_unsent_keys', 'ent_broker_answers')).toEqual([
    'ent_outbox_pending 1',
    'ent_unsent_keys 2',
    'ent_broker_answers 0',
  ]);
});
