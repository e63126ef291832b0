import { readFileSync, writeFileSync } from 'node:fs';
import { chainViolations } from '../../apps/membership/src/orders/ledger/check-ledgers.js';
import type { Order } from '../../apps/membership/src/orders/domain/order.js';
import { chain } from '../../apps/membership/src/orders/ledger/ledger-hash.js';

/**
 * Goal: the text that an order's hash rests on never changes its shape (ORD-7), and a ledger written
 * before still verifies. Method: a ledger as it stood in the database, with its contents and hashes,
 * is judged by the function that CheckLedgers uses, and each order is hashed anew.
 */
type Row = {
  readonly order: Order;
  readonly content: string;
  readonly previousHash: string;
  readonly hash: string;
};
const file = new URL('./ledger-before.json', import.meta.url);
const read = () => JSON.parse(readFileSync(file, 'utf8')) as Row[];
if (process.env['GOLDENS'] === 'write') writeAnew();
const rows = read();
const membershipId = rows[0]?.order.membershipId ?? '';
const ledgerHead = rows.at(-1)?.hash ?? '';
const violationsOf = (changed: typeof rows, head = ledgerHead) =>
  chainViolations({ membershipId, ledgerHead: head }, changed);

/** The orders stay: only what follows from them is computed. */
function writeAnew(): void {
  let head = '';
  const written = read().map(({ order }) => {
    const row = { order, ...chain(head, order), previousHash: head };
    head = row.hash;
    return row;
  });
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
}

test('holds an initial order, one of several lines, a correction, a succession, with documents', () => {
  expect(new Set(rows.map(({ order }) => order.kind))).toEqual(
    new Set(['INITIAL', 'ORDINARY', 'CORRECTION', 'SUCCESSION']),
  );
  expect(rows.some(({ order }) => order.lines.length > 2)).toBe(true);
  expect(rows.some(({ order }) => order.restsOn.length > 1)).toBe(true);
});

test.each(rows.map((row) => [row.order.number, row] as const))(
  'gives %s the text and the hash of before',
  (_number, { order, content, previousHash, hash }) => {
    expect(chain(previousHash, order)).toEqual({ content, hash });
  },
);

test('verifies the ledger as it was written', () => {
  expect(violationsOf(rows)).toEqual([]);
});

test('finds one changed figure, one order left out, and a head that is not the last', () => {
  const other = rows.map((row, index) =>
    index !== 1
      ? row
      : {
          ...row,
          order: { ...row.order, lines: row.order.lines.map((one) => ({ ...one, delta: 1 })) },
        },
  );
  expect(violationsOf(other).map(({ code }) => code)).toEqual(['CHAIN_BROKEN']);
  expect(violationsOf(rows.toSpliced(1, 1)).map(({ code }) => code)).toContain('CHAIN_BROKEN');
  expect(violationsOf(rows, 'other').map(({ code }) => code)).toEqual(['HEAD_IS_NOT_LAST_ORDER']);
});
