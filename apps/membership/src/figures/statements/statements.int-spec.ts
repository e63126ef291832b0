import { mkdirSync, writeFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import {
  ancenis,
  coordinator,
  itemCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { keepDocument } from '../../../../../test/support/builders/order-by-hand.js';
import { SuccessionWorld } from '../../../../../test/support/builders/succession-world.js';
import { GetStatement } from './get-statement.js';
import { RecomputeStatement } from './recompute-statement.js';
import { StatementDocument } from './statement-document.js';
import { StatementFacts } from './statement-facts.pg.js';
import { Statements } from './statements.pg.js';
import { VerifyStatement, type VerifyStatementInput } from './verify-statement.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let membershipId: string;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  membershipId = await world.activeMember(ancenis, 412);
}, 30_000);
afterEach(() => world.fresh.drop());

const facts = () => new StatementFacts(world.database);
const given = (on?: string, caller: Caller = ordererOf(ancenis.siren), id = membershipId) =>
  new GetStatement(
    world.commands,
    facts(),
    new Statements(world.database),
    new StatementDocument(),
  ).execute({ membershipId: id, on: on ? localDate(on) : undefined, caller });
const verified = (over: Partial<VerifyStatementInput>) =>
  new VerifyStatement(
    new Statements(world.database),
    new RecomputeStatement(facts(), world.recordedOrders, world.grounds),
  ).execute({ file: new Uint8Array(), code: '', figures: [], caller: coordinator, ...over });
const itemOf = (content: string) =>
  (JSON.parse(content) as { items: { commitment: number; ordered: number }[] }).items[0];

/** Writes the paper where somebody wants to look at it. */
function look(name: string, pdf: Buffer): void {
  const folder = process.env['LOOK'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.pdf`, pdf);
}
const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length;
const withdraw = async (sentOn: string) =>
  world.recordWithdrawal.execute({
    idempotencyKey: 'k',
    membershipId,
    letter: {
      number: '1A 42',
      sentOn: localDate(sentOn),
      receivedOn: localDate(sentOn),
      documentId: await world.deposit('LETTER', ancenis.siren),
    },
    caller: coordinator,
  });

/** With the owner's rights, past every guard but the hashes. */
const asOwner = (sql: string) => world.fresh.asOwner(sql);

test('ORD-7: the state of a past day is the ledger as it stood, whatever was signed since', async () => {
  const first = await given('2022-07-19');
  expect(itemOf(first.content)).toMatchObject({ annexe2: 412, commitment: 412, ordered: 412 });
  await world.day('2022-09-01');
  await world.order(membershipId, ancenis.siren, 38, '2022-09-01');
  await world.order(membershipId, ancenis.siren, 50, '2022-10-01');
  await world.day('2022-10-01');
  const now = await given();
  expect(itemOf(now.content)).toMatchObject({ commitment: 412, ordered: 500 });
  expect(itemOf((await given('2022-09-30')).content)).toMatchObject({ ordered: 450 });
  expect(itemOf((await given('2022-08-31')).content)).toMatchObject({ ordered: 412 });
  const again = await given('2022-07-19', coordinator);
  expect(Buffer.compare(first.pdf, again.pdf)).toBe(0);
  expect(again).toMatchObject({ code: first.code, ledgerPosition: 1 });
  expect(now.ledgerPosition).toBe(3);
  look('statement', now.pdf);
});

test('ORD-7: the day itself changes its paper only when something of it has changed', async () => {
  const morning = await given();
  expect((await given()).code).toBe(morning.code);
  await world.order(membershipId, ancenis.siren, 5, '2022-07-19');
  const evening = await given();
  expect(evening.code).not.toBe(morning.code);
  expect(await verified({ code: morning.code })).toMatchObject({
    verdict: 'GENUINE',
    ordersSince: 1,
    isSuperseded: true,
  });
  expect(await verified({ code: evening.code })).toMatchObject({
    ordersSince: 0,
    isSuperseded: false,
  });
  expect(await world.count(`from platform.audit_entry where action = 'statement.issued'`)).toBe(2);
});

test('no state of tomorrow, nor of a day before the activation; before the first day all is 0', async () => {
  await expect(given('2022-07-20')).rejects.toMatchObject({ code: 'STATEMENT_IN_FUTURE' });
  await expect(given('2022-07-18')).rejects.toMatchObject({ code: 'STATEMENT_BEFORE_MEMBERSHIP' });
  await world.day('2026-07-18');
  expect(itemOf((await given()).content)).toMatchObject({ commitment: 412, ordered: 412 });
  await world.day('2026-07-19');
  expect(itemOf((await given()).content)).toMatchObject({ commitment: 0, ordered: 0 });
});

test('SUP-3: neither given to another member, nor verified by it', async () => {
  await expect(given(undefined, ordererOf(vertou.siren))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const { code, pdf } = await given();
  const caller = ordererOf(vertou.siren);
  await expect(verified({ code, caller })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(verified({ file: pdf, caller })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a paper is verified by its file, its content, or its code with the figures read on it', async () => {
  const { pdf, content, code } = await given();
  for (const one of [{ file: pdf }, { file: Buffer.from(content) }, { code }]) {
    expect(await verified(one)).toMatchObject({ verdict: 'GENUINE', differences: [] });
  }
  const typed = code.toLowerCase().replace(/(.{5})/g, '$1 ');
  const figures = [{ itemCode, commitment: 412, ordered: 412 }];
  expect(await verified({ code: typed, figures })).toMatchObject({ verdict: 'GENUINE' });
  expect(
    await verified({ code, figures: [{ itemCode, commitment: 400, ordered: 412 }] }),
  ).toMatchObject({
    verdict: 'ALTERED',
    differences: [{ line: `${itemCode}, engagement`, stated: '400', recomputed: '412' }],
  });
  const resaved = Buffer.concat([pdf, Buffer.from('\n% saved again')]);
  expect(await verified({ file: resaved })).toMatchObject({
    verdict: 'ALTERED',
    differences: [{ line: 'Fichier PDF' }],
  });
});

test('a content that was never given tells which of its lines differ from the ledger', async () => {
  const { content } = await given();
  const forged = content.replace('"commitment":412', '"commitment":312');
  expect(await verified({ file: Buffer.from(forged) })).toMatchObject({
    verdict: 'UNKNOWN',
    differences: [{ line: `${itemCode}, engagement`, stated: '312', recomputed: '412' }],
  });
  expect(await verified({ code: '0'.repeat(20) })).toMatchObject({ verdict: 'UNKNOWN' });
  for (const file of ['{}', 'x', '%PDF-1.3']) {
    await expect(verified({ file: Buffer.from(file) })).rejects.toMatchObject({
      code: 'STATEMENT_UNREADABLE',
    });
  }
});

test('ORD-7: a ledger that was changed behind our back is found by the papers given before', async () => {
  await world.order(membershipId, ancenis.siren, 38, '2022-07-19');
  const { code } = await given();
  const { rows } = await world.database.query<{ content: string; previous_hash: string }>(
    'select content, previous_hash from purchase_order where ledger_position = 2',
  );
  const lie = rows[0]!.content.replace(',38]', ',20]').replaceAll("'", "''");
  await asOwner(`alter table purchase_order disable trigger user;
    update purchase_order set content = '${lie}', hash = encode(sha256(convert_to(previous_hash || '${lie}', 'UTF8')), 'hex')
     where ledger_position = 2`);
  const answer = await verified({ code });
  expect(answer.verdict).toBe('LEDGER_DIFFERS');
  expect(answer.differences).toEqual(
    expect.arrayContaining([
      { line: `${itemCode}, commandé`, stated: '450', recomputed: '432' },
      expect.objectContaining({ line: 'Registre, empreinte' }),
    ]),
  );
});

test('WDR-1: a notice is known from the day it was recorded, with the end that it brings', async () => {
  await world.day('2024-06-03');
  await withdraw('2024-06-03');
  await world.day('2024-06-04');
  const before = JSON.parse((await given('2024-06-02')).content) as Record<string, unknown>;
  expect(before).toMatchObject({ endsOn: '2026-07-19', events: [] });
  expect(JSON.parse((await given('2024-06-03')).content)).toMatchObject({
    endsOn: '2024-07-19',
    events: [{ kind: 'WITHDRAWAL', on: '2024-07-19', reference: '1A 42' }],
  });
});

test('a paper of the morning stays genuine where a letter or a decision came in that very day', async () => {
  await world.day('2024-06-03');
  const morning = await given();
  await withdraw('2024-06-03');
  const noon = await given();
  await world.recordExclusion.execute({
    idempotencyKey: 'x',
    membershipId,
    decision: {
      reference: 'n° 2300001',
      court: 'Tribunal administratif de Nantes',
      decidedOn: localDate('2024-05-06'),
      effectiveOn: localDate('2024-06-01'),
      sumsDueCents: 0n,
      documentId: await world.deposit('COURT_DECISION', ancenis.siren),
    },
    caller: coordinator,
  });
  const evening = await given();
  expect(itemOf(morning.content)).toMatchObject({ commitment: 412, ordered: 412 });
  expect(itemOf(evening.content)).toMatchObject({ commitment: 0, ordered: 0 });
  const genuine = { verdict: 'GENUINE', differences: [] };
  for (const { pdf } of [morning, noon]) {
    expect(await verified({ file: pdf })).toMatchObject({ ...genuine, isSuperseded: true });
  }
  expect(await verified({ file: evening.pdf })).toMatchObject({ ...genuine, isSuperseded: false });
  // What was known on the day before is no part of it.
  await world.day('2024-06-04');
  const forged = (await given()).content.replace(/"events":\[.*\]/, '"events":[]');
  expect((await verified({ file: Buffer.from(forged) })).differences).not.toEqual([]);
});

test('COM-1: a commitment that was changed behind our back is found too', async () => {
  const { code } = await given();
  await asOwner(
    `alter table commitment disable trigger user; update commitment set quantity = 300`,
  );
  expect(await verified({ code })).toMatchObject({
    verdict: 'LEDGER_DIFFERS',
    differences: expect.arrayContaining([
      { line: `${itemCode}, engagement`, stated: '412', recomputed: '300' },
    ]),
  });
});

test('ORD-4: a correction recorded later leaves the paper of that day, and whoever verifies it is told', async () => {
  await world.day('2022-11-03');
  const day = await given('2022-10-15');
  const agreement = await keepDocument(world, membershipId, 'CORRECTION_AGREEMENT');
  await world.recordCorrection.execute({
    idempotencyKey: 'k',
    membershipId,
    lines: [{ itemCode, effectiveFrom: localDate('2022-10-01'), delta: 30 }],
    reason: 'HEADCOUNT_ERROR',
    documentId: agreement.documentId,
    confirmedSeatsLost: 0,
    caller: coordinator,
  });
  const again = await given('2022-10-15');
  expect(Buffer.compare(again.pdf, day.pdf)).toBe(0);
  expect(await verified({ file: day.pdf })).toMatchObject({
    verdict: 'GENUINE',
    ordersSince: 0,
    correctionsSince: 1,
  });
  const today = await given();
  expect(itemOf(today.content)).toMatchObject({ commitment: 412, ordered: 442 });
  expect(await verified({ file: today.pdf })).toMatchObject({ correctionsSince: 0 });
  // A day before the first one that it changes is as it was.
  const untouched = await given('2022-09-30');
  expect(await verified({ code: untouched.code })).toMatchObject({ correctionsSince: 0 });
});

test('WDR-1: after the end nothing is in force, the last day says what was, and both are verified', async () => {
  await world.order(membershipId, ancenis.siren, 38, '2022-09-01');
  await world.day('2024-06-03');
  await withdraw('2024-06-03');
  await world.day('2024-07-18');
  const last = await given();
  expect(itemOf(last.content)).toMatchObject({ commitment: 412, ordered: 450 });
  await world.day('2024-07-19');
  const ended = await given();
  expect(itemOf(ended.content)).toMatchObject({ annexe2: 412, commitment: 0, ordered: 0 });
  await world.day('2025-01-10');
  expect((await given('2024-07-18')).code).toBe(last.code);
  for (const { pdf } of [last, ended]) {
    expect(await verified({ file: pdf })).toMatchObject({ verdict: 'GENUINE', ordersChecked: 2 });
    expect(pagesOf(pdf)).toBe(1);
  }
  look('ended', ended.pdf);
});

test('ADH-5: after a succession the former member owes nothing, and the successor has no annex of its own', async () => {
  const successions = new SuccessionWorld(world);
  const heir = { name: 'Commune nouvelle (fictive)', siren: '200099489', insee: '85289' };
  const plan = successions.planOf(membershipId, heir, '2023-01-01');
  const [id] = await successions.execute([plan]);
  await successions.day('2023-01-01');
  const { successorMembershipId } = await successions.find(id);
  const former = await given();
  const successor = await given(undefined, coordinator, successorMembershipId);
  expect(itemOf(former.content)).toMatchObject({ annexe2: 412, commitment: 0, ordered: 0 });
  expect(itemOf(successor.content)).toMatchObject({ annexe2: 0, commitment: 412, ordered: 412 });
  expect(JSON.parse(former.content)).toMatchObject({
    endsOn: '2023-01-01',
    events: [{ kind: 'SUCCESSION_GIVEN', on: '2023-01-01', reference: heir.siren }],
  });
  expect(JSON.parse(successor.content)).toMatchObject({
    annexe2: null,
    events: [{ kind: 'SUCCESSION_RECEIVED', on: '2023-01-01', reference: ancenis.siren }],
  });
  for (const { pdf } of [former, successor]) {
    expect(await verified({ file: pdf })).toMatchObject({ verdict: 'GENUINE' });
  }
  look('successor', successor.pdf);
});

test('ORD-7: a ledger whose text is no order any more is told, not a failure', async () => {
  const { code } = await given();
  await asOwner(`alter table purchase_order disable trigger user;
    update purchase_order set content = 'x', hash = encode(sha256(convert_to(previous_hash || 'x', 'UTF8')), 'hex')`);
  const answer = await verified({ code });
  expect(answer.verdict).toBe('LEDGER_DIFFERS');
  expect(answer.differences).toEqual(
    expect.arrayContaining([expect.objectContaining({ line: 'Registre, bon de rang 1' })]),
  );
});

test('what was given is kept: the database refuses to change or delete it', async () => {
  await given();
  for (const sql of [
    `update statement set on_day = on_day`,
    'delete from statement',
    'truncate statement cascade',
    'delete from statement_print',
  ]) {
    await expect(asOwner(sql)).rejects.toThrow('never');
  }
});
