import pg from 'pg';
import { MembershipService } from '#libs/contracts';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { people } from '../../../deploy/local/demo/players.js';
import { DemoTokens } from '../../../deploy/local/demo/tokens.js';
import type { Stack } from '../../../deploy/local/stack.mjs';

/** The order books of a running stack, read past the service that keeps them, and compared with what it says. */
export class OrderBooks {
  private constructor(
    private readonly membership: pg.Client,
    private readonly billing: pg.Client,
    private readonly service: RpcClient<typeof MembershipService>,
    private readonly marketCode: string,
  ) {}

  static async open(stack: Stack, marketCode: string): Promise<OrderBooks> {
    const { ISSUER_URL = '', CLIENT_SECRET = '', MEMBERSHIP_RPC: address = '' } = stack.env;
    const tokens = new DemoTokens(ISSUER_URL, CLIENT_SECRET);
    const token = () => tokens.token('membership', people.coordinator);
    return new OrderBooks(
      await databaseOf(stack, 'membership'),
      await databaseOf(stack, 'billing'),
      createRpcClient(MembershipService, { address, token }),
      marketCode,
    );
  }

  async close(): Promise<void> {
    this.service.close();
    await this.membership.end();
    await this.billing.end();
  }

  async itemCode(): Promise<string> {
    const { market } = await this.service.getMarket({ code: this.marketCode });
    return market?.items[0]?.code ?? '';
  }

  /** Every order that a member signed, one text each. */
  async orders(): Promise<{ effect: string }[]> {
    const { rows } = await this.membership.query<{ effect: string }>(
      `select o.id || ' ' || l.membership_id || ' ' || l.effective_from || ' ' || l.delta as effect
         from purchase_order o join order_line l on l.order_id = o.id where o.kind = 'ORDINARY'`,
    );
    return rows;
  }

  /** What is kept under each key: an order's id, or the code of a refusal. */
  async answers(): Promise<Map<string, string>> {
    const { rows } = await this.membership.query<{ key: string; told: string }>(
      `select key, coalesce(refusal ->> 'code', answer -> 'order' ->> 'orderId') as told
         from platform.idempotent_answer where operation = 'SignOrder'`,
    );
    return new Map(rows.map(({ key, told }) => [key, told]));
  }

  /** Floor and maximum on every day, from the bare lines. */
  async sumAnew(): Promise<{ belowCommitment: string[]; highest: number }> {
    const { rows: below } = await this.membership.query<{ below: string }>(
      `${sums} select membership_id || ' ' || day as below from summed where ordered < committed`,
    );
    const { rows } = await this.membership.query<{ highest: number }>(
      `${sums} select max(of_day)::int as highest from (select sum(ordered) as of_day from summed group by day) g`,
    );
    return {
      belowCommitment: below.map((row) => row.below),
      highest: rows[0]?.highest ?? Number.NaN,
    };
  }

  /** Days on which GetQuantities tells another quantity than the lines add up to. */
  async viewsThatDiffer(): Promise<string[]> {
    const { rows } = await this.membership.query<{
      membership_id: string;
      day: string;
      ordered: number;
    }>(
      `${sums} select membership_id, day::text as day, ordered::int as ordered from summed order by membership_id, day`,
    );
    const ids = [...new Set(rows.map(({ membership_id }) => membership_id))];
    const views = new Map<string, readonly { from: string; quantity: number }[]>();
    for (const membershipId of ids) {
      const { timelines } = await this.service.getQuantities({ membershipId });
      views.set(membershipId, timelines[0]?.ordered ?? []);
    }
    return rows.flatMap(({ membership_id: id, day, ordered }) => {
      const told = views.get(id)?.findLast(({ from }) => from <= day)?.quantity ?? 0;
      return told === ordered ? [] : [`${id} on ${day}: ${ordered}, told ${told}`];
    });
  }

  async checkLedgers() {
    return this.service.checkLedgers({ marketCode: this.marketCode }, { deadlineMs: 60_000 });
  }

  /**
   * Lines that the ledger and the copy of a consumer do not have alike, and events set aside: each order was
   * told once, for a line told twice would be there twice or be refused, and set aside.
   */
  async copyThatDiffers(): Promise<string[]> {
    const { rows: own } = await this.membership.query<{ line: string }>(
      `select l.membership_id || ' ' || o.ledger_position || ' ' || l.line || ' ' || l.effective_from || ' ' || l.delta as line
         from order_line l join purchase_order o on o.id = l.order_id order by 1`,
    );
    const { rows: copied } = await this.billing.query<{ line: string }>(
      `select membership_id || ' ' || ledger_position || ' ' || line || ' ' || effective_from || ' ' || delta as line
         from ledger_line order by 1`,
    );
    const { rows: aside } = await this.billing.query<{ line: string }>(
      `select 'set aside: ' || cause as line from platform.parked_event`,
    );
    const copiedOnce = new Set(copied.map(({ line }) => line));
    const missing = own.map(({ line }) => line).filter((line) => !copiedOnce.has(line));
    const more = copied.length === own.length ? [] : [`${copied.length} of ${own.length} lines`];
    return [...missing, ...more, ...aside.map(({ line }) => line)];
  }
}

/** Per member and day in force: the sum of its lines so far, and what annex 2 commits it to. */
const sums = `with summed as (
  select m.id as membership_id, d.day, coalesce(c.quantity, 0) as committed, coalesce(sum(l.delta), 0) as ordered
    from membership m
    cross join lateral (select generate_series(m.starts_on, m.ends_on - 1, '1 day')::date as day) d
    left join commitment c on c.membership_id = m.id
    left join order_line l on l.membership_id = m.id and l.effective_from <= d.day
   where m.status = 'ACTIVE' group by 1, 2, 3)`;

async function databaseOf(stack: Stack, service: string): Promise<pg.Client> {
  const address = new URL(stack.backing.postgresUrl);
  address.pathname = new URL(stack.backing.databaseUrls[service] ?? '').pathname;
  const database = new pg.Client({ connectionString: address.href });
  await database.connect();
  return database;
}
