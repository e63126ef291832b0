import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { CommitmentRecordedSchema, MembershipActivatedSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
  verifier,
  vertou,
} from '../../../../test/support/builders/membership-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
}, 30_000);
afterEach(() => world.fresh.drop());

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );

test('MKT-1: a market is published once, and the same file again changes nothing', async () => {
  expect(await world.publishMarket()).toMatchObject({ changed: true, version: 1 });
  expect(await world.publishMarket()).toMatchObject({ changed: false, version: 1 });
  expect(await world.events(marketCode)).toEqual(['MarketPublished']);
  expect(await world.publishMarket((file) => (file.title = 'Autre titre'))).toMatchObject({
    version: 2,
  });
});

test('MKT-1: two first loads at once publish one version', async () => {
  await Promise.all([world.publishMarket(), world.publishMarket()]);
  expect(await world.events(marketCode)).toEqual(['MarketPublished']);
});

test('MKT-6: once a membership is active, the market changes by amendment only', async () => {
  await world.publishMarket();
  await world.activeMember(ancenis, 412);
  expect(await refusal(world.publishMarket((file) => (file.title = 'Autre')))).toBe(
    'MARKET_IN_FORCE',
  );
});

test('MKT-1: an item that an annex 2 names stays in the market', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
  await world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};412\n`);
  const renamed = world.publishMarket((file) =>
    Object.assign(file.items[0] ?? {}, { code: 'AUTRE' }),
  );
  expect(await refusal(renamed)).toBe('ITEM_IN_USE');
});

test('MKT-4: a day begins once and never goes back', async () => {
  expect(await world.day('2022-01-15')).toEqual({ date: '2022-01-15', changed: true });
  expect(await world.day('2022-01-15')).toEqual({ date: '2022-01-15', changed: false });
  expect(await refusal(world.day('2022-01-14'))).toBe('DAY_ALREADY_PAST');
  expect(await world.events('calendar')).toEqual(['BusinessDayStarted', 'BusinessDayStarted']);
});

test('ADH-2, ADH-6: from application to activation, every change is told with a version without gap', async () => {
  await world.publishMarket();
  const membershipId = await world.activeMember(ancenis, 412);
  expect(await world.events(membershipId)).toEqual([
    'MembershipAccepted',
    'CommitmentRecorded',
    'MembershipActivated',
    'OrderSigned',
  ]);
  const { rows } = await world.database.query<{ value: Buffer }>(
    'select value from platform.outbox where key = $1 order by id',
    [membershipId],
  );
  expect(fromBinary(CommitmentRecordedSchema, rows[1]!.value)).toMatchObject({
    membershipVersion: 2n,
    commitment: [{ itemCode, quantity: 412n }],
    lines: [{ line: 2, beneficiary: ancenis.uai, quantity: 412n }],
  });
  expect(fromBinary(MembershipActivatedSchema, rows[2]!.value)).toMatchObject({
    membershipVersion: 3n,
    period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
    organisation: { organisationId: `org-${ancenis.siren}`, siren: ancenis.siren },
    market: { code: marketCode },
  });
  // Again: nothing changes.
  await world.accept.execute({ membershipId, caller: coordinator });
  await world.activate.execute({ membershipId, caller: coordinator });
  expect(await world.events(membershipId)).toHaveLength(4);
  const view = await world.list.find({ membershipId, caller: ordererOf(ancenis.siren) });
  expect(view).toMatchObject({ status: 'ACTIVE', version: 4 });
});

test('ADH-3: a letter sent late is refused with the article; a repeated letter gives the same answer', async () => {
  await world.publishMarket();
  await world.day('2022-01-20');
  const late = { sentOn: '2022-01-16', receivedOn: '2022-01-18' };
  const first = await world.applyAs(ancenis, late);
  expect(first).toMatchObject({ status: 'REFUSED', reasons: [expect.stringContaining('art. 2')] });
  expect(await world.applyAs(ancenis, late)).toEqual(first);
  expect(
    await refusal(world.accept.execute({ membershipId: first.membershipId, caller: coordinator })),
  ).toBe('ADHESION_CLOSED');
});

test('ADH-4: one membership per organisation and market, also for two letters at once', async () => {
  await world.publishMarket();
  await world.applyAs(ancenis);
  const second = world.apply.execute.bind(world.apply);
  const outcomes = await Promise.all(
    ['2', '3'].map((number) =>
      refusal(
        second({
          marketCode,
          organisation: {
            organisationId: `org-${vertou.siren}`,
            name: vertou.name,
            siren: vertou.siren as never,
            kind: 'COMMUNE',
            insee: vertou.insee as never,
            communes: [],
            address: '',
            chorusPro: {
              recipientSiret: '',
              serviceCode: '',
              purchaseOrderNumber: '',
              marketNumber: '',
            },
          },
          letter: { number, sentOn: localDate('2022-01-10'), receivedOn: localDate('2022-01-11') },
          documents: [],
          caller: coordinator,
        }),
      ),
    ),
  );
  expect(outcomes.sort()).toEqual(['ALREADY_MEMBER', undefined]);
});

test('ADH-2: an incomplete application is not accepted, and says what is missing', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
  expect(await refusal(world.accept.execute({ membershipId, caller: coordinator }))).toBe(
    'APPLICATION_INCOMPLETE',
  );
  expect(await refusal(world.activate.execute({ membershipId, caller: coordinator }))).toBe(
    'MEMBERSHIP_NOT_ACCEPTED',
  );
});

test('ADH-6: activation waits for the effective date to be fixed', async () => {
  await world.publishMarket((file) => delete file.calendar.effectiveOn.actual);
  expect(await refusal(world.activeMember(ancenis, 412))).toBe('EFFECTIVE_DATE_NOT_FIXED');
});

test('ORD-1: an activation after the effective date still orders from it', async () => {
  await world.publishMarket();
  await world.day('2022-09-05');
  const membershipId = await world.activeMember(ancenis, 412);
  const [{ order } = { order: undefined }] = await world.reader.ordersOf(membershipId, 0, 1);
  expect(order).toMatchObject({
    signedOn: '2022-09-05',
    lines: [{ effectiveFrom: '2022-07-19', delta: 412 }],
  });
});

test('COM-1: an import is all or nothing, a dry run nothing, and another person verifies', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
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
    await refusal(world.verifyAnnexe2.execute({ membershipId, sha256, caller: coordinator })),
  ).toBe('VERIFIER_IS_IMPORTER');
  await world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
  expect(await world.count('from commitment where quantity = 412')).toBe(1);
});

test('COM-3: annex 2 is replaced until the deadline and frozen after', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
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
  expect(await refusal(enter(400))).toBe('ANNEXE2_FROZEN');
  expect(await world.count('from commitment where quantity = 420')).toBe(1);
});

test('COM-3, ORD-2: a later transcription is not verified once the membership is active', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
  const enter = (quantity: number) =>
    world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};${quantity}\n`);
  const first = await enter(412);
  await world.verifyAnnexe2.execute({ membershipId, sha256: first.sha256, caller: verifier });
  const { sha256 } = await enter(10);
  await world.accept.execute({ membershipId, caller: coordinator });
  await world.activate.execute({ membershipId, caller: coordinator });
  const events = await world.events(membershipId);
  expect(
    await refusal(world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier })),
  ).toBe('ANNEXE2_FROZEN');
  expect(await world.count('from commitment where quantity = 412')).toBe(1);
  expect(await world.events(membershipId)).toEqual(events);
});

test('COM-3: a transcription that came in time does not replace a verified one after the deadline', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
  const enter = (quantity: number) =>
    world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};${quantity}\n`);
  const first = await enter(412);
  await world.verifyAnnexe2.execute({ membershipId, sha256: first.sha256, caller: verifier });
  const { sha256 } = await enter(420);
  await world.day('2022-01-16');
  expect(
    await refusal(world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier })),
  ).toBe('ANNEXE2_FROZEN');
  expect(await world.count('from commitment where quantity = 412')).toBe(1);
});

test('COM-1: the database takes no commitment for an item that the market does not have', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
  await expect(
    world.database.query("insert into commitment values ($1, 'AUTRE', 5)", [membershipId]),
  ).rejects.toMatchObject({ code: '23503' });
  await world.database.query('insert into commitment values ($1, $2, 5)', [membershipId, itemCode]);
  await expect(world.database.query('delete from market_item')).rejects.toMatchObject({
    code: '23503',
  });
});

test('SUP-1: a coordinator loads the markets of its token only, and the journal dates it', async () => {
  const elsewhere = callerWith('coordinator', { markets: ['autre'] });
  expect(await refusal(world.publishMarket(undefined, elsewhere))).toBe('NOT_FOUND');
  await world.publishMarket(undefined, coordinator);
  expect(
    await world.count(
      "from platform.audit_entry where action = 'market.published' and business_date = '2022-01-14'",
    ),
  ).toBe(1);
});

test('SUP-3: a member sees its own membership, the coordinator all, a reader of another market none', async () => {
  await world.publishMarket();
  const mine = await world.activeMember(ancenis, 412);
  await world.activeMember(vertou, 1_000);
  const list = (caller = ordererOf(ancenis.siren)) =>
    world.list.list({ marketCode, organisationId: '', limit: 50, caller });
  expect((await list()).map(({ membershipId }) => membershipId)).toEqual([mine]);
  expect(await list(coordinator)).toHaveLength(2);
  expect(
    await refusal(world.list.find({ membershipId: mine, caller: ordererOf(vertou.siren) })),
  ).toBe('NOT_FOUND');
  expect(await refusal(list(callerWith('coordinator', { markets: ['autre'] })))).toBe('NOT_FOUND');
});

describe('schools financed', () => {
  const link = (
    membershipId: string,
    over: { insee?: string; from?: string; exception?: string; caller?: Caller } = {},
  ) =>
    world.financeSchool.execute({
      idempotencyKey: '',
      membershipId,
      uai: ancenis.uai as never,
      from: localDate(over.from ?? '2022-07-19'),
      ...(over.insee === '' ? {} : { insee: (over.insee ?? ancenis.insee) as never }),
      territoryException: over.exception ?? '',
      caller: over.caller ?? coordinator,
    });

  test('SCH-1: two members that take one school at once: one does', async () => {
    await world.publishMarket();
    const mine = await world.activeMember(ancenis, 412);
    const other = await world.activeMember(vertou, 1_000);
    const outcomes = await Promise.all([
      refusal(link(mine)),
      refusal(link(other, { exception: 'Regroupement pédagogique', from: '2022-09-01' })),
    ]);
    expect(outcomes.filter((code) => code === undefined)).toHaveLength(1);
    expect(outcomes).toContain('SCHOOL_ALREADY_FINANCED');
    expect(await world.count('from school_link')).toBe(1);
    const events = [...(await world.events(mine)), ...(await world.events(other))];
    expect(events.filter((type) => type === 'SchoolFinanced')).toHaveLength(1);
  });

  test('SCH-1: the territory binds, and the same link again changes nothing', async () => {
    await world.publishMarket();
    const mine = await world.activeMember(ancenis, 412);
    expect(await refusal(link(mine, { insee: '44109' }))).toBe('SCHOOL_OUTSIDE_TERRITORY');
    const first = await link(mine);
    expect(await link(mine)).toEqual(first);
    expect(await world.count('from school_link')).toBe(1);
    expect((await world.reader.headsOf(marketCode))[0]?.version).toBe(5);
  });

  test('SCH-1: once the directory has told of a school, its word counts and nobody contradicts it', async () => {
    await world.publishMarket();
    const mine = await world.activeMember(ancenis, 412);
    const school = { uai: ancenis.uai, insee: '44109', public: true };
    await world.tellSchools({ ...school, insee: '44003' }, school);
    expect(await refusal(link(mine))).toBe('SCHOOL_INSEE_CONTRADICTED');
    expect(await refusal(link(mine, { insee: '' }))).toBe('SCHOOL_OUTSIDE_TERRITORY');
    await world.tellSchools({ ...school, insee: '44003', public: false });
    expect(await refusal(link(mine))).toBe('SCHOOL_NOT_PUBLIC');
    await world.tellSchools({ ...school, insee: '44003' });
    expect(await refusal(link(mine, { insee: '' }))).toBeUndefined();
    expect(await world.count("from school_link where insee = '44003'")).toBe(1);
  });

  test('SCH-1: of a school that the directory has not told of, or told without its commune, the coordinator answers', async () => {
    await world.publishMarket();
    const mine = await world.activeMember(ancenis, 412);
    expect(await refusal(link(mine, { insee: '' }))).toBe('SCHOOL_UNKNOWN');
    expect(await refusal(link(mine, { caller: ordererOf(ancenis.siren) }))).toBe('SCHOOL_UNKNOWN');
    await world.tellSchools({ uai: ancenis.uai, insee: '', public: true });
    expect(await refusal(link(mine, { insee: '' }))).toBe('SCHOOL_UNKNOWN');
    await world.tellSchoolGone(ancenis.uai);
    expect(await world.count('from school')).toBe(0);
    expect(await refusal(link(mine))).toBeUndefined();
  });

  test('SUP-3: a role that reads every member gives no right to write for another', async () => {
    await world.publishMarket();
    const theirs = await world.activeMember(vertou, 1_000);
    await world.tellSchools({ uai: vertou.uai, insee: vertou.insee, public: true });
    const caller = {
      ...ordererOf(ancenis.siren),
      roles: ['member-orderer', 'support-1', 'supplier'] as const,
    };
    expect(await refusal(link(theirs, { insee: '', caller }))).toBe('NOT_FOUND');
    const order = world.signOrder.execute({
      idempotencyKey: 'k',
      membershipId: theirs,
      lines: [{ itemCode, effectiveFrom: localDate('2022-09-01'), delta: 1 }],
      caller,
    });
    expect(await refusal(order)).toBe('NOT_FOUND');
  });
});

test('ADH-6: memberships end with the market, on the day and once', async () => {
  await world.publishMarket();
  const membershipId = await world.activeMember(ancenis, 412);
  await world.day('2026-07-18');
  expect(await refusal(world.order(membershipId, ancenis.siren, 1, '2026-07-18'))).toBeUndefined();
  await world.day('2026-07-25');
  expect(
    await world.count("from membership where status = 'ENDED' and end_cause = 'END_OF_MARKET'"),
  ).toBe(1);
  const { rows } = await world.database.query<{ business_date: string }>(
    "select business_date from platform.outbox where type like '%MembershipEnded'",
  );
  expect(rows).toEqual([{ business_date: '2026-07-19' }]);
  expect(await refusal(world.order(membershipId, ancenis.siren, 1, '2026-07-26'))).toBe(
    'MEMBERSHIP_ENDED',
  );
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
  // What has ended is still a contract: its floor stands.
  for (const sql of [
    'update commitment set quantity = 1',
    'delete from commitment',
    "update membership set starts_on = '2022-07-01'",
    "update market set floor_scope = 'TOTAL'",
    "update membership set status = 'ACTIVE'",
  ]) {
    await expect(world.database.query(sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^23/),
    });
  }
}, 30_000);
