import { createLogger } from '#libs/observability';
import { createTopics } from './create-topics.js';

const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',').filter((broker) => broker !== '');
if (brokers.length === 0) {
  process.stderr.write('KAFKA_BROKERS is not set: host:port of the brokers, separated by commas\n');
  process.exit(2);
}
const created = await createTopics(
  {
    brokers,
    namespace: process.env['KAFKA_NAMESPACE'] ?? '',
    replication: Number(process.env['KAFKA_REPLICATION'] ?? 1),
  },
  createLogger('create-topics', 'warn'),
);
process.stdout.write(
  created.length === 0 ? 'Every topic is there.\n' : `Created ${created.join(', ')}.\n`,
);
