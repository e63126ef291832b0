import { Injectable } from '@nestjs/common';
import { topics } from '#libs/contracts';
import {
  audit,
  type AuditSubject,
  type Database,
  type Transaction,
  type UnitOfWork,
} from '#libs/persistence';
import { AwaitsCalendar } from './business-day-keeper.js';
import { type ForgoneLife, forgoneLivesOf } from './forgone-lives.js';
import { isOfForgone } from './judge-number.js';
import type { NewestStates } from './newest-states.js';
import { mustWait } from './batch-processor.js';
import type { MembershipTable } from './market-of.js';
import { parkedDetail } from './parked-records.js';
import type { RawRecord, TopicPlan } from './received-event.js';
import { goOnBehind, isStretch } from './unreadable-batches.js';

export type ParkedEventRow = {
  readonly id: bigint;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly type: string | null;
  readonly cause: string;
  readonly causeDetail: string;
  readonly parkedAt: Date;
  /** Null: it is of no market, or of none that is known here. */
  readonly marketCode: string | null;
};

/** One of them, with what it holds up. */
export type ShownParked = ParkedEventRow & {
  /** Envelope; empty for a topic with personal data. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first that is set aside of its key: itself, where nothing comes before it. */
  readonly firstId: bigint;
  /** That wait behind it. */
  readonly behind: number;
  /** Of it and of those behind it, at most 200. */
  readonly memberships: readonly string[];
};

/** Whose events: of these markets alone, or all, those of no market too. */
export type OfMarkets = { readonly markets?: readonly string[] | undefined };

/** Who has them replayed. */
export type Releaser = { readonly userId: string; readonly carrier?: string };

/** The part of the consumer that a release needs. */
export type Replayer = {
  readonly plans: ReadonlyMap<string, TopicPlan>;
  replay(tx: Transaction, record: RawRecord): Promise<void>;
};

type Queue = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly id: bigint;
};
type Stored = {
  id: bigint;
  offset: bigint;
  key: string | null;
  value: Buffer | null;
  headers: Record<string, string> | null;
};

/** What was set aside, and its way back: through the same handlers, key by key, in order. */
@Injectable()
export class ParkedEvents {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly consumer: Replayer,
    private readonly newestStates: NewestStates,
    private readonly memberships?: MembershipTable,
  ) {}

  /** Oldest first, at most 200. Never what is in them. */
  async list(limit = 50, afterId = 0n, { markets }: OfMarkets = {}): Promise<ParkedEventRow[]> {
    const { rows } = await this.database.query<ParkedEventRow>(
      `select id, topic, partition, "offset", key, type, cause, cause_detail as "causeDetail", parked_at as "parkedAt",
              market as "marketCode"
       from ${this.parked()} as parked where id > $1 and ($3::text[] is null or market = any($3)) order by id limit $2`,
      [afterId, Math.min(Math.max(limit, 1), 200), markets ?? null],
    );
    return rows;
  }

  /** Undefined where one of its key is of another market than these, as for a release. */
  async show(
    tx: Transaction,
    id: bigint,
    { markets }: OfMarkets,
  ): Promise<ShownParked | undefined> {
    const { rows } = await tx.query<ShownParked>(
      `select e.id, e.topic, e.partition, e."offset", e.key, e.type, e.cause, e.cause_detail as "causeDetail",
              e.parked_at as "parkedAt", e.market as "marketCode", coalesce(e.headers, '{}') as headers,
              q.first as "firstId", q.behind, q.memberships
         from ${this.parked()} as e, lateral (
           select coalesce((array_agg(f.id order by f."offset"))[1], e.id) as first,
                  (count(*) filter (where f."offset" > e."offset"))::int as behind,
                  (coalesce(array_agg(distinct f.membership_id) filter (where f.membership_id is not null), '{}'))[:200] as memberships,
                  bool_and(coalesce(f.market = any($2), false)) as own
             from ${this.parked()} as f
            where f.topic = e.topic and f.partition = e.partition
              and (f.id = e.id or f.key = e.key)) q
        where e.id = $1 and ($2::text[] is null or q.own)`,
      [id, markets ?? null],
    );
    return rows.map(withKeyOf)[0];
  }

  /** Passes over one that two persons decided on: it is kept, and applied by nobody. False: it was released meanwhile. */
  async skip(
    tx: Transaction,
    { id, topic, partition }: ShownParked,
    proposalId: string,
  ): Promise<boolean> {
    await lockQueue(tx, topic, partition);
    const { rows } = await tx.query<{ offset: bigint; through: bigint | null }>(
      `with gone as (delete from platform.parked_event where id = $1 returning *)
       insert into platform.skipped_event (topic, partition, "offset", through, key, type, cause, cause_detail, headers, value,
         market_code, membership_id, parked_at, proposal_id)
       select topic, partition, "offset", through, key, type, cause, cause_detail, headers, value, market_code, membership_id,
              parked_at, $2 from gone returning "offset", through`,
      [id, proposalId],
    );
    const gone = rows[0];
    if (!gone) return false;
    await tx.query(
      'update platform.consumer_position set parked = parked - 1 where topic = $1 and partition = $2',
      [topic, partition],
    );
    const { offset, through } = gone;
    if (through !== null) await goOnBehind(tx, { topic, partition, offset, through });
    return true;
  }

  async count({ markets }: OfMarkets = {}): Promise<bigint> {
    const { rows } = await this.database.query<{ n: bigint }>(
      `select count(*) as n from ${this.parked()} as parked where $1::text[] is null or market = any($1)`,
      [markets ?? null],
    );
    return rows[0]?.n ?? 0n;
  }

  /**
   * With the market of each: what the event says, or that of its membership once this service knows it. One that says
   * another market than its membership's is of none: only who administers all sees it.
   */
  private parked(): string {
    const own = 'select *, market_code as market from platform.parked_event';
    if (!this.memberships) return `(${own})`;
    const { table, key } = this.memberships;
    return `(select e.*, case when m.market_code is null or e.market_code is null or m.market_code = e.market_code
                              then coalesce(e.market_code, m.market_code) end as market
               from platform.parked_event e left join ${table} m on m.${key} = e.membership_id)`;
  }

  /**
   * Replays one key of one topic, or everything that an owner told. An event that fails again stays, with its new cause,
   * and its key's later ones behind it. Infrastructure faults are thrown: what was released stays so. Of some markets:
   * the keys of which every event is of one of them. Who asks is journalled before anything is replayed.
   */
  async release(
    of: { topic?: string; key?: string } & OfMarkets = {},
    by?: Releaser,
  ): Promise<{ released: number; stillParked: number }> {
    const queues = await this.queues(of);
    if (by && queues.length > 0) await this.journal(of, queues.length, by);
    let released = 0;
    for (const queue of queues) released += await this.releaseQueue(queue);
    return { released, stillParked: Number(await this.count(of)) };
  }

  private async journal(
    { topic = '*', key = '*' }: { topic?: string; key?: string },
    keys: number,
    { userId, carrier }: Releaser,
  ): Promise<void> {
    const subject: AuditSubject = `parked:${topic}/${key}`;
    await this.unitOfWork.run(
      (tx) =>
        audit(tx, {
          ...{ action: 'parked-events.replay-requested', subject, actor: userId },
          details: { keys },
        }),
      carrier,
    );
  }

  /** What waited for a day that has come by now, by itself: it waited for the calendar, not for a person (MKT-4). */
  async releaseDue(): Promise<number> {
    const { rows } = await this.database.query<Queue>(
      `select e.topic, e.partition, e.key, e.id from platform.parked_event e, platform.business_day d
       where e.cause = 'AWAITS_CALENDAR' and e.awaits <= d.day
         and not exists (select from platform.parked_event f
           where f.topic = e.topic and f.partition = e.partition and f.key = e.key and f."offset" < e."offset")
       order by e.id limit 1000`,
    );
    let released = 0;
    for (const queue of rows) released += await this.releaseQueue(queue);
    return released;
  }

  /** For FLOWING: what is set aside until the calendar comes, or undefined. */
  async awaitsCalendar(): Promise<string | undefined> {
    const { rows } = await this.database.query<{
      n: bigint;
      at: string;
      awaits: string;
      day: string | null;
    }>(
      `select count(*) over () as n, topic || '/' || partition || '@' || "offset" as at, awaits::text, day::text
       from platform.parked_event, platform.business_day
       where cause = 'AWAITS_CALENDAR' order by awaits, id limit 1`,
    );
    const first = rows[0];
    if (!first) return undefined;
    const stands = first.day === null ? 'no day has begun' : `the service stands at ${first.day}`;
    return `AWAITS_CALENDAR ${first.n} set aside, first ${first.at} dated ${first.awaits}; ${stands}`;
  }

  private async queues({
    topic,
    key,
    markets,
  }: { topic?: string; key?: string } & OfMarkets): Promise<Queue[]> {
    // Events without a key wait for nobody: each is a queue of its own.
    const { rows } = await this.database.query<Queue>(
      `select topic, partition, key, min(id) as id from ${this.parked()} as parked
       where ($1::text is null or topic = $1) and ($2::text is null or key = $2) and not ${isStretch}
       group by topic, partition, key, case when key is null then id end
       having $3::text[] is null or bool_and(coalesce(market = any($3), false)) order by min(id)`,
      [topic ?? null, key ?? null, markets ?? null],
    );
    return rows;
  }

  private async releaseQueue(queue: Queue): Promise<number> {
    await this.passOverForgone(queue);
    const personal = this.consumer.plans.get(queue.topic)?.personal ?? false;
    for (let released = 0; ;) {
      const count = personal ? await this.releaseNewest(queue) : await this.releaseFirst(queue);
      released += count;
      if (count === 0) return released;
    }
  }

  /** What a lost life told has no effect, also where it was set aside before its life was forgone. */
  private passOverForgone({ topic, partition, key, id }: Queue): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      await lockQueue(tx, topic, partition);
      const { rows } = await tx.query<Pick<Stored, 'id' | 'headers'> & { lives: ForgoneLife[] }>(
        `select id, headers, ${forgoneLivesOf('$1')} as lives from platform.parked_event
          where topic = $1 and partition = $2 and key is not distinct from $3::text and ($3::text is not null or id = $4)
            and exists (select from platform.forgone_life f where f.topic = $1)
          order by "offset" limit 10000`,
        [topic, partition, key, id],
      );
      const forgone = rows
        .filter(({ headers, lives }) => isOfForgone({ header: (name) => headers?.[name] }, lives))
        .map((row) => row.id);
      if (forgone.length > 0) await settle(tx, { topic, partition }, forgone, 'forgone');
    });
  }

  /** One event, one transaction. Gives 0 when the queue is empty or its head fails again. */
  private releaseFirst(queue: Queue): Promise<number> {
    return this.attempt(queue, async (tx) => {
      const head = (await waitingOf(tx, queue, 1))[0];
      if (!head) return 0;
      await this.consumer.replay(tx, recordOf(queue, head));
      await settle(tx, queue, [head.id]);
      return 1;
    });
  }

  /** A personal topic carries full states: the newest one below the position stands for all that wait (SUP-4). */
  private async releaseNewest(queue: Queue): Promise<number> {
    const { rows } = await this.database.query<{
      first: bigint | null;
      next: bigint;
      forgoneLives: ForgoneLife[];
      isDisturbed: boolean;
    }>(
      `select greatest(min(e."offset"), 0) as first, max(p.next_offset) as next, ${forgoneLivesOf('$1')} as "forgoneLives",
              exists (select from platform.foreign_record where topic = $1 and partition = $2 and last_offset >= min(e."offset")) as "isDisturbed"
       from platform.parked_event e join platform.consumer_position p using (topic, partition)
       where e.topic = $1 and e.partition = $2 and e.key is not distinct from $3::text`,
      [queue.topic, queue.partition, queue.key],
    );
    const range = rows[0];
    if (!range || range.first === null || queue.key === null) return 0;
    const newest = await this.newestStates.find({
      ...queue,
      key: queue.key,
      from: range.first,
      to: range.next,
      forgoneLives: range.forgoneLives,
    });
    return this.attempt(queue, async (tx) => {
      const waiting = await waitingOf(tx, queue, 10_000);
      const covered = waiting.filter((row) => row.offset < range.next);
      if (covered.length === 0) return 0;
      // Nothing found: a newer state beyond the position made the broker drop it, and will come by itself. A foreign
      // record may have made it so too: then the event waits until its owner announces the state again.
      if (!newest && range.isDisturbed) return 0;
      if (newest) await this.consumer.replay(tx, newest);
      await settle(
        tx,
        queue,
        covered.map((row) => row.id),
      );
      return covered.length;
    });
  }

  private async attempt(queue: Queue, work: (tx: Transaction) => Promise<number>): Promise<number> {
    try {
      return await this.unitOfWork.run(async (tx) => {
        await lockQueue(tx, queue.topic, queue.partition);
        return work(tx);
      });
    } catch (error) {
      if (mustWait(error)) throw error;
      await this.noteFailure(queue, error);
      return 0;
    }
  }

  private async noteFailure(queue: Queue, error: unknown): Promise<void> {
    const personal = this.consumer.plans.get(queue.topic)?.personal ?? false;
    const detail = error instanceof Error ? error.message : String(error);
    const code = (error as { code?: unknown }).code;
    const cause =
      code === 'UNDECODABLE' || code === 'UNKNOWN_TYPE' || error instanceof AwaitsCalendar
        ? code
        : 'HANDLER_FAILED';
    await this.database.query(
      `update platform.parked_event set cause = $4, cause_detail = $5, awaits = $7
       where id = (select id from platform.parked_event
         where topic = $1 and partition = $2 and key is not distinct from $3::text and ($3::text is not null or id = $6)
         order by "offset" limit 1)`,
      [
        queue.topic,
        queue.partition,
        queue.key,
        cause,
        personal ? '' : parkedDetail(detail),
        queue.id,
        error instanceof AwaitsCalendar ? error.day : null,
      ],
    );
  }
}

/** What cannot be read says nothing of its membership, save by the key of a topic whose keys are memberships. */
function withKeyOf(shown: ShownParked): ShownParked {
  const { topic, key, memberships } = shown;
  if (key === null || !keyedByMembership.includes(topic)) return shown;
  return { ...shown, memberships: [...new Set([...memberships, key])].slice(0, 200) };
}

const keyedByMembership: readonly string[] = [topics.membership, topics.seat, topics.invoice].map(
  ({ name }) => name,
);

/** As a batch does: what is set aside of a partition changes behind its position. */
async function lockQueue(tx: Transaction, topic: string, partition: number): Promise<void> {
  await tx.query(
    'select 1 from platform.consumer_position where topic = $1 and partition = $2 for update',
    [topic, partition],
  );
}

async function waitingOf(
  tx: Transaction,
  { topic, partition, key, id }: Queue,
  limit: number,
): Promise<Stored[]> {
  const { rows } = await tx.query<Stored>(
    `select id, "offset", key, value, headers from platform.parked_event
     where topic = $1 and partition = $2 and key is not distinct from $3::text and ($3::text is not null or id = $4)
     order by "offset" limit $5`,
    [topic, partition, key, id, limit],
  );
  return rows;
}

async function settle(
  tx: Transaction,
  queue: Pick<Queue, 'topic' | 'partition'>,
  ids: readonly bigint[],
  as: 'handled' | 'forgone' = 'handled',
): Promise<void> {
  await tx.query('delete from platform.parked_event where id = any($1::bigint[])', [ids]);
  await tx.query(
    `update platform.consumer_position set ${as} = ${as} + $3, parked = parked - $3
     where topic = $1 and partition = $2`,
    [queue.topic, queue.partition, ids.length],
  );
}

function recordOf({ topic, partition }: Queue, { offset, key, value, headers }: Stored): RawRecord {
  return { topic, partition, offset, key, value, header: (name) => headers?.[name] };
}
