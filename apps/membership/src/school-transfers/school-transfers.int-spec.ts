import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { SchoolFinancedSchema, SchoolFinancingEndedSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import type { Uai } from '#libs/identifiers';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { keepDocument } from '../../../../test/support/builders/order-by-hand.js';
import { TransferWorld, uaiOf } from '../../../../test/support/builders/transfer-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let schools: TransferWorld;
let giver: string;
let receiver: string;
let documentId: string;
/** Of the test, with a second one; both stand in Ancenis. */
let uai: Uai;
let second: Uai;
let tests = 0;
const [day, exception] = ['2022-09-01', 'Regroupement pédagogique intercommunal'];

beforeAll(async () => {
  world = await MembershipWorld.create(20);
  schools = new TransferWorld(world);
  await world.day('2022-01-14');
  // So high that only the test of the maximum comes near it.
  await world.publishMarket((market) => {
    for (const item of market.items) item.groupMaximum = 5_000;
  });
  await world.day('2022-07-19');
  giver = await world.activeMember(ancenis, 412);
  receiver = await world.activeMember(vertou, 1_000);
  ({ documentId } = await keepDocument(world, giver, 'DECISION'));
});
afterAll(() => world.fresh.drop());
beforeEach(async () => {
  tests += 1;
  [uai, second] = [uaiOf(tests * 2), uaiOf(tests * 2 + 1)];
  schools.seats.isSilent = false;
  schools.seats.held.clear();
  await schools.finance(giver, uai, ancenis.insee);
  await schools.finance(giver, second, ancenis.insee);
});
afterEach(async () => {
  for (const membershipId of [giver, receiver]) {
    const [version, events] = await schools.versions(membershipId);
    expect(version).toBe(events);
  }
});

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code: string; details: Record<string, unknown> }) => error,
  );
const codeOf = async (work: Promise<unknown>) => (await refusalOf(work))?.code;
const termsOf = (over: object = {}) => ({
  fromMembershipId: giver,
  toMembershipId: receiver,
  uais: [uai],
  effectiveOn: localDate(day),
  documentId,
  territoryException: exception,
  exceptionDocumentId: '',
  ...over,
});
const transfer = (
  over: object = {},
  { propose = false, key = randomUUID() as string, caller = coordinator as Caller } = {},
) =>
  schools.transferUseCase.execute({ idempotencyKey: key, terms: termsOf(over), propose, caller });
const accept = (
  transferId: string,
  delta: number,
  over: { confirmed?: number; key?: string; from?: string; caller?: Caller } = {},
) =>
  schools.acceptUseCase.execute({
    idempotencyKey: over.key ?? randomUUID(),
    transferId,
    lines: delta === 0 ? [] : [{ itemCode, effectiveFrom: localDate(over.from ?? day), delta }],
    confirmedSeatsMissing: over.confirmed ?? 0,
    caller: over.caller ?? ordererOf(vertou.siren),
  });
const linksOf = async (membershipId: string) =>
  (await schools.links(membershipId)).filter(
    (line) => line.startsWith(uai) || line.startsWith(second),
  );
const orderedNow = async () => {
  const found = await world.reader.ledgerOf(receiver);
  return found?.items[0]?.timeline.at(-1)?.quantity ?? 0;
};
/** Free seats at the receiver, of all that it orders. */
const free = async (seats: number, moving: Readonly<Record<string, number>>) => {
  schools.hold(giver, moving);
  schools.hold(receiver, {}, (await orderedNow()) - seats);
};
const untouched = () => [`${uai} 2022-07-19 2026-07-19`, `${second} 2022-07-19 2026-07-19`];

test('SCH-2: with seats enough the schools pass on the day, and both halves are told with one id', async () => {
  await free(30, { [uai]: 20, [second]: 10 });
  const transferId = await transfer({ uais: [uai, second] });
  expect(await linksOf(giver)).toEqual([
    `${uai} 2022-07-19 ${day} TRANSFER`,
    `${second} 2022-07-19 ${day} TRANSFER`,
  ]);
  expect(await linksOf(receiver)).toEqual([
    `${uai} ${day} 2026-07-19`,
    `${second} ${day} 2026-07-19`,
  ]);
  const { rows } = await world.database.query<{ type: string; key: string; value: Buffer }>(
    'select type, key, value from platform.outbox order by id desc limit 4',
  );
  const told = rows.reverse().map(({ type, key, value }) => {
    if (type.endsWith('SchoolFinanced')) {
      const event = fromBinary(SchoolFinancedSchema, value);
      return [key, event.uai, event.period?.startsOn, event.period?.endsOn, event.transferId];
    }
    const event = fromBinary(SchoolFinancingEndedSchema, value);
    return [key, event.uai, event.endedOn, event.transferId];
  });
  expect(told).toEqual([
    [giver, uai, day, transferId],
    [giver, second, day, transferId],
    [receiver, uai, day, '', transferId],
    [receiver, second, day, '', transferId],
  ]);
  expect(await schools.view.find({ transferId, caller: coordinator })).toMatchObject({
    status: 'CARRIED_OUT',
    seatsMissing: 0,
    orderId: '',
    fromName: ancenis.name,
    toName: vertou.name,
  });
  // What the giver ordered stays its own (PRV-7 does not concern it).
  expect((await world.reader.ledgerOf(giver))?.items[0]?.timeline).toEqual([
    { from: '2022-07-19', quantity: 412 },
  ]);
});

test('SCH-2: with one seat too few it is refused with the figures, and nothing is written but the refusal', async () => {
  await free(29, { [uai]: 20, [second]: 10 });
  const refusal = await refusalOf(transfer({ uais: [uai, second] }));
  expect(refusal).toMatchObject({
    code: 'SEATS_MISSING',
    details: { missing: 1, items: [{ itemCode, moving: 30, missing: 1 }] },
  });
  expect(await linksOf(giver)).toEqual(untouched());
  expect(await linksOf(receiver)).toEqual([]);
  expect(
    await world.count(
      `from platform.audit_entry where action = 'school-transfer.recorded.refused' and details->>'code' = 'SEATS_MISSING'
          and details->'uais' ? $1`,
      [uai],
    ),
  ).toBe(1);
  const preview = await schools.previewUseCase.execute({
    terms: termsOf({ uais: [uai, second] }),
    transferId: '',
    lines: [],
    caller: coordinator,
  });
  expect(preview).toMatchObject({
    refusal: { code: 'SEATS_MISSING' },
    seats: [{ moving: 30, missing: 1 }],
  });
  expect(await linksOf(receiver)).toEqual([]);
});

test('SCH-2: a proposal changes nothing until an orderer of the receiver accepts it with its order, in one transaction', async () => {
  await free(5, { [uai]: 20 });
  const before = await orderedNow();
  const transferId = await transfer({}, { propose: true });
  expect(await linksOf(giver)).toEqual(untouched());
  expect(await schools.view.find({ transferId, caller: coordinator })).toMatchObject({
    status: 'PROPOSED',
    seatsMissing: 15,
  });
  const lines = [{ itemCode, effectiveFrom: localDate(day), delta: 14 }];
  const asked = { terms: undefined, transferId, lines, caller: ordererOf(vertou.siren) };
  expect(await schools.previewUseCase.execute(asked)).toMatchObject({
    refusal: { code: 'SEATS_MISSING' },
    seats: [{ moving: 20, missing: 1, ordered: before + 14 }],
  });
  // No order, an order of one too few, an order from the next day only.
  expect(await codeOf(accept(transferId, 0, { confirmed: 15 }))).toBe('SEATS_MISSING');
  expect(await codeOf(accept(transferId, 14))).toBe('SEATS_MISSING');
  expect(await codeOf(accept(transferId, 15, { from: '2022-09-02' }))).toBe('SEATS_MISSING');
  expect(await codeOf(accept(transferId, -1))).toBe('COMPLEMENTARY_ORDER_INVALID');
  expect([await orderedNow(), await linksOf(receiver)]).toEqual([before, []]);

  const { order } = await accept(transferId, 15, { key: 'accept-1' });
  expect(await orderedNow()).toBe(before + 15);
  expect(order?.order).toMatchObject({
    kind: 'ORDINARY',
    signedBy: ordererOf(vertou.siren).userId,
    restsOn: [{ kind: 'DECISION' }],
  });
  expect(await linksOf(receiver)).toEqual([`${uai} ${day} 2026-07-19`]);
  expect((await world.events(receiver)).slice(-2)).toEqual(['OrderSigned', 'SchoolFinanced']);
  const { rows } = await world.database.query<{ action: string; rests_on: string }>(
    `select action, rests_on from platform.audit_entry where subject = $1 and actor = $2 order by id desc limit 3`,
    [`membership:${receiver}`, ordererOf(vertou.siren).userId],
  );
  expect(rows).toEqual([
    { action: 'school-transfer.accepted', rests_on: documentId },
    { action: 'schools.transferred', rests_on: documentId },
    { action: 'order.signed', rests_on: order?.order.orderId },
  ]);
  // The same key again gives the same answer; another key finds it decided.
  expect(await accept(transferId, 15, { key: 'accept-1' })).toEqual({ order });
  expect(await codeOf(accept(transferId, 15))).toBe('TRANSFER_DECIDED');
  expect(await orderedNow()).toBe(before + 15);
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
});

test('SCH-2, PRV-7: with an order the orderer may confirm how many pupils will wait, no fewer', async () => {
  await free(0, { [uai]: 20 });
  const transferId = await transfer({}, { propose: true });
  expect(await codeOf(accept(transferId, 5, { confirmed: 14 }))).toBe('SEATS_MISSING');
  await accept(transferId, 5, { confirmed: 15 });
  expect(await linksOf(receiver)).toEqual([`${uai} ${day} 2026-07-19`]);
});

test('ORD-6: beyond the maximum neither the order nor the schools pass', async () => {
  await free(0, { [uai]: 20 });
  const before = await orderedNow();
  const transferId = await transfer({}, { propose: true });
  expect(await codeOf(accept(transferId, 4_900, { confirmed: 20 }))).toBe('ABOVE_MAXIMUM');
  expect([await orderedNow(), await linksOf(receiver)]).toEqual([before, []]);
  expect(await schools.view.find({ transferId, caller: coordinator })).toMatchObject({
    status: 'PROPOSED',
  });
});

test('PRV-7: while provisioning is silent nothing is written, and the same key may be tried again', async () => {
  await free(20, { [uai]: 20 });
  schools.seats.isSilent = true;
  const silent = await refusalOf(transfer({}, { key: 'again' }));
  expect(silent).toMatchObject({ code: 'SERVICE_UNAVAILABLE', kind: 'unavailable' });
  expect(await linksOf(receiver)).toEqual([]);
  expect(await world.count("from platform.idempotent_answer where key = 'again'")).toBe(0);
  schools.seats.isSilent = false;
  const transferId = await transfer({}, { key: 'again' });
  schools.seats.isSilent = true;
  expect(await transfer({}, { key: 'again' })).toBe(transferId);
  expect(await codeOf(transfer({ uais: [second] }, { key: 'again' }))).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
});

test('SCH-2: two transfers planned for one day do not count on the same free seats', async () => {
  await free(25, { [uai]: 20, [second]: 20 });
  await transfer();
  const refusal = await refusalOf(transfer({ uais: [second] }));
  expect(refusal).toMatchObject({ code: 'SEATS_MISSING', details: { missing: 15 } });
});

test('SCH-2: seats are those of every day from the transfer on, also after a decrease that is planned', async () => {
  await world.order(receiver, vertou.siren, 10, '2022-07-19');
  await world.order(receiver, vertou.siren, -10, '2023-01-01');
  const least = await orderedNow();
  schools.hold(giver, { [uai]: 20 });
  schools.hold(receiver, {}, least - 15);
  const { seats } = await schools.previewUseCase.execute({
    terms: termsOf(),
    transferId: '',
    lines: [],
    caller: coordinator,
  });
  expect(seats).toMatchObject([{ ordered: least, missing: 5, leastOn: '2023-01-01' }]);
});

test.each([
  [
    'a school that the giver does not finance',
    () => ({ uais: [uaiOf(900)] }),
    'SCHOOLS_NOT_FINANCED',
  ],
  ['a day before today', () => ({ effectiveOn: '2022-07-18' }), 'TRANSFER_IN_THE_PAST'],
  ['a day after the giver’s last', () => ({ effectiveOn: '2026-07-19' }), 'SCHOOLS_NOT_FINANCED'],
  ['no exception to the territory', () => ({ territoryException: '' }), 'SCHOOL_OUTSIDE_TERRITORY'],
  ['an unknown document', () => ({ documentId: 'none' }), 'DOCUMENT_UNKNOWN'],
  [
    'an unknown paper of the exception',
    () => ({ exceptionDocumentId: 'none' }),
    'DOCUMENT_UNKNOWN',
  ],
  ['an unknown receiver', () => ({ toMembershipId: 'none' }), 'NOT_FOUND'],
  ['the giver as receiver', () => ({ toMembershipId: giver }), 'TRANSFER_INVALID'],
])('SCH-2: %s: nothing passes', async (_name, over, code) => {
  await free(100, { [uai]: 20 });
  expect(await codeOf(transfer(over()))).toBe(code);
  expect([await linksOf(giver), await linksOf(receiver)]).toEqual([untouched(), []]);
});

test('SCH-2: all schools pass or none', async () => {
  await free(100, { [uai]: 20 });
  expect(await codeOf(transfer({ uais: [uai, uaiOf(901)] }))).toBe('SCHOOLS_NOT_FINANCED');
  expect(await linksOf(giver)).toEqual(untouched());
});

test('SCH-2: what was transferred by mistake goes back on the same day, before it', async () => {
  await free(100, { [uai]: 20 });
  await transfer();
  schools.hold(receiver, { [uai]: 20 });
  schools.hold(giver, {}, 0);
  await transfer({ fromMembershipId: receiver, toMembershipId: giver });
  expect(await linksOf(receiver)).toEqual([`${uai} ${day} ${day} TRANSFER`]);
  expect((await linksOf(giver)).slice(0, 2)).toEqual([
    `${uai} 2022-07-19 ${day} TRANSFER`,
    `${uai} ${day} 2026-07-19`,
  ]);
});

describe('under races', () => {
  test('SCH-2: one school transferred twice at once passes once', async () => {
    await free(100, { [uai]: 20 });
    const codes = await Promise.all([codeOf(transfer()), codeOf(transfer()), codeOf(transfer())]);
    expect(codes.sort()).toEqual(['SCHOOLS_NOT_FINANCED', 'SCHOOLS_NOT_FINANCED', undefined]);
    expect(await linksOf(receiver)).toEqual([`${uai} ${day} 2026-07-19`]);
  });

  test('SCH-2: transferred and ended at once: one of the two happens', async () => {
    await free(100, { [uai]: 20 });
    const codes = await Promise.all([codeOf(transfer()), codeOf(schools.end(giver, uai, day))]);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    const [given, received] = [await linksOf(giver), await linksOf(receiver)];
    expect(given[0]).toMatch(new RegExp(`^${uai} 2022-07-19 ${day} (TRANSFER|SCHOOL_CLOSED)$`));
    expect(received).toHaveLength(given[0]?.endsWith('TRANSFER') ? 1 : 0);
  });

  test('SCH-2: two transfers in opposite directions never wait for each other', async () => {
    await schools.finance(receiver, uaiOf(800), vertou.insee);
    await free(100, { [uai]: 20 });
    const there = transfer();
    const back = transfer({
      fromMembershipId: receiver,
      toMembershipId: giver,
      uais: [uaiOf(800)],
    });
    expect(await Promise.all([codeOf(there), codeOf(back)])).toEqual([undefined, undefined]);
  });

  test('SCH-2: accepted twice at once, under two keys: one order, one transfer', async () => {
    await free(0, { [uai]: 20 });
    const before = await orderedNow();
    const transferId = await transfer({}, { propose: true });
    const codes = await Promise.all([
      codeOf(accept(transferId, 20)),
      codeOf(accept(transferId, 20)),
    ]);
    expect(codes.sort()).toEqual(['TRANSFER_DECIDED', undefined]);
    expect(await orderedNow()).toBe(before + 20);
  });

  test('SCH-2: accepted and cancelled at once: one of the two', async () => {
    await free(0, { [uai]: 20 });
    const before = await orderedNow();
    const transferId = await transfer({}, { propose: true });
    const close = schools.closeUseCase.execute({
      idempotencyKey: randomUUID(),
      transferId,
      caller: coordinator,
    });
    const codes = await Promise.all([codeOf(accept(transferId, 20)), codeOf(close)]);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    const { status } = await schools.view.find({ transferId, caller: coordinator });
    expect(await orderedNow()).toBe(before + (status === 'CARRIED_OUT' ? 20 : 0));
    expect(await linksOf(receiver)).toHaveLength(status === 'CARRIED_OUT' ? 1 : 0);
  });
});

describe('who sees and who decides', () => {
  let transferId: string;
  beforeEach(async () => {
    await free(0, { [uai]: 20 });
    transferId = await transfer({}, { propose: true });
  });

  test('SUP-3: only an orderer of the receiver accepts; others do not even see whether there is one', async () => {
    const strangers = [
      ordererOf(ancenis.siren),
      callerWith('member-orderer', { organisationId: 'org-0' }),
      callerWith('member-orderer', { organisationId: `org-${vertou.siren}`, markets: [] }),
    ];
    for (const caller of strangers) {
      expect(await codeOf(accept(transferId, 20, { caller }))).toBe('NOT_FOUND');
    }
    expect(
      await codeOf(transfer({}, { caller: callerWith('coordinator', { markets: ['x'] }) })),
    ).toBe('NOT_FOUND');
  });

  test('SUP-3: the giver sees the proposal without what the receiver lacks; a third member nothing', async () => {
    const list = (caller: Caller) =>
      schools.view.list({
        marketCode,
        status: 'PROPOSED',
        membershipId: '',
        after: undefined,
        limit: 200,
        caller,
      });
    const shown = async (caller: Caller) =>
      (await list(caller)).find((each) => each.transferId === transferId);
    expect(await shown(ordererOf(vertou.siren))).toMatchObject({ seatsMissing: 20 });
    expect(await shown(coordinator)).toMatchObject({ seatsMissing: 20 });
    expect(await shown(ordererOf(ancenis.siren))).toMatchObject({ seatsMissing: 0, orderId: '' });
    expect(await list(callerWith('member-orderer', { organisationId: 'org-0' }))).toEqual([]);
  });

  test('SCH-2: the receiver declines, once; the giver cannot', async () => {
    const close = (caller: Caller) =>
      schools.closeUseCase.execute({ idempotencyKey: randomUUID(), transferId, caller });
    expect(await codeOf(close(ordererOf(ancenis.siren)))).toBe('NOT_FOUND');
    await close(ordererOf(vertou.siren));
    expect(await schools.view.find({ transferId, caller: coordinator })).toMatchObject({
      status: 'DECLINED',
    });
    expect(await codeOf(close(coordinator))).toBe('TRANSFER_DECIDED');
  });

  test('SCH-2: what is decided the database does not let anybody change', async () => {
    await accept(transferId, 20);
    for (const statement of [
      "update school_transfer set status = 'CANCELLED' where id = $1",
      'delete from school_transfer where id = $1',
    ]) {
      await expect(world.database.query(statement, [transferId])).rejects.toThrow(
        /decided once and does not change/,
      );
    }
  });
});
