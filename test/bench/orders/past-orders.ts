import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { chain } from '../../../apps/membership/src/orders/ledger/ledger-hash.js';
import { type Order, orderNumberOf } from '../../../apps/membership/src/orders/domain/order.js';
import { copyIn, type CopyValue, newRowId, type Transaction } from '#libs/persistence';
import { addDays, type LocalDate } from '#libs/time';
import { itemCode } from '../../support/builders/membership-world.js';

export type PastMember = { readonly membershipId: string; readonly siren: string };

const linesPerOrder = 200;
const daysWithChanges = 700;

/**
 * Members with a past, written as their orders would have left it, but in bulk: the chain is that of the
 * service, the running state is summed from the lines. One real membership is the model; the others are copies
 * of it. CheckLedgers recomputes all of it afterwards.
 */
export class PastOrders {
  constructor(
    private readonly ownerUrl: string,
    private readonly start: LocalDate,
    private readonly commitment: number,
  ) {}

  /** `size` past changes over `count` members, a tenth of them with the first. */
  async write(model: PastMember, count: number, size: number): Promise<PastMember[]> {
    const owner = new pg.Client({ connectionString: this.ownerUrl });
    await owner.connect();
    const members = [model, ...Array.from({ length: count - 1 }, (_, index) => copyOf(index))];
    try {
      await owner.query('begin');
      await owner.query("set local session_replication_role = 'replica'");
      await copyMembership(owner, model, members.slice(1));
      await owner.query('delete from order_line');
      await owner.query('delete from purchase_order');
      await owner.query('delete from ordered_day');
      await owner.query('delete from ledger_evidence');
      for (let index = 0; index < members.length; index += 100) {
        const some = members.slice(index, index + 100);
        const shares = some.map((_, offset) => shareOf(index + offset, count, size));
        await this.writeLedgers(owner, some, shares);
        process.stderr.write(`\r${Math.min(index + 100, count)} of ${count} members`);
      }
      await owner.query(
        `insert into ordered_day (membership_id, item_code, effective_from, ordered)
         select membership_id, item_code, effective_from,
                sum(sum(delta)) over (partition by membership_id, item_code order by effective_from)
           from order_line group by 1, 2, 3`,
      );
      await owner.query('commit');
      await owner.query('vacuum analyze');
      // The past lies on the disk: otherwise decisions pay for writing what the set-up left in memory.
      await owner.query('checkpoint');
      process.stderr.write('\n');
    } finally {
      await owner.end();
    }
    return members;
  }

  private async writeLedgers(
    owner: pg.Client,
    members: readonly PastMember[],
    shares: readonly number[],
  ): Promise<void> {
    const orders: CopyValue[][] = [];
    const lines: CopyValue[][] = [];
    const heads: string[] = [];
    const positions: number[] = [];
    for (const [index, { membershipId }] of members.entries()) {
      let head = '';
      let position = 0;
      for (const order of this.ordersOf(membershipId, shares[index] ?? 0)) {
        const { content, hash } = chain(head, order);
        position = order.ledgerPosition;
        orders.push([
          ...[order.orderId, membershipId, position, order.number, order.kind, order.signedOn],
          ...[order.signedBy, '[]', order.lines.length, content, head, hash],
        ]);
        for (const [line, one] of order.lines.entries()) {
          lines.push([
            ...[order.orderId, line + 1, membershipId, one.itemCode, one.effectiveFrom, one.delta],
          ]);
        }
        head = hash;
      }
      heads.push(head);
      positions.push(position);
    }
    const tx = owner as unknown as Transaction;
    await copyIn(tx, `purchase_order (${orderColumns})`, orders);
    await copyIn(
      tx,
      'order_line (order_id, line, membership_id, item_code, effective_from, delta)',
      lines,
    );
    await owner.query(
      `update membership m set ledger_head = x.head, ledger_position = x.position
         from unnest($1::text[], $2::text[], $3::bigint[]) as x (id, head, position) where m.id = x.id`,
      [members.map(({ membershipId }) => membershipId), heads, positions],
    );
  }

  /** The initial order, then as many lines as it has changes: two up, one down, so that C always holds. */
  private *ordersOf(membershipId: string, changes: number): Generator<Order> {
    const signed = { membershipId, signedOn: this.start, signedBy: 'past', restsOn: [] };
    const first = { itemCode, effectiveFrom: this.start, delta: this.commitment };
    const orderAt = (ledgerPosition: number) => ({
      ...signed,
      orderId: newRowId(),
      number: orderNumberOf(ledgerPosition),
      ledgerPosition,
    });
    yield { ...orderAt(1), kind: 'INITIAL', lines: [first] };
    for (let done = 0, position = 2; done < changes; done += linesPerOrder, position += 1) {
      const count = Math.min(linesPerOrder, changes - done);
      const lines = Array.from({ length: count }, (_, line) => ({
        itemCode,
        effectiveFrom: addDays(this.start, (done + line) % daysWithChanges),
        delta: (done + line) % 3 === 2 ? -1 : 1,
      }));
      yield { ...orderAt(position), kind: 'ORDINARY', lines };
    }
  }
}

const orderColumns =
  'id, membership_id, ledger_position, number, kind, signed_on, signed_by, rests_on, line_count, content, previous_hash, hash';

function shareOf(index: number, count: number, size: number): number {
  if (index === 0) return Math.ceil(size / 10);
  const others = size - Math.ceil(size / 10);
  // To the last change: the first members get one more where it does not divide.
  return Math.floor(others / (count - 1)) + (index <= others % (count - 1) ? 1 : 0);
}

function copyOf(index: number): PastMember {
  return { membershipId: randomUUID(), siren: `9${String(index).padStart(8, '0')}` };
}

/** Rows of organisation, membership and commitment like the model's; its columns are asked, so that none is missed. */
async function copyMembership(
  owner: pg.Client,
  model: PastMember,
  copies: readonly PastMember[],
): Promise<void> {
  const ids = copies.map(({ membershipId }) => membershipId);
  const sirens = copies.map(({ siren }) => siren);
  for (const [table, where, over] of [
    ['organisation', "t.id = 'org-' || $3", { id: "'org-' || x.siren", siren: 'x.siren' }],
    ['membership', 't.id = $4', { id: 'x.id', organisation_id: "'org-' || x.siren" }],
    ['commitment', 't.membership_id = $4', { membership_id: 'x.id' }],
  ] as const) {
    const { rows } = await owner.query<{ name: string }>(
      `select column_name as name from information_schema.columns
        where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
      [table],
    );
    const names = rows.map(({ name }) => name);
    const given: Readonly<Record<string, string>> = over;
    await owner.query(
      `insert into ${table} (${names.join(', ')})
       select ${names.map((name) => given[name] ?? `t.${name}`).join(', ')}
         from ${table} t cross join unnest($1::text[], $2::text[]) as x (id, siren)
        where ${where} and $3::text is not null and $4::text is not null`,
      [ids, sirens, model.siren, model.membershipId],
    );
  }
  // C of each rests on an annex 2 of its own.
  await owner.query(
    `with copied as (
       insert into annexe2 (membership_id, sha256, file_name, dated_on, imported_by, imported_on, verified_by, verified_on)
       select x.id, sha256, file_name, dated_on, imported_by, imported_on, verified_by, verified_on
         from annexe2 cross join unnest($1::text[]) as x (id) where membership_id = $2 and verified_by is not null returning id)
     insert into annexe2_line (annexe2_id, line, beneficiary, item_code, quantity)
     select copied.id, l.line, l.beneficiary, l.item_code, l.quantity
       from copied cross join annexe2_line l join annexe2 a on a.id = l.annexe2_id
      where a.membership_id = $2 and a.verified_by is not null`,
    [ids, model.membershipId],
  );
}
