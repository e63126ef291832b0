import { type LogAddress, numbersOf, type RawRecord, readLog } from '#libs/messaging';
import type { Consumer } from './consumers.js';
import type { Numbers, RecoveryFacts } from './facts.js';
import { lostStretches } from './lost-tails.js';
import { quietLogger } from './read-facts.js';
import { isBeyond } from './stated-numbers.js';

type Stretch = ReturnType<typeof lostStretches>[number];

/** Reads at the ends of the logs what a lost life has written: of all topics, or of one. */
export async function readLostRecords(
  {
    facts,
    consumers,
    address,
  }: {
    facts: RecoveryFacts;
    consumers: readonly Consumer[];
    address: LogAddress;
  },
  each: (record: RawRecord, numbers: Numbers, owner: Stretch['owner']) => void,
  only?: string,
): Promise<void> {
  const stretches = lostStretches(facts, consumers).filter(
    ({ topic }) => only === undefined || topic === only,
  );
  const ownerOf = new Map(stretches.map(({ topic, owner }) => [topic, owner]));
  const toldBy = new Map(facts.databases.map(({ service, told }) => [service, told]));
  await readLog(
    'ent-recovery',
    address,
    quietLogger,
    stretches.map((one) => ({ ...one, from: BigInt(one.from), to: BigInt(one.to) })),
    (record) => {
      const numbers = numbersOf(record);
      if (numbers === undefined) return;
      const owner = ownerOf.get(record.topic)!;
      if (isBeyond(toldBy.get(owner)!, numbers)) each(record, numbers, owner);
    },
  );
}
