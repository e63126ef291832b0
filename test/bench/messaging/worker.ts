import 'reflect-metadata';
import { runBareConsumer, runBareProducer } from './bare-kafka.js';
import { runConsumer } from './consumer.js';
import type { WorkerMessage, WorkerPlan } from './plan.js';
import { runRelay } from './relay.js';
import { runCopy, runWriter } from './writer.js';

/** Runs one role in this process: says when it is ready, begins at 'go', says when it is done. */
const plan = JSON.parse(process.argv[2] ?? '{}') as WorkerPlan;
const tell = (message: WorkerMessage) => process.send?.(message);
const go = new Promise<void>((resolve) => process.once('message', () => resolve()));

const roles = {
  writer: runWriter,
  relay: runRelay,
  consumer: runConsumer,
  copy: runCopy,
  'bare-producer': runBareProducer,
  'bare-consumer': runBareConsumer,
};

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const seconds = await roles[plan.role](plan, async () => {
  tell({ kind: 'ready' });
  await go;
});
tell({
  kind: 'done',
  peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  cpuSeconds: cpuSeconds(),
  ...(seconds === undefined ? {} : { seconds }),
});
process.disconnect();
process.exit(0);
