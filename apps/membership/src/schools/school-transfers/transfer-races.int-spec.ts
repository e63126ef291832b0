import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { coordinator, vertou } from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import { uaiOf } from '../../../../../test/support/builders/transfer-world.js';
import {
  giver,
  receiver,
  schools,
  transfersForEachTest,
  uai,
  world,
} from '../../../../../test/support/builders/transfers-of-each-test.js';
import { transferDay } from '../../../../../test/support/builders/transfers-of-two.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

transfersForEachTest();

test('SCH-2: one school transferred twice at once passes once', async () => {
  await schools.free(100, { [uai]: 20 });
  const codes = await Promise.all([
    codeOf(schools.transfer()),
    codeOf(schools.transfer()),
    codeOf(schools.transfer()),
  ]);
  expect(codes.sort()).toEqual(['SCHOOLS_NOT_FINANCED', 'SCHOOLS_NOT_FINANCED', undefined]);
  expect(await schools.linksOf(receiver)).toEqual([`${uai} ${transferDay} 2026-07-19`]);
});

test('SCH-2: transferred and ended at once: one of the two happens', async () => {
  await schools.free(100, { [uai]: 20 });
  const codes = await Promise.all([
    codeOf(schools.transfer()),
    codeOf(schools.end(giver, uai, transferDay)),
  ]);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  const [given, received] = [await schools.linksOf(giver), await schools.linksOf(receiver)];
  expect(given[0]).toMatch(
    new RegExp(`^${uai} 2022-07-19 ${transferDay} (TRANSFER|SCHOOL_CLOSED)$`),
  );
  expect(received).toHaveLength(given[0]?.endsWith('TRANSFER') ? 1 : 0);
});

test('SCH-2: two transfers in opposite directions never wait for each other', async () => {
  await world.finance(receiver, uaiOf(800), vertou.insee);
  await schools.free(100, { [uai]: 20 });
  const there = schools.transfer();
  const back = schools.transfer({
    fromMembershipId: receiver,
    toMembershipId: giver,
    uais: [uaiOf(800)],
  });
  expect(await Promise.all([codeOf(there), codeOf(back)])).toEqual([undefined, undefined]);
});

test('SCH-2: accepted twice at once, under two keys: one order, one transfer', async () => {
  await schools.free(0, { [uai]: 20 });
  const before = await schools.orderedNow();
  const transferId = await schools.transfer({}, { propose: true });
  const codes = await Promise.all([
    codeOf(schools.accept(transferId, 20)),
    codeOf(schools.accept(transferId, 20)),
  ]);
  expect(codes.sort()).toEqual(['TRANSFER_DECIDED', undefined]);
  expect(await schools.orderedNow()).toBe(before + 20);
});

test('SCH-2: accepted and cancelled at once: one of the two', async () => {
  await schools.free(0, { [uai]: 20 });
  const before = await schools.orderedNow();
  const transferId = await schools.transfer({}, { propose: true });
  const close = schools.closeUseCase.execute({
    idempotencyKey: randomUUID(),
    transferId,
    caller: coordinator,
  });
  const codes = await Promise.all([codeOf(schools.accept(transferId, 20)), codeOf(close)]);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  const { status } = await schools.view.find({ transferId, caller: coordinator });
  expect(await schools.orderedNow()).toBe(before + (status === 'CARRIED_OUT' ? 20 : 0));
  expect(await schools.linksOf(receiver)).toHaveLength(status === 'CARRIED_OUT' ? 1 : 0);
});
