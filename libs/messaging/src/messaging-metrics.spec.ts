import { registry } from '#libs/observability';
import { showFigures } from './messaging-metrics.js';

test('lag is told by topic and partition, and one that has caught up tells nought', async () => {
  const figures = (lags: readonly bigint[]) => ({
    businessDate: undefined,
    outboxPending: 0n,
    consumerLag: lags.reduce((sum, lag) => sum + lag, 0n),
    workPending: 0n,
    topics: [
      {
        topic: 'provisioning.account.v1',
        handled: 0n,
        parked: 0n,
        repeated: 0n,
        endOffset: 0n,
        lag: lags.reduce((sum, lag) => sum + lag, 0n),
        partitions: lags.map((lag, partition) => ({ partition, lag })),
      },
    ],
    produced: [],
  });
  showFigures(figures([4n, 3n]));
  showFigures(figures([0n, 7n]));
  const told = (await registry.metrics())
    .split('\n')
    .filter((l) => l.startsWith('ent_consumer_lag{'));
  expect(told).toEqual([
    'ent_consumer_lag{topic="provisioning.account.v1",partition="0"} 0',
    'ent_consumer_lag{topic="provisioning.account.v1",partition="1"} 7',
  ]);
});
