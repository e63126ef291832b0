import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { SchoolFinancedSchema, SchoolFinancingEndedSchema } from '#libs/contracts';
import {
  ancenis,
  coordinator,
  itemCode,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf, refusalOf } from '../../../../../test/support/builders/refusal.js';
import { uaiOf } from '../../../../../test/support/builders/transfer-world.js';
import {
  giver,
  receiver,
  schools,
  second,
  transfersForEachTest,
  uai,
  world,
} from '../../../../../test/support/builders/transfers-of-each-test.js';
import { transferDay } from '../../../../../test/support/builders/transfers-of-two.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

transfersForEachTest();

test('SCH-2: with seats enough the schools pass on the day, and both halves are told with one id', async () => {
  await schools.free(30, { [uai]: 20, [second]: 10 });
  const transferId = await schools.transfer({ uais: [uai, second] });
  expect(await schools.linksOf(giver)).toEqual([
    `${uai} 2022-07-19 ${transferDay} TRANSFER`,
    `${second} 2022-07-19 ${transferDay} TRANSFER`,
  ]);
  expect(await schools.linksOf(receiver)).toEqual([
    `${uai} ${transferDay} 2026-07-19`,
    `${second} ${transferDay} 2026-07-19`,
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
    return [key, event.uai, event.endedOn, event.transferId, event.endedBy];
  });
  expect(told).toEqual([
    [giver, uai, transferDay, transferId, coordinator.userId],
    [giver, second, transferDay, transferId, coordinator.userId],
    [receiver, uai, transferDay, '', transferId],
    [receiver, second, transferDay, '', transferId],
  ]);
  expect(await schools.view.find({ transferId, caller: coordinator })).toMatchObject({
    status: 'CARRIED_OUT',
    seatsMissing: 0,
    orderId: '',
    fromName: ancenis.name,
    toName: vertou.name,
  });
  // What the giver ordered stays its own (PRV-7 does not concern it).
  expect((await world.ledgers.find(giver))?.items[0]?.timeline).toEqual([
    { from: '2022-07-19', quantity: 412 },
  ]);
});

test('SCH-2: with one seat too few it is refused with the figures, and nothing is written but the refusal', async () => {
  await schools.free(29, { [uai]: 20, [second]: 10 });
  const refusal = await refusalOf(schools.transfer({ uais: [uai, second] }));
  expect(refusal).toMatchObject({
    code: 'SEATS_MISSING',
    details: { missing: 1, items: [{ itemCode, moving: 30, missing: 1 }] },
  });
  expect(await schools.linksOf(giver)).toEqual(schools.untouched());
  expect(await schools.linksOf(receiver)).toEqual([]);
  expect(
    await world.count(
      `from platform.audit_entry where action = 'school-transfer.recorded.refused' and details->>'code' = 'SEATS_MISSING'
          and details->'uais' ? $1`,
      [uai],
    ),
  ).toBe(1);
  const preview = await schools.previewUseCase.execute({
    terms: schools.termsOf({ uais: [uai, second] }),
    transferId: '',
    lines: [],
    caller: coordinator,
  });
  expect(preview).toMatchObject({
    refusal: { code: 'SEATS_MISSING' },
    seats: [{ moving: 30, missing: 1 }],
  });
  expect(await schools.linksOf(receiver)).toEqual([]);
});

test('PRV-7: while provisioning is silent nothing is written, and the same key may be tried again', async () => {
  await schools.free(20, { [uai]: 20 });
  schools.seats.isSilent = true;
  const silent = await refusalOf(schools.transfer({}, { key: 'again' }));
  expect(silent).toMatchObject({ code: 'SERVICE_UNAVAILABLE', kind: 'unavailable' });
  expect(await schools.linksOf(receiver)).toEqual([]);
  expect(await world.count("from platform.idempotent_answer where key = 'again'")).toBe(0);
  schools.seats.isSilent = false;
  const transferId = await schools.transfer({}, { key: 'again' });
  schools.seats.isSilent = true;
  expect(await schools.transfer({}, { key: 'again' })).toBe(transferId);
  expect(await codeOf(schools.transfer({ uais: [second] }, { key: 'again' }))).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
});

test('SCH-2: two transfers planned for one day do not count on the same free seats', async () => {
  await schools.free(25, { [uai]: 20, [second]: 20 });
  await schools.transfer();
  const refusal = await refusalOf(schools.transfer({ uais: [second] }));
  expect(refusal).toMatchObject({ code: 'SEATS_MISSING', details: { missing: 15 } });
});

test('SCH-2: seats are those of every day from the transfer on, also after a decrease that is planned', async () => {
  await world.order(receiver, vertou.siren, 10, '2022-07-19');
  await world.order(receiver, vertou.siren, -10, '2023-01-01');
  const least = await schools.orderedNow();
  schools.hold(giver, { [uai]: 20 });
  schools.hold(receiver, {}, least - 15);
  const { seats } = await schools.previewUseCase.execute({
    terms: schools.termsOf(),
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
  await schools.free(100, { [uai]: 20 });
  expect(await codeOf(schools.transfer(over()))).toBe(code);
  expect([await schools.linksOf(giver), await schools.linksOf(receiver)]).toEqual([
    schools.untouched(),
    [],
  ]);
});

test('SCH-2: all schools pass or none', async () => {
  await schools.free(100, { [uai]: 20 });
  expect(await codeOf(schools.transfer({ uais: [uai, uaiOf(901)] }))).toBe('SCHOOLS_NOT_FINANCED');
  expect(await schools.linksOf(giver)).toEqual(schools.untouched());
});

test('SCH-2: what was transferred by mistake goes back on the same day, before it', async () => {
  await schools.free(100, { [uai]: 20 });
  await schools.transfer();
  schools.hold(receiver, { [uai]: 20 });
  schools.hold(giver, {}, 0);
  await schools.transfer({ fromMembershipId: receiver, toMembershipId: giver });
  expect(await schools.linksOf(receiver)).toEqual([
    `${uai} ${transferDay} ${transferDay} TRANSFER`,
  ]);
  expect((await schools.linksOf(giver)).slice(0, 2)).toEqual([
    `${uai} 2022-07-19 ${transferDay} TRANSFER`,
    `${uai} ${transferDay} 2026-07-19`,
  ]);
});
