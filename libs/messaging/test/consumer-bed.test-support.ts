import { randomUUID } from 'node:crypto';
import { BusinessDayStartedSchema, event, type NewEvent, topics } from '#libs/contracts';
import { accountChange, type MessagingBed, testKeyRing } from '#libs/testing';
import type { BatchConsumer } from '../src/batch-consumer.strategy.js';
import { MessagingStatus } from '../src/messaging-status.js';
import { NewestStates } from '../src/newest-states.js';
import { ParkedEvents } from '../src/parked-events.js';
import { partitionOf } from '../src/partition-of.js';
import { PositionDecisions } from '../src/position-decisions.js';
import { TopicEnds } from '../src/topic-ends.js';

/** Changes numbered from `from` to before `to`, dealt out to so many accounts in turn. */
export function accountChanges(from: number, to: number, accounts = 10): NewEvent[] {
  return Array.from({ length: to - from }, (_, n) =>
    accountChange(`k${(from + n) % accounts}`, from + n),
  );
}

/** As who may write to a topic writes a fact by himself, in all but its number. */
export function forged({ key, type, value }: NewEvent, day: string) {
  const headers = { id: randomUUID(), type, 'business-date': day };
  return { key, value: value && Buffer.from(value), headers };
}

/** Through the calendar's own topic. `stoodOn`: with the written order for the days after that one. */
export function startDay(bed: MessagingBed, date: string, stoodOn?: string): Promise<void> {
  const order = stoodOn && { stoodOn, untilOn: date, reference: 'Ordre n° 12' };
  const day = order ? { date, order } : { date };
  return bed.tell(date, event(BusinessDayStartedSchema, 'calendar', day));
}

export async function dayOfService(bed: MessagingBed): Promise<string> {
  return (await bed.row<{ day: string }>('select day::text from platform.business_day')).day;
}

/** What had its effect, in order: account and number. */
export async function seen(bed: MessagingBed): Promise<string[]> {
  return (await bed.effects()).map(({ key, sequence }) => `${key}${sequence}`);
}

export function accountPartition(key: string): number {
  return partitionOf(key, topics.account.partitions);
}

/** A key of another partition than that of the key `a`. */
export function keyElsewhere(): string {
  const keys = Array.from({ length: 50 }, (_, n) => `k${n}`);
  const other = keys.find((key) => accountPartition(key) !== accountPartition('a'));
  if (other === undefined) throw new RangeError('the topic of accounts has one partition');
  return other;
}

export function parkedEvents(bed: MessagingBed, consumer: BatchConsumer): ParkedEvents {
  const { fresh, brokers, namespace, logger } = bed;
  const newest = new NewestStates('test', { brokers, namespace, keyRing: testKeyRing }, logger);
  return new ParkedEvents(fresh.database, fresh.unitOfWork, consumer, newest);
}

/** What the work needs of the broker is closed with it. */
export async function withDecisions<T>(
  bed: MessagingBed,
  work: (decisions: PositionDecisions) => Promise<T>,
): Promise<T> {
  const { database, unitOfWork } = bed.fresh;
  return withEnds(bed, (ends) => work(new PositionDecisions(database, unitOfWork, ends)));
}

/** Of what the topics of accounts and people carry. */
export async function withStatus<T>(
  bed: MessagingBed,
  work: (status: MessagingStatus) => Promise<T>,
): Promise<T> {
  const consumed = [bed.accountTopic, topics.person.name];
  const { database } = bed.fresh;
  return withEnds(bed, (ends) => work(new MessagingStatus(database, ends, consumed, () => [])));
}

export async function withEnds<T>(
  { brokers, namespace, logger }: MessagingBed,
  work: (ends: TopicEnds) => Promise<T>,
): Promise<T> {
  const ends = new TopicEnds('test', { brokers, namespace }, logger);
  try {
    return await work(ends);
  } finally {
    await ends.close();
  }
}
