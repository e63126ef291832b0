import type pg from 'pg';

/**
 * Of a topic whose owner was restored: what it told and no longer states. Records of this life from that number on, and
 * all of the lives that began after it and before `untilEpoch`.
 */
export type ForgoneLife = {
  readonly epoch: number;
  readonly fromSeq: number;
  readonly untilEpoch: number;
};

export const isForgone = (
  { epoch, seq }: { readonly epoch: number; readonly seq: number },
  lives: readonly ForgoneLife[],
): boolean =>
  lives.some(
    (life) =>
      (epoch === life.epoch && seq >= life.fromSeq) ||
      (epoch > life.epoch && epoch < life.untilEpoch),
  );

export type ForgoneDecision = ForgoneLife & {
  readonly topic: string;
  /** The newest life that is known to be lost; 0: none is. */
  readonly lastLost: number;
  readonly reason: string;
  readonly decidedBy: string;
};

/**
 * Written into a consumer's database by its owner, while the service is stopped and before the restored service tells
 * anything: `fromSeq` is the first number that it will give anew, `untilEpoch` at most the milliseconds since 1970 by the
 * clock of its database. The same decision twice is one.
 */
export async function forgoLife(client: pg.ClientBase, decision: ForgoneDecision): Promise<void> {
  const { topic, epoch, fromSeq, untilEpoch, lastLost, reason, decidedBy } = decision;
  await client.query(
    `insert into platform.forgone_life (topic, epoch, from_seq, until_epoch, last_lost, reason, decided_by)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [topic, epoch, fromSeq, untilEpoch, lastLost, reason, decidedBy],
  );
}

/** A column of a statement that knows the topic as the given expression: all of its forgone lives, as JSON. */
export const forgoneLivesOf = (topic: string): string =>
  `(select coalesce(json_agg(json_build_object('epoch', f.epoch, 'fromSeq', f.from_seq, 'untilEpoch', f.until_epoch)), '[]')
      from platform.forgone_life f where f.topic = ${topic})`;
