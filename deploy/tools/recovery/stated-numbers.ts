import { ancestorsMax } from '#libs/messaging';
import type { ForgoneLife, FullNumbers, Numbers, ToldFacts } from './facts.js';

/**
 * The first number of a life that this database does not state, rows on their way counted as stated: they go again as
 * they were. Undefined: it knows no such life.
 */
export function endOf({ lives, nextSeq, onTheWay }: ToldFacts, epoch: number): number | undefined {
  const at = lives.findIndex((life) => life.epoch === epoch);
  if (at === -1) return undefined;
  return at === 0 ? nextSeq + onTheWay : lives[at - 1]!.branchSeq;
}

/** Whether the owner knows to have told it. */
export function isStated(told: ToldFacts, { epoch, seq }: Numbers): boolean {
  const end = endOf(told, epoch);
  return end !== undefined && seq < end;
}

/** The last number that went to a partition; 0: none. */
export const lastTold = (told: ToldFacts, topic: string, partition: number): number =>
  lastOf(told, topic, partition)?.seq ?? 0;

const lastOf = ({ lastNumbers }: ToldFacts, topic: string, partition: number) =>
  lastNumbers.find((each) => each.topic === topic && each.partition === partition);

/** What stands after all that it states, told by lives that were lost; what a succeeded life left behind is not that. */
export function isBeyond(told: ToldFacts, numbers: Numbers): boolean {
  const newest = told.lives[0]?.epoch ?? 0;
  return numbers.epoch >= newest && !isStated(told, numbers);
}

type Stretch = Pick<ForgoneLife, 'epoch' | 'fromSeq' | 'untilEpoch'>;

/**
 * What may be in the logs of this database and is not stated by it: a stretch after each life that another succeeded,
 * and all that was told before its first one, where a log begins with that.
 */
export function closedStretches({ lives }: ToldFacts, first: Numbers | undefined): Stretch[] {
  const oldest = lives.at(-1);
  const between = lives.slice(1).map(({ epoch }, at) => {
    const successor = lives[at]!;
    return { epoch, fromSeq: successor.branchSeq, untilEpoch: successor.epoch };
  });
  return oldest && first && first.epoch < oldest.epoch
    ? [...between, { epoch: 0, fromSeq: 1, untilEpoch: oldest.epoch }]
    : between;
}

/** After the newest life; where there was none, all that is in the logs. */
export function openStretch(told: ToldFacts): Omit<Stretch, 'untilEpoch'> {
  const [newest] = told.lives;
  return newest
    ? { epoch: newest.epoch, fromSeq: endOf(told, newest.epoch)! }
    : { epoch: 0, fromSeq: 1 };
}

/**
 * Where a reader stands that has applied exactly what the owner states of a partition; a repeat follows nothing of it.
 * With the digest of the owner's own record: the digest of a lost one would contradict the next (FCT-1).
 */
export function statedNumbers(
  told: ToldFacts,
  topic: string,
  partition: number,
): FullNumbers & { readonly digest: string | null } {
  const [newest, ...ancestors] = told.lives;
  if (!newest) return { epoch: 0, seq: 0, prev: 0, lineage: '', digest: null };
  const last = lastOf(told, topic, partition);
  const lineage = ancestors.map(({ epoch }, at) => `${epoch}:${told.lives[at]!.branchSeq}`);
  return {
    ...{ epoch: newest.epoch, seq: last?.seq ?? 0, prev: -1, digest: last?.digest ?? null },
    lineage: lineage.slice(0, ancestorsMax).join(' '),
  };
}
