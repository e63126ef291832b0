import type pg from 'pg';
import type { Database } from '#libs/persistence';

/** A key, or a whole topic, whose events the broker refuses: they wait in the outbox, the others go on. */
export type UnsentKey = {
  readonly topic: string;
  /** Undefined: the whole topic. */
  readonly key: string | undefined;
  /** Kafka's name of the error: MESSAGE_TOO_LARGE, UNKNOWN_TOPIC_OR_PARTITION … */
  readonly cause: string;
  readonly since: Date;
  readonly attempts: number;
  readonly nextTryAt: Date;
};

export type Addressed = { readonly topic: string; readonly key: string };
type Refusal = { readonly cause: string; readonly ofTheTopic: boolean };

/** A key, or a topic where there is no key. */
type Refused = { readonly topic: string; readonly key?: string; readonly cause: string };

/** What the broker refused of one batch. */
export class Refusals {
  private readonly refused = new Map<string, Refused>();

  add(refused: Refused): void {
    this.refused.set(nameOf(refused), refused);
  }

  has({ topic, key }: Addressed): boolean {
    return (
      this.refused.size > 0 &&
      (this.refused.has(nameOf({ topic })) || this.refused.has(nameOf({ topic, key })))
    );
  }

  list(): Refused[] {
    return [...this.refused.values()];
  }
}

const nameOf = ({ topic, key }: { topic: string; key?: string }): string =>
  JSON.stringify([topic, key]);

/**
 * What an event or its topic is refused for, whatever is tried again; undefined: the fault is around them
 * (a broker away, a leader that changes) and the batch comes again.
 */
export function refusalOf(error: unknown): Refusal | undefined {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const cause = 'type' in each && typeof each.type === 'string' ? each.type : '';
    if (ofTheEvent.has(cause)) return { cause, ofTheTopic: false };
    if (ofTheTopic.has(cause)) return { cause, ofTheTopic: true };
  }
  return undefined;
}

const ofTheEvent = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);
const ofTheTopic = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
]);

/** Tried again after so long, twice as long each time, an hour at most. Repeating it after a crash counts once more. */
export async function setAside(
  client: pg.Client,
  list: readonly Refused[],
  retryAfterMs: number,
): Promise<void> {
  await client.query(
    `insert into platform.unsent_key as known (topic, key, cause, next_try_at)
     select topic, key, cause, clock_timestamp() + $4 * interval '1 millisecond'
       from unnest($1::text[], $2::text[], $3::text[]) as refused (topic, key, cause)
     on conflict (topic, key) do update set cause = excluded.cause, attempts = known.attempts + 1,
       next_try_at = clock_timestamp()
         + least($4 * 2 ^ least(known.attempts, 30), 3600000) * interval '1 millisecond'`,
    [
      list.map(({ topic }) => topic),
      list.map(({ key }) => key ?? null),
      list.map(({ cause }) => cause),
      retryAfterMs,
    ],
  );
}

/** Of these the broker has taken an event. Returns how many are left. */
export async function clearSent(client: pg.Client, rows: readonly Addressed[]): Promise<number> {
  await client.query(
    `delete from platform.unsent_key where (topic, key) in (select * from unnest($1::text[], $2::text[]))
       or (key is null and topic = any($1))`,
    [rows.map(({ topic }) => topic), rows.map(({ key }) => key)],
  );
  return countUnsent(client);
}

/** Keys and topics set aside. */
export async function countUnsent(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'select count(*)::int as n from platform.unsent_key',
  );
  return rows[0]?.n ?? 0;
}

/** For the operator. */
export class UnsentKeys {
  constructor(private readonly database: Database) {}

  /** Those that have waited longest first. */
  async list(limit: number): Promise<UnsentKey[]> {
    const { rows } = await this.database.query<{
      topic: string;
      key: string | null;
      cause: string;
      since: Date;
      attempts: number;
      next_try_at: Date;
    }>(
      `select topic, key, cause, since, attempts, next_try_at
         from platform.unsent_key order by since, topic, key limit $1`,
      [limit],
    );
    return rows.map(({ key, next_try_at: nextTryAt, ...row }) => ({
      ...row,
      key: key ?? undefined,
      nextTryAt,
    }));
  }

  /** The cause is mended: all are tried now, not at their next time. Returns how many. */
  async retry(): Promise<number> {
    const { rowCount } = await this.database.query(
      'update platform.unsent_key set next_try_at = clock_timestamp()',
    );
    return rowCount ?? 0;
  }

  /** Why facts do not flow out: the broker refuses some, or takes none. Undefined when all is sent. */
  async fault(): Promise<string | undefined> {
    const { rows } = await this.database.query<{
      n: number;
      topic: string | null;
      cause: string | null;
      waits_s: number | null;
      telling_again: string | null;
    }>(
      `select (select count(*)::int from platform.unsent_key) as n, first.topic, first.cause,
              (select extract(epoch from clock_timestamp() - occurred_at)::int
                 from platform.outbox order by id limit 1) as waits_s,
              (select string_agg(topic, ', ' order by topic) from platform.telling_again) as telling_again
         from (values (1)) as always left join
              (select topic, cause from platform.unsent_key order by since limit 1) as first on true`,
    );
    const [found] = rows;
    if (!found) return undefined;
    if (found.telling_again !== null) {
      return `TELLING_AGAIN the facts of ${found.telling_again} are told again: nothing new goes before they are`;
    }
    if (found.n > 0) return `UNSENT ${found.n} key(s), the first of ${found.topic}: ${found.cause}`;
    const isStuck = (found.waits_s ?? 0) > stuckAfterSeconds;
    return isStuck ? `STUCK the oldest event waits ${found.waits_s} s to be sent` : undefined;
  }
}

const stuckAfterSeconds = 60;
