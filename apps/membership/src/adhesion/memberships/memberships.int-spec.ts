import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { CommitmentRecordedSchema, MembershipActivatedSchema } from '#libs/contracts';
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
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf, refusalOf } from '../../../../../test/support/builders/refusal.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
}, 30_000);
afterEach(() => world.fresh.drop());

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
    membershipVersion: 2,
    commitment: [{ itemCode, quantity: 412 }],
    lines: [{ line: 2, beneficiary: ancenis.uai, quantity: 412 }],
  });
  expect(fromBinary(MembershipActivatedSchema, rows[2]!.value)).toMatchObject({
    membershipVersion: 3,
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
    await codeOf(world.accept.execute({ membershipId: first.membershipId, caller: coordinator })),
  ).toBe('ADHESION_CLOSED');
});

test('ADH-4: one membership per organisation and market, also for two letters at once', async () => {
  await world.publishMarket();
  await world.applyAs(ancenis);
  const second = world.apply.execute.bind(world.apply);
  const outcomes = await Promise.all(
    ['2', '3'].map((number) =>
      codeOf(
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
  expect(await codeOf(world.accept.execute({ membershipId, caller: coordinator }))).toBe(
    'APPLICATION_INCOMPLETE',
  );
  expect(await codeOf(world.activate.execute({ membershipId, caller: coordinator }))).toBe(
    'MEMBERSHIP_NOT_ACCEPTED',
  );
});

test('ADH-6: activation waits for the effective date to be fixed', async () => {
  await world.publishMarket((file) => delete file.calendar.effectiveOn.actual);
  expect(await codeOf(world.activeMember(ancenis, 412))).toBe('EFFECTIVE_DATE_NOT_FIXED');
});

test('ADH-2, ADH-6: activation waits for the signed convention, which no title replaces, in the database too', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis, { stated: ['CONVENTION'] });
  const activated = world.enterAndAccept(membershipId, `UAI;Nombre\n${ancenis.uai};412\n`);
  expect(await codeOf(activated)).toBe('CONVENTION_NOT_SIGNED');
  await expect(forgeActivation(membershipId)).rejects.toThrow('rests on no signed convention');
  expect(await world.count("from membership where status = 'ACCEPTED'")).toBe(1);
});

test('ADH-2: activation waits for the délibération and annex 2 that were only stated, in the database too', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis, { stated: ['DELIBERATION', 'ANNEXE2'] });
  const activated = world.enterAndAccept(membershipId, `UAI;Nombre\n${ancenis.uai};412\n`);
  expect(await refusalOf(activated)).toMatchObject({
    code: 'PAPER_NOT_DEPOSITED',
    message: expect.stringMatching(/^Déposez au dossier la délibération .* et l’annexe 2/),
    details: { papers: ['DELIBERATION', 'ANNEXE2'] },
  });
  const activate = () => world.activate.execute({ membershipId, caller: coordinator });
  await world.deposit('DELIBERATION', vertou.siren);
  expect(await refusalOf(activate())).toMatchObject({
    details: { papers: ['DELIBERATION', 'ANNEXE2'] },
  });
  await world.deposit('DELIBERATION', ancenis.siren);
  expect(await refusalOf(activate())).toMatchObject({ details: { papers: ['ANNEXE2'] } });
  await expect(forgeActivation(membershipId)).rejects.toThrow('papers that are not deposited');
  await world.deposit('ANNEXE2', ancenis.siren, { membershipId });
  expect(await codeOf(activate())).toBeUndefined();
});

test('ADH-2: whoever writes, a signature rests on a convention of the member’s own file', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis, { stated: ['CONVENTION'] });
  const sign = (documentId: string | null) =>
    world.database.query(
      `insert into convention_signature (membership_id, signed_on, document_id, recorded_by, recorded_on)
       values ($1, '2022-01-10', $2, 'user', '2022-01-14')`,
      [membershipId, documentId],
    );
  await expect(sign(null)).rejects.toMatchObject({ code: '23514' });
  for (const paper of [
    await world.deposit('DELIBERATION', ancenis.siren),
    await world.deposit('CONVENTION', vertou.siren),
  ]) {
    await expect(sign(paper)).rejects.toThrow('rests on no paper of its file');
  }
  await sign(await world.deposit('CONVENTION', ancenis.siren));
});

test('ADH-6, GOV-3: activation waits for the award of the market, in the database too', async () => {
  await world.publishMarket((file) => delete file.calendar.notificationOn.actual);
  expect(await codeOf(world.activeMember(ancenis, 412))).toBe('MARKET_NOT_AWARDED');
  const { rows } = await world.database.query<{ id: string }>('select id from membership');
  await expect(forgeActivation(rows[0]!.id)).rejects.toThrow('rests on no award');
  expect(await world.count("from membership where status = 'ACCEPTED'")).toBe(1);
});

test('ADH-6, GOV-3: a tender that was opened is awarded before anybody is active', async () => {
  await world.publishMarket();
  await world.database.query(
    `insert into tender (market_code, opened_on, opened_by, method, rules_document_id) values ($1, '2022-01-16', 'user', '{}', $2)`,
    [marketCode, await world.depositForMarket('REGLEMENT_CONSULTATION')],
  );
  expect(await codeOf(world.activeMember(ancenis, 412))).toBe('MARKET_NOT_AWARDED');
});

/** As the service's role; its ground is judged before anything else that would hold it back. */
function forgeActivation(membershipId: string) {
  return world.unitOfWork.run(async (tx) => {
    await tx.query(
      `update membership set status = 'ACTIVE', starts_on = '2022-07-19', ends_on = '2026-07-19' where id = $1`,
      [membershipId],
    );
    await tx.query('set constraints membership_rests_on_its_ground immediate');
  });
}

test('ORD-1: an activation after the effective date still orders from it', async () => {
  await world.publishMarket();
  await world.day('2022-09-05');
  const membershipId = await world.activeMember(ancenis, 412);
  const [{ order } = { order: undefined }] = await world.recordedOrders.list(membershipId, 0, 1);
  expect(order).toMatchObject({
    signedOn: '2022-09-05',
    lines: [{ effectiveFrom: '2022-07-19', delta: 412 }],
  });
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
    await codeOf(world.list.find({ membershipId: mine, caller: ordererOf(vertou.siren) })),
  ).toBe('NOT_FOUND');
  expect(await codeOf(list(callerWith('coordinator', { markets: ['autre'] })))).toBe('NOT_FOUND');
});

test('ADH-6: memberships end with the market, on the day and once', async () => {
  await world.publishMarket();
  const membershipId = await world.activeMember(ancenis, 412);
  await world.day('2026-07-18');
  expect(await codeOf(world.order(membershipId, ancenis.siren, 1, '2026-07-18'))).toBeUndefined();
  await world.day('2026-07-25');
  expect(
    await world.count("from membership where status = 'ENDED' and end_cause = 'END_OF_MARKET'"),
  ).toBe(1);
  const { rows } = await world.database.query<{ business_date: string }>(
    "select business_date from platform.outbox where type like '%MembershipEnded'",
  );
  expect(rows).toEqual([{ business_date: '2026-07-19' }]);
  expect(await codeOf(world.order(membershipId, ancenis.siren, 1, '2026-07-26'))).toBe(
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
      code: expect.stringMatching(/^23|42501/),
    });
  }
}, 30_000);
