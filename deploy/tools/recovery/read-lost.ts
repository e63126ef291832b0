import { headers, type ServiceName } from '#libs/contracts';
import { belongingOf, type LogAddress } from '#libs/messaging';
import type { Consumer } from './consumers.js';
import type { RecoveryFacts } from './facts.js';
import { readLostRecords } from './lost-records.js';

/** Facts of one kind that an owner has told and no longer knows. */
export type LostFacts = {
  readonly owner: ServiceName;
  readonly topic: string;
  readonly type: string;
  readonly count: number;
  /** Of what the facts name, the first hundred: there people can look at what to do again. */
  readonly memberships: readonly string[];
};

const membershipsMax = 100;

/** Reads the ends of the logs that a lost life has written. */
export async function readLost(
  facts: RecoveryFacts,
  consumers: readonly Consumer[],
  address: LogAddress,
): Promise<LostFacts[]> {
  const counts = new Map<string, { lost: Omit<LostFacts, 'memberships' | 'count'>; n: number }>();
  const memberships = new Map<string, Set<string>>();
  await readLostRecords({ facts, consumers, address }, (record, _numbers, owner) => {
    const type = (record.header(headers.type) ?? '?').split('.').at(-1)!;
    const key = `${record.topic} ${type}`;
    const known = counts.get(key) ?? { lost: { owner, topic: record.topic, type }, n: 0 };
    counts.set(key, { ...known, n: known.n + 1 });
    const { membershipId } = belongingOf(record);
    const named = memberships.get(key) ?? new Set();
    if (membershipId !== null && named.size < membershipsMax) named.add(membershipId);
    memberships.set(key, named);
  });
  const found = [...counts].map(([key, { lost, n }]) => ({
    ...{ ...lost, count: n },
    memberships: [...(memberships.get(key) ?? [])].sort(),
  }));
  return found.sort((a, b) => (a.topic + a.type < b.topic + b.type ? -1 : 1));
}
