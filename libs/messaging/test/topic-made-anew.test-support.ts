import { randomUUID } from 'node:crypto';
import type { MessagingBed } from '#libs/testing';
import { createKafka } from '../src/kafka-client.js';

type Sent = Parameters<MessagingBed['send']>[1][number];

/** As they stand in the log, to be sent again as they are. */
export async function recordsOf(bed: MessagingBed, topic: string, count: number): Promise<Sent[]> {
  const kafka = createKafka('test', { brokers: bed.brokers }, bed.logger);
  const groupId = `${bed.namespace}${randomUUID()}`;
  // A fetch of an empty partition lasts so long, and leaving waits for it.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const found: Sent[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [bed.namespace + topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ partition, message: { key, value, headers = {} } }) => {
      found.push({ key, value, headers: headers as NonNullable<Sent['headers']>, partition });
      return Promise.resolve();
    },
  });
  await bed.until(`${count} records`, () => found.length >= count);
  await consumer.disconnect();
  return found;
}

/** Deleted, and made again as it was. */
export async function makeAnew(bed: MessagingBed, topic: string): Promise<void> {
  const name = bed.namespace + topic;
  const admin = bed.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [name] });
  await bed.until('it is gone', async () => !(await admin.listTopics()).includes(name));
  await admin.disconnect();
  await bed.createTopics();
}
