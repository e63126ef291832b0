import { jest } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import {
  AccountMovedSchema,
  AccountState,
  event,
  MembershipActivatedSchema,
  Profile,
} from '#libs/contracts';
import { meteringSettings } from '../src/config.js';
import { meteringDoors } from './metering-doors.test-support.js';
import {
  accepted,
  app,
  as,
  asked,
  becomes,
  day,
  daysTold,
  flowing,
  fresh,
  issuer,
  itemCode,
  kafka,
  metering,
  operations,
  period,
  player,
  provisioningSays,
  quietAt,
  runningMetering,
} from './running-metering.test-support.js';

// Slow where the machine is busy.
jest.setTimeout(90_000);
runningMetering();

test('MTR-1 to MTR-3: the service meters what it hears, and a late fact changes just its days', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  await day('2022-10-19');
  await kafka.emit(
    '2022-10-19',
    accepted('m1'),
    becomes(first, 1, AccountState.PROVISIONING, '2022-10-19'),
    becomes(first, 2, AccountState.PROVISIONED, '2022-10-19'),
    becomes(second, 1, AccountState.PROVISIONED, '2022-11-03'),
  );
  await quietAt('2022-10-19');
  expect(await metering.getUsage(asked, await player())).toMatchObject({ complete: false });

  await day('2023-01-19');
  await quietAt('2023-01-19');
  // Nothing is left to be read, and yet nobody has said that all is told: not of the last day, not everywhere.
  for (const stated of [[], daysTold('2023-01-18'), daysTold('2023-01-19').slice(0, -1)]) {
    await kafka.emit('2023-01-19', ...stated);
    await quietAt('2023-01-19');
    expect(await metering.getUsage(asked, await player())).toMatchObject({ complete: false });
  }
  provisioningSays({ topics: [{ topic: 'membership.events.v1', parked: 2n, stopped: 1 }] });
  expect(await metering.getUsage(asked, await player())).toMatchObject({
    waiting: { setAsideAtSource: 2, stopped: 0, stoppedAtSource: 1 },
  });
  // A reading that stopped is told as such, and not as facts that come by themselves.
  const stopAt = (why: string | null) =>
    fresh.database.query(
      `update platform.consumer_position set stopped = $1 where topic = 'membership.calendar.v1'`,
      [why],
    );
  await stopAt('GAP seq 7 follows 5');
  expect(await metering.getUsage(asked, await player())).toMatchObject({ waiting: { stopped: 1 } });
  expect((await operations.getStatus({}, await player())).topics).toContainEqual(
    expect.objectContaining({ topic: 'membership.calendar.v1', stopped: 1 }),
  );
  await stopAt(null);
  await kafka.emit('2023-01-19', ...daysTold('2023-01-19'));
  await quietAt('2023-01-19');
  const usage = await metering.getUsage(asked, await player());
  expect(usage).toMatchObject({
    openAccounts: [
      { from: '2022-10-19', openAccounts: 1 },
      { from: '2022-11-03', openAccounts: 2 },
    ],
    accountDays: 92 + 77,
    complete: true,
  });

  // BIL-5: certified once; nothing new, nothing written.
  const certify = async () =>
    metering.certifyUsage({ marketCode: 'e-primo-2022', period }, await player());
  await expect(
    metering.certifyUsage(
      { marketCode: 'e-primo-2022', period: { startsOn: '2022-10-19', endsOn: '2023-01-20' } },
      await player(),
    ),
  ).rejects.toMatchObject({ code: 'USAGE_NOT_COMPLETE' });
  await expect(
    metering.certifyUsage(
      { marketCode: 'e-primo-2022', period: { startsOn: '2022-01-17', endsOn: '2023-01-19' } },
      await player(),
    ),
  ).rejects.toMatchObject({ code: 'CERTIFICATE_PERIOD_INVALID' });
  expect(await certify()).toEqual(
    expect.objectContaining({ memberships: 1, certified: 1, accountDays: BigInt(92 + 77) }),
  );
  expect(await certify()).toMatchObject({ certified: 0 });
  const certificates = async () =>
    (await metering.listCertificates({ membershipId: 'm1' }, await player())).certificates;
  const [certificate] = await certificates();
  expect(certificate).toMatchObject({
    ...{ revision: 0, certifiedOn: '2023-01-19', toldBefore: '2023-01-19', accounts: 2 },
    ...{ accountDays: BigInt(92 + 77), positions: usage.cutOff, changes: [] },
    usageSha256: createHash('sha256')
      .update(`${itemCode}|0440437L|2022-10-19|1\n${itemCode}|0440437L|2022-11-03|2`)
      .digest('hex'),
  });
  const certified = await metering.getUsage(asked, await player());
  expect(certified.certificateSha256).toBe(certificate!.sha256);

  // Known only now: the second one moved to another school in December, and nobody has paid since.
  await kafka.emit(
    '2023-01-19',
    event(AccountMovedSchema, second, {
      accountId: second,
      sequence: 2,
      profile: Profile.STUDENT,
      state: AccountState.ACTIVATED,
      effectiveOn: '2022-12-01',
      uai: '0440441R',
    }),
    // The same fact again changes nothing.
    becomes(first, 2, AccountState.PROVISIONED, '2022-10-19'),
  );
  await quietAt('2023-01-19');
  const mended = await metering.getUsage(asked, await player());
  expect(mended.accountDays).toBe(92 + 28);
  expect(mended.cutOff).not.toBe(usage.cutOff);
  // MTR-3: the certificate stands, and says what came late.
  expect(mended.certificateSha256).toBe('');
  const change = { itemCode, uai: '0440437L', firstDay: '2022-12-01', accountDays: -49n };
  const late = { changes: [{ change, arrivedOn: '2023-01-19' }] };
  expect(await certificates()).toMatchObject([
    { sha256: certificate!.sha256, ...late, accountDaysNow: BigInt(92 + 28) },
  ]);
  expect(await metering.verifyCertificates({ membershipId: 'm1' }, await player())).toMatchObject({
    ...{ certificates: 1, violations: [] },
  });
  expect(await certify()).toMatchObject({ certified: 1 });
  expect(await certificates()).toMatchObject([{ revision: 1, changes: [] }, { revision: 0 }]);
  const verified = { marketCode: 'e-primo-2022' };
  expect(await metering.verifyCertificatesOfMarket(verified, await player())).toMatchObject({
    ...{ certificates: 2, violations: [] },
  });
  // Open, in use, paid for: the second one is at its new school, in use, and nobody pays.
  const open = async (on: string) =>
    (await metering.getOpenAccounts({ membershipId: 'm1', on }, await player())).accounts;
  expect(await open('2022-11-30')).toMatchObject([
    { uai: '0440437L', profile: 'STUDENT', open: 2, activated: 0, billable: 2 },
  ]);
  expect(await open('2022-12-01')).toMatchObject([
    { uai: '0440437L', profile: 'STUDENT', open: 1, activated: 0, billable: 1 },
  ]);
  expect(await metering.getUsageBySchool(asked, await player())).toMatchObject({
    schools: [{ uai: '0440437L', accountDays: 92 + 28, openAtEnd: 1 }],
  });
  expect(await metering.recountUsage({}, await player())).toMatchObject({
    meteredAccountDays: BigInt(92 + 28),
    recountedAccountDays: BigInt(92 + 28),
    differences: 0,
    until: '2023-01-19',
  });
  const market = { marketCode: 'e-primo-2022', until: '2023-01-19' };
  expect(await metering.listUsage(market, await player())).toMatchObject({
    memberships: [
      {
        membershipId: 'm1',
        items: [
          {
            itemCode,
            openAccounts: [
              { from: '2022-10-19', openAccounts: 1 },
              { from: '2022-11-03', openAccounts: 2 },
              { from: '2022-12-01', openAccounts: 1 },
            ],
          },
        ],
      },
    ],
    nextCursor: '',
  });
  const abroad = await as(['admin'], { markets: ['e-primo-2026'] });
  expect(await metering.recountUsage({}, abroad)).toMatchObject({
    meteredAccountDays: 0n,
    recountedAccountDays: 0n,
    accounts: 0,
  });
});

meteringDoors();

test('billing is answered in its own name; another service’s token, and billing’s for another service, are refused', async () => {
  const ofService = async (name: string, audience = 'metering') => ({
    token: await issuer.token(audience, { roles: ['service'] }, name),
    deadlineMs: 20_000,
  });
  const ask = (token: { token: string }) =>
    metering.listCertifiedUsage({ marketCode: 'e-primo-2022', period }, token);
  expect(await ask(await ofService('billing'))).toMatchObject({
    complete: expect.any(Boolean) as unknown,
  });
  for (const other of [
    'membership',
    'provisioning',
    'directory',
    'console',
    'metering',
    'player',
  ]) {
    await expect(ask(await ofService(other))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  }
  const elsewhere = ask(await ofService('billing', 'membership'));
  await expect(elsewhere).rejects.toMatchObject({ details: 'UNAUTHENTICATED' });
});

test('ADH-5, SUP-3: days count for the successor from its day on, known by its activation alone', async () => {
  const moving = randomUUID();
  const daysOf = async (membershipId: string) =>
    (await metering.getUsage({ ...asked, membershipId }, await player())).accountDays;
  const before = await daysOf('m1');
  await kafka.emit(
    '2023-01-19',
    event(MembershipActivatedSchema, 'heir', {
      membershipId: 'heir',
      membershipVersion: 1,
      organisation: { organisationId: 'org-heir' },
      market: { code: 'e-primo-2022' },
      period: { startsOn: '2023-01-01', endsOn: '2026-07-19' },
    }),
    becomes(moving, 1, AccountState.PROVISIONED, '2022-12-01'),
    event(AccountMovedSchema, moving, {
      accountId: moving,
      sequence: 2,
      profile: Profile.STUDENT,
      state: AccountState.PROVISIONED,
      effectiveOn: '2023-01-01',
      uai: '0440437L',
      membershipId: 'heir',
      itemCode,
    }),
  );
  await quietAt('2023-01-19');
  // December with the former member, 1 to 18 January with its successor: none twice, none lost.
  expect([(await daysOf('m1')) - before, await daysOf('heir')]).toEqual([31, 18]);
  const heir = await as(['member-reader'], {
    organisationId: 'org-heir',
    markets: ['e-primo-2022'],
  });
  const own = await metering.getUsage({ ...asked, membershipId: 'heir' }, heir);
  expect(own.accountDays).toBe(18);
  await expect(metering.getUsage(asked, heir)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('MKT-4: a fact of a day to come moves nothing; set aside, it turns FLOWING red until its day releases it', async () => {
  const early = randomUUID();
  const faults = async () => {
    const response = await fetch(flowing);
    const answer = (await response.json()) as { details?: Record<string, string> };
    return { status: response.status, ...answer.details };
  };
  const { accountDays: before, complete } = await metering.getUsage(asked, await player());
  expect(complete).toBe(true);
  await kafka.tell('2023-02-01', becomes(early, 1, AccountState.PROVISIONED, '2023-01-10'));
  await kafka.until('it is red', async () => (await faults()).status === 503);
  expect(await faults()).toMatchObject({
    calendar: expect.stringMatching(
      /^AWAITS_CALENDAR 1 set aside, .*dated 2023-02-01; the service stands at 2023-01-19$/,
    ) as unknown,
  });
  const parked = await operations.listParked({}, await player());
  expect(parked.events).toMatchObject([{ key: early, cause: 'AWAITS_CALENDAR' }]);
  expect((await operations.getStatus({}, await player())).businessDate).toBe('2023-01-19');
  // BIL-5: set aside is not counted.
  const waiting = {
    ...{ setAside: 1, behind: 0, unread: 0, ofNoMembership: 0, setAsideAtSource: 0 },
    memberships: [{ membershipId: 'm1', facts: 1 }],
  };
  const asideToo = { accountDays: before, complete: false, waiting };
  expect(await metering.getUsage(asked, await player())).toMatchObject(asideToo);
  await day('2023-02-01');
  await kafka.until('it is green', async () => (await faults()).status === 200);
  const counted = { accountDays: before + 9, complete: true };
  expect(await metering.getUsage(asked, await player())).toMatchObject(counted);
});

test('BIL-5, MTR-2: what is set aside is counted by whom it concerns, and no recount is complete meanwhile', async () => {
  const account = randomUUID();
  const told = becomes(account, 1, AccountState.PROVISIONED, '2023-01-25');
  await kafka.emit('2023-02-01', told, ...daysTold('2023-02-01'));
  await kafka.until('it counts', async () => {
    const { rows } = await fresh.database.query(
      'select from account_fact where account_id = $1::uuid',
      [account],
    );
    return rows.length === 1;
  });
  const garbage = (key: string) => ({ ...told, key, value: Buffer.from('no message') });
  const behind = becomes(account, 2, AccountState.ACTIVATED, '2023-01-28');
  await kafka.tell('2023-02-01', garbage(account), behind, garbage('of no account'));
  // What a stranger wrote is a fact of no account, and counted by nobody.
  const { key, type, value } = becomes(account, 3, AccountState.DELETED, '2023-01-26');
  const headers = { id: randomUUID(), type, 'business-date': '2023-02-01' };
  await kafka.send(kafka.accountTopic, [{ key, value: Buffer.from(value ?? []), headers }]);
  await kafka.until('three are parked, and the foreign record is set aside', async () => {
    const { events } = await operations.listParked({}, await player());
    const { total } = await operations.listForeign({}, await player());
    return events.length === 3 && total === 1n;
  });
  const waiting = {
    ...{ setAside: 2, behind: 1, ofNoMembership: 1 },
    memberships: [{ membershipId: 'm1', facts: 2 }],
  };
  const recount = await metering.recountUsage({}, await player());
  expect(recount).toMatchObject({ differences: 0, complete: false, waiting });
  // SUP-1: of another market nobody's are named.
  const abroad = await as(['admin'], { markets: ['e-primo-2026'] });
  expect(await metering.recountUsage({}, abroad)).toMatchObject({
    waiting: { ...waiting, memberships: [] },
  });
  await fresh.database.query('delete from platform.parked_event');
  expect(await metering.recountUsage({}, await player())).toMatchObject({ complete: true });
});

test('asked to stop: it is not ready, and answers on for a while; a call in flight is answered, and only then are the ports closed', async () => {
  expect(meteringSettings.shape.DRAIN_SECONDS.parse(undefined)).toBe(5);
  const ready = flowing.replace('flowing', 'ready');
  const isReady = async () =>
    (await fetch(ready, { headers: { connection: 'close' } })).status === 200;
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  await owner.query('begin; lock table usage_change in access exclusive mode');
  const slow = metering.getUsage(asked, { ...(await player()), deadlineMs: 60_000 });
  await kafka.until('a call is in flight', async () => {
    const { rows } = await fresh.database.query(
      `select 1 from pg_locks where not granted and relation = 'usage_change'::regclass`,
    );
    return rows.length > 0;
  });
  expect(await isReady()).toBe(true);
  let isClosed = false;
  const closed = app.close().then(() => (isClosed = true));
  await kafka.until('it is not ready', async () => !(await isReady()));
  // Who has not heard of it yet.
  expect(await operations.listParked({}, await player())).toMatchObject({ events: [] });
  await kafka.until('new calls are refused', async () =>
    operations.listParked({}, { ...(await player()), deadlineMs: 2_000 }).then(
      () => false,
      () => true,
    ),
  );
  expect(isClosed).toBe(false);
  await owner.query('rollback');
  await owner.end();
  expect(await slow).toMatchObject({ openAccounts: expect.any(Array) as unknown });
  await closed;
  await expect(isReady()).rejects.toThrow();
});
