import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { fromBinary } from '@bufbuild/protobuf';
import { OrderSignedSchema } from '#libs/contracts';
import { CheckSeals, Seals } from '#libs/persistence';
import { localDate } from '#libs/time';
import {
  ancenis,
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { refusalOf } from '../../../../../test/support/builders/refusal.js';
import {
  insertOrderByHand,
  openTransaction,
} from '../../../../../test/support/builders/order-by-hand.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let member: string;

beforeAll(async () => {
  world = await MembershipWorld.create(20);
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  member = await world.activeMember(ancenis, 412);
}, 60_000);
afterAll(() => world?.fresh.drop());

const violations = async () => (await world.checkLedgers.execute(marketCode)).violations;
const inForceOn = async (membershipId: string, day: string) => {
  const ledger = await world.ledgers.find(membershipId);
  return ledger?.items[0]?.timeline.findLast(({ from }) => from <= day)?.quantity ?? 0;
};

test('ORD-1: activation records an order equal to the commitment, effective on the first day', async () => {
  const [first] = await world.recordedOrders.list(member, 0, 10);
  expect(first?.order).toMatchObject({
    kind: 'INITIAL',
    number: 'BC-0001',
    lines: [{ itemCode, effectiveFrom: '2022-07-19', delta: 412 }],
    restsOn: [{ kind: 'CONVENTION' }, { kind: 'ANNEXE2' }],
  });
});

test('ORD-1, ORD-7: an order counts from its day, extends the chain and is told with the version', async () => {
  const signed = await world.order(member, ancenis.siren, 38, '2022-11-03');
  expect(await inForceOn(member, '2022-11-02')).toBe(412);
  expect(await inForceOn(member, '2022-11-03')).toBe(450);
  const { rows } = await world.database.query<{ value: Buffer }>(
    'select value from platform.outbox where key = $1 order by id desc limit 1',
    [member],
  );
  const told = fromBinary(OrderSignedSchema, rows[0]!.value);
  const [head] = await world.ledgers.headsOf(marketCode);
  expect(told).toMatchObject({
    ledgerHead: signed.ledgerHead,
    membershipVersion: head!.version,
  });
  expect(head).toMatchObject({ membershipId: member, ledgerHead: signed.ledgerHead });
  expect(await violations()).toEqual([]);
});

test('ORD-2: an order below the commitment is refused with figures: no order, no event, but answer and audit', async () => {
  const key = randomUUID();
  const before = {
    orders: await world.count('from purchase_order'),
    events: await world.count('from platform.outbox'),
  };
  const error = await refusalOf(world.order(member, ancenis.siren, -50, '2023-01-16', key));
  expect(error).toMatchObject({
    code: 'BELOW_COMMITMENT',
    details: {
      shortfalls: [
        {
          itemCode,
          label: 'Compte élève',
          firstDay: '2023-01-16',
          wouldBe: 400,
          commitment: 412,
          shortfall: 12,
        },
      ],
    },
  });
  expect(await world.count('from purchase_order')).toBe(before.orders);
  expect(await world.count('from platform.outbox')).toBe(before.events);
  expect(await world.count("from platform.audit_entry where action = 'order.signed.refused'")).toBe(
    1,
  );
  // The same key: the same refusal, not written twice.
  expect(await refusalOf(world.order(member, ancenis.siren, -50, '2023-01-16', key))).toMatchObject(
    {
      code: 'BELOW_COMMITMENT',
      details: error!.details,
    },
  );
  expect(await world.count("from platform.audit_entry where action = 'order.signed.refused'")).toBe(
    1,
  );
});

test('ORD-3: a repeated order gives the first answer again, and another body under its key is refused', async () => {
  const key = randomUUID();
  const [first, ...others] = await Promise.all(
    Array.from({ length: 5 }, () => world.order(member, ancenis.siren, 3, '2022-12-01', key)),
  );
  for (const other of others) expect(other).toEqual(first);
  expect(await inForceOn(member, '2022-12-01')).toBe(453);
  expect(await refusalOf(world.order(member, ancenis.siren, 4, '2022-12-01', key))).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('ORD-3: 50 decreases at once, fine alone and wrong together, leave O ≥ C', async () => {
  const other = await world.activeMember(vertou, 1_000);
  await world.order(other, vertou.siren, 100, '2022-09-01');
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      refusalOf(
        world.order(
          other,
          vertou.siren,
          -10,
          `2022-09-${String(2 + (index % 20)).padStart(2, '0')}`,
        ),
      ),
    ),
  );
  expect(outcomes.filter((error) => error === undefined)).toHaveLength(10);
  expect(outcomes.filter((error) => error?.code === 'BELOW_COMMITMENT')).toHaveLength(40);
  expect(await inForceOn(other, '2026-07-18')).toBe(1_000);
  expect(await violations()).toEqual([]);
}, 60_000);

test('SUP-3: an orderer of another member is told that the membership does not exist', async () => {
  expect(await refusalOf(world.order(member, vertou.siren, 1, '2022-12-01'))).toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('a preview says what would be refused and writes nothing', async () => {
  const before = await world.count('from platform.audit_entry');
  const lines = [{ itemCode, effectiveFrom: localDate('2023-01-16'), delta: -100 }];
  const preview = await world.previewOrder.execute({
    membershipId: member,
    lines,
    caller: ordererOf(ancenis.siren),
  });
  expect(preview.refusals).toMatchObject([
    { code: 'BELOW_COMMITMENT', shortfall: { shortfall: 59 } },
  ]);
  expect(await world.count('from platform.audit_entry')).toBe(before);
});

describe('the database itself', () => {
  const byHand = (delta: number, day: string, ofItem = itemCode) =>
    refusalOf(
      world.unitOfWork.run((tx) => insertOrderByHand(tx as never, member, delta, day, { ofItem })),
    );

  test('ORD-3: an INSERT that breaks the floor fails, one that keeps it does not', async () => {
    expect(String(await byHand(-42, '2023-02-01'))).toContain('BELOW_COMMITMENT');
    expect(await inForceOn(member, '2023-02-01')).toBe(453);
    expect(await byHand(-41, '2023-02-01')).toBeUndefined();
    expect(await inForceOn(member, '2023-02-01')).toBe(412);
    await world.order(member, ancenis.siren, 41, '2023-02-01');
  });

  test('ORD-3: two INSERTs at once that are fine alone fail together, in every isolation level', async () => {
    const before = await inForceOn(member, '2023-03-01');
    for (const isolation of ['read committed', 'repeatable read', 'serializable']) {
      const clients = await Promise.all([0, 1].map(() => openTransaction(world, isolation)));
      const outcomes = await Promise.allSettled(
        clients.map(async (client, index) => {
          await insertOrderByHand(client, member, -30, `2023-03-0${1 + index}`);
          await client.query('commit');
        }),
      );
      await Promise.all(clients.map((client) => client.end()));
      expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(
        1,
      );
      const left = await inForceOn(member, '2023-03-05');
      expect(left).toBeGreaterThanOrEqual(412);
      if (left < before) await world.order(member, ancenis.siren, before - left, '2023-03-01');
    }
  }, 30_000);

  test('ORD-5: a line outside the membership, or of an unknown item, fails', async () => {
    expect(String(await byHand(5, '2026-07-19'))).toContain('outside its membership');
    expect(String(await byHand(5, '2022-07-18'))).toContain('outside its membership');
    expect(String(await byHand(5, '2022-07-19', 'AUTRE'))).toContain('unknown item');
  });

  test.each([
    ['update purchase_order set signed_by = $$x$$'],
    ['update order_line set delta = delta + 1'],
    ['delete from order_line'],
    ['delete from purchase_order'],
    ['update ordered_day set ordered = ordered + 1'],
    ['delete from ordered_day'],
    ['update membership set version = version + 2'],
    ["update membership set ledger_head = ''"],
    [
      'insert into order_line select order_id, 2, membership_id, item_code, effective_from, 1 from order_line limit 1',
    ],
    ['update commitment set quantity = quantity + 1000'],
    ['update commitment set quantity = quantity - 1'],
    ['delete from commitment'],
    ["insert into commitment select membership_id, 'AUTRE', 5 from commitment limit 1"],
    ["update market set floor_scope = 'TOTAL'"],
    ['delete from market_item'],
    ['delete from membership'],
    ["update market_item set item_code = 'AUTRE'"],
    ["update membership set status = 'APPLIED', starts_on = null, ends_on = null"],
    ["update membership set status = 'ACCEPTED', starts_on = null, ends_on = null"],
    [
      `with other as (insert into market select 'autre', version, sha256, terms, floor_scope, decrease_notice_days from market returning code)
      update membership set market_code = other.code from other`,
    ],
    [
      `insert into purchase_order (id, membership_id, ledger_position, number, kind, signed_on, signed_by, line_count, content, previous_hash, hash)
      select 'x', membership_id, ledger_position, 'x', kind, signed_on, signed_by, 1, 'x', previous_hash, encode(sha256(convert_to(previous_hash || 'x', 'UTF8')), 'hex') from purchase_order limit 1`,
    ],
  ])('ORD-7: refuses %s', async (sql) => {
    await expect(world.database.query(sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^(23|42501)/),
    });
    await expect(world.fresh.asOwner(sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^23/),
    });
  });

  test('ORD-7: through a trigger of its own the service writes no running state, nor by one of the owner’s', async () => {
    const door = 'create temp table door as table order_line;';
    const through = (write: string) => `${door}
      create function pg_temp.through() returns trigger language plpgsql as $$ begin ${write}; return null; end $$;
      create trigger through after insert on door for each row execute function pg_temp.through();
      insert into door table order_line`;
    const state = async () =>
      (
        await world.database.query(
          'select *, (select max(ledger_head) from membership) from ordered_day order by 1, 2, 3',
        )
      ).rows;
    const before = await state();
    const attacks = [
      through('update ordered_day set ordered = ordered - 1'),
      through('update maximum_slot set credit = credit + 1000'),
      through(`update membership set ledger_head = ''`),
      // A sum that no order has: the running state would follow these lines.
      `${door} create trigger through after insert on door referencing new table as new_lines
         for each statement execute function order_line_moves_ordered_days();
       insert into door table order_line`,
    ];
    for (const attack of attacks) {
      await expect(world.database.query(attack)).rejects.toThrow(
        /permission denied to create temporary tables/,
      );
    }
    await world.fresh.allowTemporary();
    for (const attack of attacks) {
      await expect(world.database.query(attack)).rejects.toThrow(
        /permission denied for (table|function) (ordered_day|maximum_slot|membership|order_line_moves)/,
      );
    }
    expect(await state()).toEqual(before);
  });

  test('ORD-7: a membership begins with the head of an empty ledger, whoever writes it', async () => {
    const forged = `insert into membership (id, organisation_id, market_code, status, letter_number, sent_on, received_on,
        applied_on, ledger_position) select 'forged', organisation_id, market_code, 'REFUSED', '1', sent_on, sent_on, sent_on, 7
      from membership limit 1`;
    await expect(world.database.query(forged)).rejects.toThrow('permission denied');
  });

  test('ORD-7: an order changed behind the back of the triggers is found', async () => {
    const codes = async () => (await violations()).map(({ code }) => code);
    expect(await codes()).not.toContain('RUNNING_STATE_DIFFERS');
    const owner = new pg.Client({ connectionString: world.fresh.ownerUrl });
    await owner.connect();
    await owner.query('begin');
    await owner.query("set local session_replication_role = 'replica'");
    await owner.query(
      'update order_line set delta = delta - 1 where line = 1 and membership_id = $1',
      [member],
    );
    await owner.query('commit');
    await owner.end();
    const found = await codes();
    expect(found).toContain('CHAIN_BROKEN');
    expect(found).toContain('BELOW_COMMITMENT');
    expect(found).toContain('RUNNING_STATE_DIFFERS');
  });

  test('ORD-7: the newest orders of a ledger, removed by the owner, are found by their anchor', async () => {
    const { database, unitOfWork } = world.fresh;
    const { anchoring } = world;
    const verify = () =>
      new CheckSeals(unitOfWork, new Seals(database, unitOfWork), anchoring).execute();
    await anchoring.anchor();
    expect(await verify()).toMatchObject({ findings: [] });
    const newest =
      'ledger_position = (select max(ledger_position) from purchase_order where membership_id = $1)';
    const owner = new pg.Client({ connectionString: world.fresh.ownerUrl });
    await owner.connect();
    try {
      await owner.query("begin; set local session_replication_role = 'replica'");
      const { rows } = await owner.query<{ position: string }>(
        `delete from purchase_order where membership_id = $1 and ${newest} returning ledger_position as position`,
        [member],
      );
      await owner.query('commit');
      expect((await verify()).findings).toEqual([
        {
          code: 'CHAIN_CUT',
          book: `ledgers/${member}`,
          seal: Number(rows[0]!.position),
          day: expect.any(String),
        },
      ]);
      // `ledger verify` says it too, of this member alone.
      const { violations } = await world.checkLedgers.execute(marketCode, member);
      expect(violations).toContainEqual({
        code: 'NOT_AS_ANCHORED',
        found: expect.stringContaining(
          `« ledgers/${member} » s’arrête avant son n° ${rows[0]!.position}`,
        ),
      });
    } finally {
      await owner.end();
    }
  });
});

describe('floor scope TOTAL', () => {
  let total: MembershipWorld;
  beforeAll(async () => {
    total = await MembershipWorld.create();
    await total.day('2022-01-14');
    await total.publishMarket((file) => {
      file.floorScope = 'TOTAL';
      file.items.push({ code: 'AGENT', label: 'Compte agent', profile: 'PERSONNEL' });
    });
    await total.day('2022-07-19');
  }, 60_000);
  afterAll(() => total?.fresh.drop());

  const change = (membershipId: string, ...lines: readonly (readonly [string, number])[]) =>
    total.signOrder.execute({
      idempotencyKey: randomUUID(),
      membershipId,
      lines: lines.map(([code, delta]) => ({
        itemCode: code,
        effectiveFrom: localDate('2022-09-01'),
        delta,
      })),
      caller: ordererOf(ancenis.siren),
    });

  test('COM-1: the floor is on all items together, in the domain and in the database', async () => {
    const { membershipId } = await total.applyAs(ancenis);
    const csv = `UAI;Catégorie;Nombre\n${ancenis.uai};élève;100\n${ancenis.uai};agent;10\n`;
    await total.enterAndAccept(membershipId, csv);
    await change(membershipId, [itemCode, -5], ['AGENT', 5]);
    expect(await refusalOf(change(membershipId, [itemCode, -1]))).toMatchObject({
      code: 'BELOW_COMMITMENT',
      details: { shortfalls: [{ itemCode: '*', wouldBe: 109, commitment: 110, shortfall: 1 }] },
    });
    const owner = new pg.Client({ connectionString: total.fresh.ownerUrl });
    await owner.connect();
    await owner.query('begin');
    await owner.query("set local session_replication_role = 'replica'");
    await owner.query("update commitment set quantity = 11 where item_code = 'AGENT'");
    const { rows: below } = await owner.query<object>(
      "select item_code, on_day::text, ordered::int, commitment::int from days_below_commitment($1, '2022-07-19') order by on_day",
      [membershipId],
    );
    await owner.query('rollback');
    await owner.end();
    expect(below).toEqual([
      { item_code: '*', on_day: '2022-07-19', ordered: 110, commitment: 111 },
      { item_code: '*', on_day: '2022-09-01', ordered: 110, commitment: 111 },
    ]);
    expect((await total.checkLedgers.execute(marketCode)).violations).toEqual([]);
  });
});
