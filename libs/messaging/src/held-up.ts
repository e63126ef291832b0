import { topicNamed } from '#libs/contracts';
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

  /** By key, or by what the record says of itself; those with nothing are left out, by id. */
  async ofMemberships(
    membershipIds: readonly string[],
    on: Pick<Transaction, 'query'> = this.database,
  ): Promise<SetAsideOfMembership[]> {
    const { rows } = await on.query<SetAsideRow>(
      `with concerned as (
         select key as membership_id, id from platform.parked_event where key = any($1)
         union select membership_id, id from platform.parked_event where membership_id = any($1)
       ), counted as (
         select membership_id, count(*)::int as events, min(id) as first from concerned group by membership_id
       )
       select c.membership_id, c.events, e.id, coalesce(e.type, '') as type, e.cause, e.parked_at
         from counted c join platform.parked_event e on e.id = c.first order by c.membership_id`,
      [membershipIds],
    );
    return rows.map(({ membership_id: membershipId, events, parked_at: parkedAt, ...first }) => ({
      ...{ membershipId, events },
      first: { ...first, parkedAt },
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
};
