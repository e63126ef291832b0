import { headers, topicNamed } from '#libs/contracts';
import type { Database, Transaction } from '#libs/persistence';
import { partitionOf } from './partition-of.js';

/** What is set aside of one membership, those behind one set aside included. */
export type SetAsideOfMembership = {
  readonly membershipId: string;
  readonly events: number;
  /** The first of them: a person decides on it before the others. */
  readonly first: {
    /** As `ListParked` tells it. */
    readonly id: bigint;
    /** Full name, or empty where the record says none. */
    readonly type: string;
    readonly cause: string;
    readonly parkedAt: Date;
    /** Of the record; empty where it says none. */
    readonly businessDate: string;
  };
};

/** A partition that stopped until a person decides. */
export type Stop = {
  readonly topic: string;
  readonly partition: number;
  readonly why: string;
  /** The keys asked for that are read from it. */
  readonly keys: readonly string[];
};

/** What this service's copies lack and no waiting brings. A lag that goes by itself is no matter of this. */
export class HeldUp {
  constructor(private readonly database: Database) {}

  /**
   * Of these topics, by key or by what the record says of itself; those with nothing are left out, by id. What only waits
   * for its day (AWAITS_CALENDAR) and all behind it come by themselves, and are left out too; so is what no owner told.
   */
  async ofMemberships(
    topics: readonly string[],
    membershipIds: readonly string[],
    on: Pick<Transaction, 'query'> = this.database,
  ): Promise<SetAsideOfMembership[]> {
    const { rows } = await on.query<SetAsideRow>(
      `with stuck as (
         select * from platform.parked_event e where topic = any($1) and cause <> 'AWAITS_CALENDAR' and not exists (
           select from platform.parked_event h where h.topic = e.topic and h.partition = e.partition and h.key = e.key
              and h.cause = 'AWAITS_CALENDAR')
       ), concerned as (
         select key as membership_id, id from stuck where key = any($2)
         union select membership_id, id from stuck where membership_id = any($2)
       ), counted as (
         select membership_id, count(*)::int as events, min(id) as first from concerned group by membership_id
       )
       select c.membership_id, c.events, e.id, coalesce(e.type, '') as type, e.cause, e.parked_at,
              coalesce(e.headers ->> $3, '') as business_date
         from counted c join platform.parked_event e on e.id = c.first order by c.membership_id`,
      [topics, membershipIds, headers.businessDate],
    );
    return rows.map(({ membership_id: membershipId, events, id, type, cause, ...first }) => ({
      ...{ membershipId, events },
      first: { id, type, cause, parkedAt: first.parked_at, businessDate: first.business_date },
    }));
  }

  /** Where some of these keys are read. */
  async stopsOf(
    topic: string,
    keys: readonly string[],
    on: Pick<Transaction, 'query'> = this.database,
  ): Promise<Stop[]> {
    const { rows } = await on.query<{ partition: number; stopped: string }>(
      `select partition, stopped from platform.consumer_position
        where topic = $1 and stopped is not null order by partition`,
      [topic],
    );
    const partitions = topicNamed(topic)?.partitions ?? 1;
    return rows
      .map(({ partition, stopped }) => ({
        ...{ topic, partition, why: stopped },
        keys: keys.filter((key) => partitionOf(key, partitions) === partition),
      }))
      .filter((stop) => stop.keys.length > 0);
  }
}

type SetAsideRow = {
  membership_id: string;
  events: number;
  id: bigint;
  type: string;
  cause: string;
  parked_at: Date;
  business_date: string;
};
