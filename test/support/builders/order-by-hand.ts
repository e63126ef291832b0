import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { LocalDate } from '#libs/time';
import { ancenis, itemCode, type MembershipWorld } from './membership-world.js';

type Asked = { query: pg.ClientBase['query'] };

/** Writes an order of one line as somebody with SQL would, with a correct chain. */
export async function insertOrderByHand(
  client: Asked,
  membershipId: string,
  delta: number,
  day: string,
  over: { ofItem?: string; kind?: string } = {},
): Promise<void> {
  const { rows } = await client.query<{ ledger_position: string; ledger_head: string }>(
    'select ledger_position, ledger_head from membership where id = $1',
    [membershipId],
  );
  const { ledger_position, ledger_head } = rows[0]!;
  const position = Number(ledger_position) + 1;
  const content = `by hand ${position}`;
  const hash = createHash('sha256')
    .update(ledger_head + content)
    .digest('hex');
  const id = randomUUID();
  await client.query(
    `insert into purchase_order (id, membership_id, ledger_position, number, kind, signed_on, signed_by, line_count, content, previous_hash, hash)
     values ($1, $2, $3, $4, $8, '2022-07-19', 'hand', 1, $5, $6, $7)`,
    [id, membershipId, position, `SQL-${id}`, content, ledger_head, hash, over.kind ?? 'ORDINARY'],
  );
  await client.query(
    'insert into order_line (order_id, line, membership_id, item_code, effective_from, delta) values ($1, 1, $2, $3, $4, $5)',
    [id, membershipId, over.ofItem ?? itemCode, day, delta],
  );
}

/** A connection of its own, in a transaction that has its snapshot already. */
export async function openTransaction(
  world: MembershipWorld,
  isolation = 'read committed',
): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.fresh.url });
  await client.connect();
  await client.query(`begin isolation level ${isolation}`);
  await client.query('select count(*) from order_line');
  return client;
}

/** A document of a member, as an upload leaves it. */
export async function keepDocument(
  world: MembershipWorld,
  membershipId: string,
  kind: string,
  { datedOn = '2022-10-01', siren = ancenis.siren } = {},
): Promise<{ documentId: string; sha256: string; datedOn: LocalDate }> {
  const documentId = await world.deposit(kind, siren, { membershipId, datedOn });
  const { rows } = await world.database.query<{ sha256: string }>(
    'select sha256 from document where id = $1',
    [documentId],
  );
  const { sha256 = '' } = rows[0] ?? {};
  return { documentId, sha256, datedOn: datedOn as LocalDate };
}
