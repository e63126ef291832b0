import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import type { BrokerConnections } from './broker-connections.js';
import type { Logger } from '#libs/observability';
import { tuneKafkajs } from './kafkajs-tuning.js';

export type KafkaAddress = {
  readonly brokers: readonly string[];
  /** Put before every topic and group name: keeps test runs apart on one broker. Empty in a product. */
  readonly namespace?: string;
};

// The relay numbers its records itself, so a producer made anew after bounded retries repeats nothing.
const knownAndHarmless = 'Limiting retries for the idempotent producer';

/**
 * The one way to a kafkajs client: its lines go to the process's log, at levels that mean something. Through
 * `connections` it can be cut off from a broker that does not answer.
 */
export function createKafka(
  clientId: string,
  { brokers }: KafkaAddress,
  logger: Logger,
  connections?: BrokerConnections,
): Kafka {
  tuneKafkajs();
  const config: KafkaConfig = {
    clientId,
    brokers: [...brokers],
    logLevel: logLevel.INFO,
    connectionTimeout: 3_000,
    ...(connections && { socketFactory: connections.open }),
    retry: { retries: connections?.retries(30) ?? 30, initialRetryTime: 200, maxRetryTime: 2_000 },
    // kafkajs calls every rebalance an ERROR and every connection INFO.
    logCreator:
      () =>
      ({ namespace, level, log }) => {
        const quiet = level > logLevel.WARN || log.message.startsWith(knownAndHarmless);
        logger[quiet ? 'debug' : 'warn'](
          { kafka: namespace, error: log['error'] as unknown },
          log.message,
        );
      },
  };
  return new Kafka(config);
}
