import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#libs/observability';
import type { Database } from '#libs/persistence';
import {
  adoptTopicId,
  lossOf,
  type PositionLost,
  readPositions,
  type StoredPosition,
} from './positions.js';
import type { PartitionStates } from './partition-states.js';
import type { PartitionEnds, TopicEnds } from './topic-ends.js';

export type WatchedAssignment = {
  readonly partitionsOf: ReadonlyMap<string, readonly number[]>;
  /** False once the partitions are somebody else's, or the consumer closes. */
  readonly isCurrent: () => boolean;
  /** What the broker says now. */
  readonly onEnds: (topic: string, ends: readonly PartitionEnds[]) => void;
  readonly onLost: (topic: string, partition: number, error: PositionLost) => void;
  /** It goes on from here: nothing of it was read, or a person has decided after a stop. */
  readonly onFree: (topic: string, partition: number, next: bigint) => void;
};

/**
 * Compares the stored positions with the logs: a topic made anew may be empty, and then no batch comes that
 * could show it; and one whose position stands still shows nothing else at all.
 */
export class PositionWatch {
  constructor(
    private readonly parts: { database: Database; ends: TopicEnds; logger: Logger },
    private readonly states: PartitionStates,
    private readonly everyMs: number,
  ) {}

  async watch(assignment: WatchedAssignment): Promise<void> {
    while (assignment.isCurrent()) {
      try {
        await this.compare(assignment);
      } catch (error) {
        this.parts.logger.debug({ err: error }, 'positions not compared with the logs');
      }
      await sleep(this.everyMs, undefined, { ref: false });
    }
  }

  private async compare(assignment: WatchedAssignment): Promise<void> {
    // Positions first: they move only towards an end that is read afterwards.
    const positions = await readPositions(this.parts.database);
    for (const [topic, partitions] of assignment.partitionsOf) {
      const ends = await this.parts.ends.of(topic);
      if (!assignment.isCurrent()) return;
      assignment.onEnds(topic, ends);
      await this.adoptIds(topic, ends, positions);
      for (const end of ends) {
        if (partitions.includes(end.partition)) this.look(topic, end, positions, assignment);
      }
    }
  }

  private async adoptIds(
    topic: string,
    ends: readonly PartitionEnds[],
    positions: readonly StoredPosition[],
  ): Promise<void> {
    const isAdopting = ({ partition }: PartitionEnds) =>
      positions.some((p) => p.topic === topic && p.partition === partition && p.topicId === null);
    const adopting = ends.filter(isAdopting).map(({ partition }) => partition);
    const topicId = ends[0]?.topicId;
    if (topicId !== undefined && adopting.length > 0)
      await adoptTopicId(this.parts.database, topic, adopting, topicId);
  }

  private look(
    topic: string,
    log: PartitionEnds,
    positions: readonly StoredPosition[],
    { onLost, onFree }: WatchedAssignment,
  ): void {
    const { partition, low, high } = log;
    const at = `${topic}/${partition}`;
    const stored = positions.find((p) => p.topic === topic && p.partition === partition);
    const next = stored?.nextOffset ?? low;
    const loss = lossOf(at, stored ?? { nextOffset: low }, log);
    // Removed under a running consumer, so that all is read again: a quiet partition would not notice.
    if (!stored && high > low) {
      onFree(topic, partition, next);
      return;
    }
    if (this.states.isStopped(at)) {
      if (!stored?.stopped && !loss) onFree(topic, partition, next);
      return;
    }
    if (loss) {
      onLost(topic, partition, loss);
      return;
    }
    const stall = this.states.look({ at, next, end: high }, performance.now());
    if (!stall) return;
    this.parts.logger.error(
      { at, position: stall.next.toString(), end: stall.end.toString() },
      'partition stands still with something to read',
    );
  }
}
