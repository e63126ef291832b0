import { createHash, randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import {
  ancenis,
  itemCode,
  MembershipWorld,
} from '../../../../../test/support/builders/membership-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

/**
 * Goal: the tables that an order writes hold nothing that is no order, whoever writes: their triggers judge it, since a
 * check of theirs would be read anew for each order. Method: the owner of the tables tries, who has every right.
 */
let world: MembershipWorld;
let member: string;
beforeAll(async () => {
  world = await MembershipWorld.create(4);
  await world.day('2022-01-14');
  await world.publishMarket((market) => {
    for (const item of market.items) item.groupMaximum = 100_000;
  });
  await world.day('2022-07-19');
  member = await world.activeMember(ancenis, 412);
}, 60_000);
afterAll(() => world?.fresh.drop());

type Forged = {
  readonly kind?: string;
  readonly position?: number;
  readonly hash?: string;
  readonly lineCount?: number;
  readonly lines?: readonly (readonly [line: number, delta: number])[];
};

/** An order at the head of the ledger, right but for what is said. */
const forge = ({ kind = 'ORDINARY', position = 0, lines = [[1, 5]], ...over }: Forged) => {
  const hash = over.hash ?? `encode(sha256(convert_to(ledger_head || 'forged', 'UTF8')), 'hex')`;
  const id = randomUUID();
  const values = lines.map(([line, delta]) => `(${line}, ${delta}::bigint)`);
  return world.fresh.asOwner(
    `with head as (select * from membership where id = '${member}'),
     signed as (
       insert into purchase_order (id, membership_id, ledger_position, number, kind, signed_on, signed_by, line_count,
                                   content, previous_hash, hash)
       select '${id}', id, ledger_position + 1 + ${position}, '${id}', '${kind}', '2022-07-19', 'hand',
              ${over.lineCount ?? lines.length}, 'forged', ledger_head, ${hash} from head returning id)
     insert into order_line (order_id, line, membership_id, item_code, effective_from, delta)
     select signed.id, l.line, '${member}', '${itemCode}', '2022-09-01', l.delta
       from signed, (values ${values.join(', ')}) as l (line, delta)`,
  );
};
const noHash = `'${createHash('sha256').update('another').digest('hex')}'`;

test.each<[string, Forged, RegExp]>([
  ['of a kind that there is not', { kind: 'GIFT' }, /no known kind or length/],
  ['of no line', { lineCount: 0 }, /no known kind or length/],
  ['of 201 lines', { lineCount: 201 }, /no known kind or length/],
  ['whose hash is not that of its content', { hash: noHash }, /hash is not that of its content/],
  ['with a line at place 0', { lines: [[0, 5]] }, /does not belong to its order/],
  ['with a line that changes nothing', { lines: [[1, 0]] }, /changes nothing/],
  ['with a line beyond counting', { lines: [[1, 2_147_483_648]] }, /more than can be counted/],
  ['with one line of two that changes nothing', { lines: twoLines(5, 0) }, /changes nothing/],
  ['with its second line at place 0', { lines: twoLines(5, 5, 0) }, /does not belong to its order/],
  ['that orders more than can be counted', { lines: [[1, 2_147_483_647]] }, /would have 21474840/],
])('ORD-7: refuses an order %s', async (_which, forged, word) => {
  await expect(forge(forged)).rejects.toThrow(word);
});

function twoLines(first: number, second: number, place = 2): [line: number, delta: number][] {
  return [
    [1, first],
    [place, second],
  ];
}

test('ORD-7: what is right but for that is taken', async () => {
  await forge({ lines: twoLines(5, 3) });
  expect((await world.ledgers.find(member))?.items[0]?.timeline.at(-1)?.quantity).toBe(420);
});

/** As a trigger writes, which the first guard lets pass. */
const through = (write: string) => `create temp table door (id integer);
  create function pg_temp.through() returns trigger language plpgsql as $$ begin ${write}; return null; end $$;
  create trigger through after insert on door for each row execute function pg_temp.through();
  insert into door values (1)`;

test.each([
  ['update ordered_day set ordered = -1', /would have -1/],
  ['update maximum_slot set credit = -1', /would have -1/],
  ['update maximum_slot set slot = 16 where slot = 15', /share 16/],
])('ORD-7: nor through a trigger does anybody %s', async (write, word) => {
  await expect(world.fresh.asOwner(through(write))).rejects.toThrow(word);
});

test.each([
  ['update ordered_day set ordered = ordered', 'restrict_violation'],
  ['delete from ordered_day', 'restrict_violation'],
  ['update maximum_slot set credit = credit', 'restrict_violation'],
  ['delete from maximum_slot', 'restrict_violation'],
  ['update membership set ledger_head = ledger_head', 'restrict_violation'],
  ['update membership set version = version - 1', 'check_violation'],
  ['update membership set version = version + 2', 'check_violation'],
])('ORD-7: refuses by itself %s', async (write, condition) => {
  const code = { restrict_violation: '23001', check_violation: '23514' }[condition];
  await expect(world.fresh.asOwner(write)).rejects.toMatchObject({ code });
});

test.each([
  `status = 'GONE'`,
  `end_cause = 'WHIM'`,
  'ends_on = starts_on',
  'ends_on = null',
  'received_on = sent_on - 1',
  `status = 'ENDED'`,
])('ADH-6: no membership has %s', async (what) => {
  const write = `set session_replication_role = 'origin';
    alter table membership disable trigger membership_goes_forward; update membership set ${what}`;
  await expect(world.fresh.asOwner(write)).rejects.toThrow(/membership .* is .* from .* to/);
  const forged = `insert into membership (id, organisation_id, market_code, status, letter_number, sent_on, received_on, applied_on)
    select 'forged', organisation_id, market_code, 'GONE', '1', sent_on, sent_on, sent_on from membership limit 1`;
  await expect(world.fresh.asOwner(forged)).rejects.toThrow(/membership forged is GONE/);
});
