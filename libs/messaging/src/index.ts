export * from './batch-consumer.strategy.js';
export * from './batch-context.js';
export * from './business-date.js';
export * from './business-day-keeper.js';
export type { CalendarMode } from './calendar-mode.js';
export { DayJumps } from './day-steps.js';
export * from './consumption.js';
export * from './create-topics.js';
export * from './forgone-lives.js';
export * from './proofs/fact-key-files.js';
export * from './proofs/fact-keys.js';
export { type ProvenMessage, proveRecords } from './proofs/prove-records.js';
export type { KeyRing } from './proofs/proof-verifier.js';
export * from './held-up.js';
export * from './logged-states.js';
export * from './messaging.module.js';
export * from './messaging-status.js';
export * from './newest-revisions.js';
export * from './outbox-relay.js';
export * from './outbox.pg-outbox.js';
export * from './outbox.js';
export * from './parked-events.js';
export * from './plan-runs.js';
export * from './skip-parked.js';
export * from './personal-data.js';
export * from './positions.js';
export * from './rejoin.js';
export { PersonNeeded, requirePerson } from './require-person.js';
export * from './state-digests.js';
export * from './tell-again.js';
export * from './traces.js';
export { BatchProcessor, mustWait } from './batch-processor.js';
export type { FetchedBatch } from './sorted-batch.js';
export { partitionOf } from './partition-of.js';
export { createKafka, type KafkaAddress } from './kafka-client.js';
export {
  type LoggedRecord,
  NotReadable,
  type RawRecord,
  type ReceivedEvent,
  type TopicPlan,
} from './received-event.js';
export { ancestorsMax } from './incarnations.js';
export { belongingOf } from './market-of.js';
export { numbersOf, type Numbered } from './judge-number.js';
export { type LogAddress, readLog, type Stretch } from './read-log.js';
export { BrokerUnavailable, type PartitionEnds, TopicEnds } from './topic-ends.js';
