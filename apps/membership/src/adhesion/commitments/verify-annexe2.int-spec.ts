import { jest } from '@jest/globals';
import {
  ancenis,
  coordinator,
  itemCode,
  MembershipWorld,
  verifier,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let membershipId: string;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  ({ membershipId } = await world.applyAs(ancenis));
}, 30_000);
afterEach(() => world.fresh.drop());

test('COM-1: an import is all or nothing, a dry run nothing, and another person verifies', async () => {
  const faulty = await world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};3\n0440437A;x\n`);
  expect(faulty).toMatchObject({ written: false, faults: [{ line: 3 }, { line: 3 }] });
  const csv = `UAI;Nombre\n${ancenis.uai};412\n`;
  expect(await world.importCsv(membershipId, csv, { dryRun: true })).toMatchObject({
    written: false,
    faults: [],
  });
  expect(await world.importCsv(membershipId, 'UAI;Nombre\n0440437L;0\n')).toMatchObject({
    faults: [{ code: 'COMMITMENT_TOO_SMALL' }],
  });
  expect(await world.count('from annexe2')).toBe(0);
  expect(await world.count('from annexe2_line')).toBe(0);
  const { sha256, written } = await world.importCsv(membershipId, csv);
  expect(written).toBe(true);
  expect((await world.importCsv(membershipId, csv)).written).toBe(true);
  expect(await world.count('from annexe2')).toBe(1);
  expect(
    await codeOf(world.verifyAnnexe2.execute({ membershipId, sha256, caller: coordinator })),
  ).toBe('VERIFIER_IS_IMPORTER');
  await world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
  expect(await world.count('from commitment where quantity = 412')).toBe(1);
});

test('COM-3: annex 2 is replaced until the deadline and frozen after', async () => {
  const enter = async (quantity: number) => {
    const { sha256 } = await world.importCsv(
      membershipId,
      `UAI;Nombre\n${ancenis.uai};${quantity}\n`,
    );
    await world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
  };
  await enter(412);
  await world.accept.execute({ membershipId, caller: coordinator });
  await world.day('2022-01-15');
  await enter(420);
  expect(await world.events(membershipId)).toEqual([
    'MembershipAccepted',
    'CommitmentRecorded',
    'CommitmentRecorded',
  ]);
  await world.day('2022-01-16');
  expect(await codeOf(enter(400))).toBe('ANNEXE2_FROZEN');
  expect(await world.count('from commitment where quantity = 420')).toBe(1);
});

test('COM-3, ORD-2: a later transcription is not verified once the membership is active', async () => {
  const enter = (quantity: number) =>
    world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};${quantity}\n`);
  const first = await enter(412);
  await world.verifyAnnexe2.execute({ membershipId, sha256: first.sha256, caller: verifier });
  const { sha256 } = await enter(10);
  await world.accept.execute({ membershipId, caller: coordinator });
  await world.activate.execute({ membershipId, caller: coordinator });
  const events = await world.events(membershipId);
  expect(
    await codeOf(world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier })),
  ).toBe('ANNEXE2_FROZEN');
  expect(await world.count('from commitment where quantity = 412')).toBe(1);
  expect(await world.events(membershipId)).toEqual(events);
});

test('COM-3: a transcription that came in time does not replace a verified one after the deadline', async () => {
  const enter = (quantity: number) =>
    world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};${quantity}\n`);
  const first = await enter(412);
  await world.verifyAnnexe2.execute({ membershipId, sha256: first.sha256, caller: verifier });
  const { sha256 } = await enter(420);
  await world.day('2022-01-16');
  expect(
    await codeOf(world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier })),
  ).toBe('ANNEXE2_FROZEN');
  expect(await world.count('from commitment where quantity = 412')).toBe(1);
});

test('COM-1: the database takes no commitment for an item that the market does not have', async () => {
  await expect(
    world.database.query("insert into commitment values ($1, 'AUTRE', 5)", [membershipId]),
  ).rejects.toMatchObject({ code: '23503' });
  await world.database.query('insert into commitment values ($1, $2, 5)', [membershipId, itemCode]);
  await expect(world.database.query('delete from market_item')).rejects.toMatchObject({
    code: '23503',
  });
});
