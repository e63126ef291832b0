import { jest } from '@jest/globals';
import pg from 'pg';
import {
  ancenis,
  callerWith,
  verifier,
  itemCode,
  marketCode,
  type MembershipWorld,
} from '../../../../test/support/builders/membership-world.js';
import { saidTo, together } from '../../../../test/support/builders/by-hand.js';
import { insertOrderByHand } from '../../../../test/support/builders/order-by-hand.js';
import { SuccessionInPart } from '../../../../test/support/builders/succession-in-part.js';
import {
  breuilBarret,
  SuccessionWorld,
  terval,
} from '../../../../test/support/builders/succession-world.js';

/**
 * Goal: C rests on the verified annex 2 and on successions that were carried out, whoever writes (COM-3, ADH-5).
 * Method: each attack is SQL of the service's own role on a real database; ORD-2 would take what it leaves as the floor.
 */

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let successions: SuccessionWorld;
let inPart: SuccessionInPart;
let old: string;
let heir: string;
let breuil: string;

beforeAll(async () => {
  successions = await SuccessionWorld.begin();
  ({ world } = successions);
  inPart = await SuccessionInPart.begin(successions);
  ({ old, heir } = inPart);
}, 60_000);
afterAll(() => world?.fresh.drop());

const said = (sql: string) => saidTo(world, sql);
const moving = (
  membershipId: string,
  delta: number,
  succession: string,
  from = '2023-01-01',
) => `insert into commitment_change (membership_id, item_code, effective_from, delta, succession_id, recorded_on)
      values ('${membershipId}', '${itemCode}', '${from}', ${delta}, '${succession}', '2022-07-19')`;
// The orders named are the last ones of the two sides.
const carriedOut = (id: string, movedLines: string, { namesOrders = false } = {}) =>
  `insert into succession (id, group_id, market_code, kind, effective_on, predecessor_membership_id, moved_lines,
       successor_organisation_id, document_id, planned_by, planned_on, status, decided_on, successor_membership_id,
       predecessor_order_id, successor_order_ids)
   select '${id}', 'g', '${marketCode}', 'PARTIAL', '2023-01-01', '${old}', '${movedLines}', organisation_id, 'arrete', 'x',
          '2022-07-19', 'CARRIED_OUT', '2022-07-19', id, ${namesOrders ? `(${lastOrderOf(old)})` : 'null'},
          ${namesOrders ? `array(${lastOrderOf(heir)})` : "'{}'"} from membership where id = '${heir}'`;
const lastOrderOf = (membershipId: string) =>
  `select id from purchase_order where membership_id = '${membershipId}' order by ledger_position desc limit 1`;

test('COM-3: no change of C rests on a succession that is not there, or is only planned', async () => {
  expect(await said(moving(old, -95, 'none'))).toMatch('foreign key');
  const [planned] = await successions.execute([inPart.plan()]);
  expect(await said(moving(old, -95, planned!))).toMatch('is not carried out');
  await successions.cancel.execute({
    idempotencyKey: 'evidence-cancel',
    successionId: planned!,
    reason: 'Essai',
    caller: callerWith('coordinator'),
  });
  expect((await successions.ledgerOf(old)).C).toEqual(['2022-07-19 412']);
});

test('ADH-5: a succession that is written by hand moves no other C than the lines of the verified annex 2', async () => {
  const both = [moving(old, -95, 'forged'), moving(heir, 95, 'forged')];
  expect(await said(together(carriedOut('forged', '[]'), ...both))).toMatch('lines of annex 2');
  const invented = `[{"line": 2, "beneficiary": "x", "itemCode": "${itemCode}", "quantity": 95}]`;
  expect(await said(together(carriedOut('forged', invented), ...both))).toMatch('lines of annex 2');
  expect(await said(together(carriedOut('forged', '[]'), both[0]!))).toMatch('NOT_CONSERVED');
  expect(await said(carriedOut('empty', '[]'))).toMatch('lines of annex 2');
  expect((await successions.ledgerOf(old)).C).toEqual(['2022-07-19 412']);
});

test('ADH-5, ORD-6: O moves by orders of kind SUCCESSION alone, each named by one succession, and by none other', async () => {
  const line = `[{"line": 3, "beneficiary": "x", "itemCode": "${itemCode}", "quantity": 100}]`;
  const forged = (kinds: readonly [string, string]) =>
    world.unitOfWork
      .run(async (tx) => {
        await insertOrderByHand(tx as never, old, -100, '2023-01-01', { kind: kinds[0] });
        await insertOrderByHand(tx as never, heir, 100, '2023-01-01', { kind: kinds[1] });
        await tx.query(carriedOut('forged', line, { namesOrders: true }));
        await tx.query(together(moving(old, -100, 'forged'), moving(heir, 100, 'forged')));
      })
      .then(
        () => '',
        (error: Error) => error.message,
      );
  expect(await forged(['ORDINARY', 'SUCCESSION'])).toMatch('not its own');
  expect(await forged(['SUCCESSION', 'ORDINARY'])).toMatch('not its own');
  const alone = world.unitOfWork.run((tx) =>
    insertOrderByHand(tx as never, heir, 100, '2023-01-01', { kind: 'SUCCESSION' }),
  );
  await expect(alone).rejects.toThrow('rests on no succession');
});

test('ADH-5: to what was carried out nothing is added: neither side, no other member, no other day', async () => {
  inPart.hold(105);
  const [id] = await successions.execute([inPart.plan()]);
  await successions.day('2023-01-01');
  breuil = await world.activeMember(breuilBarret, 40);
  expect(await said(moving(old, -5, id!, '2023-02-01'))).not.toBe('');
  expect(await said(moving(breuil, -5, id!))).toMatch('of another membership or day');
  expect(
    await said(together(moving(old, -5, id!, '2023-02-01'), moving(heir, 5, id!, '2023-02-01'))),
  ).toMatch('of another membership or day');
  expect(await said(together(carriedOut('same-orders', '[]', { namesOrders: true })))).toMatch(
    'not its own',
  );
  expect(
    await said(
      together(
        carriedOut('again', JSON.stringify((await successions.find(id)).movedLines)),
        moving(old, -100, 'again'),
        moving(heir, 100, 'again'),
      ),
    ),
  ).toMatch('lines of annex 2');
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
});

test('COM-3, ADH-6: a membership comes into force with the C of its verified annex 2 alone', async () => {
  const { membershipId } = await world.applyAs({
    ...ancenis,
    name: 'Autre',
    siren: '218502896',
    insee: '85289',
  });
  const { sha256 } = await world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};100\n`);
  const caller = callerWith('coordinator');
  await world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
  await world.accept.execute({ membershipId, caller });
  expect(
    await said(
      `insert into annexe2_line select id, 9, 'x', '${itemCode}', 1 from annexe2 where membership_id = '${membershipId}'`,
    ),
  ).toMatch('verified');
  // The service changes none; who removes one and adds another is judged at the end.
  const commits = async (quantity: number) => {
    await world.database.query('delete from commitment where membership_id = $1', [membershipId]);
    await world.database.query(
      'insert into commitment (membership_id, item_code, quantity) values ($1, $2, $3)',
      [membershipId, itemCode, quantity],
    );
  };
  await commits(5);
  await expect(world.activate.execute({ membershipId, caller })).rejects.toThrow(/annex 2/);
  await commits(100);
  await world.activate.execute({ membershipId, caller });
  // Nobody replaces it afterwards, by another one that is verified.
  expect(
    await said(`insert into annexe2 (membership_id, sha256, file_name, dated_on, imported_by, imported_on, verified_by, verified_on)
      values ('${membershipId}', 'x', 'x', '2022-01-01', 'a', '2022-01-01', 'b', '2022-01-01')`),
  ).toMatch('ANNEXE2_FROZEN');
});

describe('what the owner of the database rewrites behind its triggers', () => {
  let owner: pg.Client;
  let successor: string;
  beforeAll(async () => {
    owner = new pg.Client({ connectionString: world.fresh.ownerUrl });
    await owner.connect();
    await owner.query("set session_replication_role = 'replica'");
    await successions.day('2024-06-03');
    const [inFull] = await successions.execute([successions.planOf(breuil, terval, '2024-06-01')]);
    ({ successorMembershipId: successor } = await successions.find(inFull));
  });
  afterAll(() => owner?.end());

  /** What `ledger verify` says of it; put back afterwards. */
  const found = async (rewritten: string, back: string) => {
    await owner.query(rewritten);
    const { violations } = await world.checkLedgers.execute(marketCode);
    await owner.query(back);
    return violations.filter(({ code }) => code !== 'BELOW_COMMITMENT');
  };
  const set = (table: string, value: string, where: string) =>
    `update ${table} set ${value} where ${where}`;

  test('ORD-3, COM-3: C that is not the sum of its annex 2 and of what successions moved is found', async () => {
    expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
    // BIL-5: what is committed ends with an order, whose event told the head.
    expect(
      await world.count(`from membership m join purchase_order o
        on o.membership_id = m.id and o.ledger_position = m.ledger_position where o.hash <> m.ledger_head`),
    ).toBe(0);
    const lowered = (membershipId: string, quantity: number) =>
      set('commitment', `quantity = ${quantity}`, `membership_id = '${membershipId}'`);
    expect(await found(lowered(old, 60), lowered(old, 412))).toEqual([
      expect.objectContaining({
        code: 'COMMITMENT_DIFFERS',
        membershipId: old,
        told: 60,
        grounded: 412,
      }),
    ]);
    // Whose C is another's, and the other's that of its annex 2.
    expect(await found(lowered(successor, 5), lowered(successor, 40))).toContainEqual(
      expect.objectContaining({
        code: 'COMMITMENT_DIFFERS',
        membershipId: successor,
        told: 5,
        grounded: 40,
      }),
    );
    const moved = (delta: number) =>
      set('commitment_change', `delta = ${delta}`, `membership_id = '${heir}'`);
    expect(await found(moved(5), moved(100))).toContainEqual(
      expect.objectContaining({
        code: 'COMMITMENT_DIFFERS',
        membershipId: heir,
        day: '2023-01-01',
        told: 55,
        grounded: 150,
      }),
    );
  });

  test('ORD-7, COM-3: annex 2 and C rewritten alike are not what the ledger chained, which names them', async () => {
    const annexe2 = (line: number, sum: number) =>
      together(
        set(
          'annexe2_line',
          `quantity = ${line}`,
          `beneficiary = '${ancenis.uai}' and quantity in (300, 60)`,
        ),
        set('commitment', `quantity = ${sum}`, `membership_id = '${old}'`),
      );
    const changed = { code: 'EVIDENCE_CHANGED', membershipId: old };
    expect(await found(annexe2(60, 172), annexe2(300, 412))).toEqual([
      { ...changed, evidence: 'ANNEXE2' },
    ]);
    // The chain rewritten too, with a hash that is right: the order after it does not follow.
    const chained = (from: number, to: number) =>
      set(
        'ledger_evidence',
        `content = replace(content, '"quantity": ${from}', '"quantity": ${to}'),
         hash = encode(sha256(convert_to(previous_hash || replace(content, '"quantity": ${from}', '"quantity": ${to}'), 'UTF8')), 'hex')`,
        `membership_id = '${old}'`,
      );
    expect(
      await found(
        together(annexe2(60, 172), chained(300, 60)),
        together(annexe2(300, 412), chained(60, 300)),
      ),
    ).toEqual([expect.objectContaining({ code: 'CHAIN_BROKEN', membershipId: old, position: 1 })]);
    const { rows } = await owner.query<{ id: string; document: string; sha256: string }>(
      `select s.id, d.id as document, d.sha256 from succession s join document d on d.id = s.document_id
        where s.kind = 'PARTIAL' and s.status = 'CARRIED_OUT'`,
    );
    const { id, document, sha256 } = rows[0]!;
    const proved = (digest: string) =>
      set('document', `sha256 = '${digest}'`, `id = '${document}'`);
    expect(await found(proved('0'.repeat(64)), proved(sha256))).toEqual(
      expect.arrayContaining([
        { ...changed, evidence: id },
        { ...changed, membershipId: heir, evidence: id },
      ]),
    );
    expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
  });

  test('ORD-7, COM-1: the exception to the register of schools that annex 2 was taken with stays as the ledger chained it', async () => {
    const excepted = (reason: string) =>
      set('annexe2', `register_exception = ${reason}`, `membership_id = '${old}'`);
    const { rows } = await owner.query<{ reason: string }>(
      `select register_exception as reason from annexe2 where membership_id = '${old}'`,
    );
    const reason = `'${rows[0]!.reason}'`;
    const changed = [{ code: 'EVIDENCE_CHANGED', membershipId: old, evidence: 'ANNEXE2' }];
    for (const rewritten of ['null', "'École maternelle seule.'"]) {
      expect(await found(excepted(rewritten), excepted(reason))).toEqual(changed);
    }
    expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
  });

  test('ORD-7: evidence after the last order, rewritten with its head as if it had always been so, is found by its anchor', async () => {
    const evidence = (quantity: number) =>
      `'{"kind":"ANNEXE2","lines":[{"quantity":${quantity}}]}'`;
    const last = `id = (select max(id) from ledger_evidence where membership_id = '${heir}')`;
    await owner.query(`select chain_evidence('${heir}', ${evidence(40)})`);
    await world.anchoring.anchor();
    const codes = async () => {
      const { violations } = await world.checkLedgers.execute(marketCode, heir);
      return violations.map(({ code }) => code).filter((code) => code !== 'EVIDENCE_CHANGED');
    };
    expect(await codes()).toEqual([]);
    await owner.query(`with rewritten as (
        update ledger_evidence set content = ${evidence(10)},
               hash = encode(sha256(convert_to(previous_hash || ${evidence(10)}, 'UTF8')), 'hex') where ${last} returning hash)
      update membership set ledger_head = hash from rewritten where id = '${heir}'`);
    expect(await codes()).toEqual(['NOT_AS_ANCHORED']);
    await owner.query(`with removed as (delete from ledger_evidence where ${last} returning previous_hash)
      update membership set ledger_head = previous_hash from removed where id = '${heir}'`);
    expect(await codes()).toEqual(['NOT_AS_ANCHORED']);
  });

  test('ORD-7: the service neither adds evidence to a ledger nor takes any away', async () => {
    for (const sql of [
      `insert into ledger_evidence (membership_id, ledger_position, content, previous_hash, hash)
       select membership_id, ledger_position, content, previous_hash, hash from ledger_evidence limit 1`,
      "update ledger_evidence set content = ''",
      'delete from ledger_evidence',
      'truncate ledger_evidence',
    ]) {
      expect(await said(sql)).not.toBe('');
    }
  });
});
