import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { activateAncenis, ancenis } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

type Running = Awaited<ReturnType<typeof startMembership>>;
type Token = { token: string };

jest.setTimeout(60_000);

let service: Running;
let player: Token;
let orderer: Token;
let membershipId: string;

const order = (
  delta: number,
  effectiveFrom: string,
  as = orderer,
  idempotencyKey: string = randomUUID(),
) =>
  service.client.signOrder(
    {
      idempotencyKey,
      membershipId,
      lines: [{ itemCode: 'COMPTE_ELEVE', effectiveFrom, delta }],
    },
    as,
  );

beforeAll(async () => {
  service = await startMembership();
  player = await service.as('player', { markets: [] });
  orderer = await service.as('member-orderer', { organisationId: `org-${ancenis.siren}` });
  membershipId = await activateAncenis(service);
}, 60_000);
afterAll(() => service?.stop(), 30_000);

test('ORD-1: an annex 2 has become an order, and an orderer adds to it', async () => {
  const { order: signed, ledgerHead } = await order(38, '2022-11-03');
  expect(signed).toMatchObject({
    number: 'BC-0002',
    status: 'SIGNED',
    signedBy: 'user-member-orderer',
  });
  const { today, timelines } = await service.client.getQuantities({ membershipId }, orderer);
  expect(today).toMatchObject([
    { commitment: 412, ordered: 412, smallestMargin: 0, label: 'Compte élève' },
  ]);
  expect(timelines[0]?.ordered).toMatchObject([{ quantity: 412 }, { quantity: 450 }]);
  const { heads } = await service.client.listLedgerHeads({ marketCode }, player);
  expect(heads).toMatchObject([{ membershipId, ledgerHead }]);
});

test('an order asks a login of five minutes at most, and reading does not', async () => {
  const loggedIn = (minutesAgo: number) =>
    service.as('member-orderer', {
      organisationId: `org-${ancenis.siren}`,
      auth_time: Math.floor(Date.now() / 1_000) - minutesAgo * 60,
    });
  const never = await service.as('member-orderer', {
    organisationId: `org-${ancenis.siren}`,
    auth_time: undefined,
  });
  for (const stale of [await loggedIn(6), never]) {
    await expect(order(1, '2022-11-03', stale)).rejects.toMatchObject({ code: 'LOGIN_TOO_OLD' });
    await service.client.getQuantities({ membershipId }, stale);
  }
  // Judged by the floor, since the login is fresh enough.
  await expect(order(-45, '2022-11-10', await loggedIn(4))).rejects.toMatchObject({
    code: 'BELOW_COMMITMENT',
  });
});

test('ORD-2: an order below the commitment is refused over the wire with its figures', async () => {
  await expect(order(-45, '2022-11-10')).rejects.toMatchObject({
    code: 'BELOW_COMMITMENT',
    kind: 'conflict',
    details: {
      shortfalls: [{ firstDay: '2022-11-10', wouldBe: 405, commitment: 412, shortfall: 7 }],
    },
  });
});

test('PRV-7: the seats lost are asked of provisioning over the wire, previewed and confirmed', async () => {
  const lines = [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-12-05', delta: -10 }];
  service.provisioning.held = 445;
  const preview = await service.client.previewOrder({ membershipId, lines }, orderer);
  expect(preview.seatsLost).toMatchObject([{ itemCode: 'COMPTE_ELEVE', held: 445, lost: 5 }]);
  // ORD-2: the margin by day is told with it.
  expect(preview.after[0]?.margin.map(({ quantity }) => quantity)).toEqual([0, 38, 28]);
  await expect(order(-10, '2022-12-05')).rejects.toMatchObject({
    code: 'SEATS_LOST_UNCONFIRMED',
    details: { seatsLost: 5, held: 445 },
  });
  service.provisioning.isSilent = true;
  await expect(order(-10, '2022-12-05')).rejects.toMatchObject({ kind: 'unavailable' });
  Object.assign(service.provisioning, { held: 0, isSilent: false });
});

test.each([
  ['the coordinator', 'coordinator', {}, 'NOT_ALLOWED'],
  ['a reader of the member', 'member-reader', { organisationId: 'org-200083228' }, 'NOT_ALLOWED'],
  ['another member', 'member-orderer', { organisationId: 'org-214402158' }, 'NOT_FOUND'],
  [
    'an orderer of another market',
    'member-orderer',
    { organisationId: 'org-200083228', markets: ['autre'] },
    'NOT_FOUND',
  ],
] as const)('SUP-3: %s may not order', async (_name, role, claims, code) => {
  const as = await service.as(role, claims);
  await expect(order(1, '2022-12-01', as)).rejects.toMatchObject({ code });
});

test('SUP-3: provisioning is not called, and no first answer repeated, for an orderer of another market', async () => {
  const elsewhere = await service.as('member-orderer', {
    ...{ organisationId: `org-${ancenis.siren}`, markets: ['autre'] },
  });
  service.provisioning.isFaulty = true;
  await expect(order(-1, '2022-12-05', elsewhere)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(order(-1, '2022-12-05')).rejects.toMatchObject({ kind: 'unavailable' });
  service.provisioning.isFaulty = false;
  const key = randomUUID();
  await order(1, '2022-12-05', orderer, key);
  await expect(order(1, '2022-12-05', elsewhere, key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('ORD-2: an order that would leave less than nothing is refused by the floor', async () => {
  await expect(order(-1_000, '2022-12-05')).rejects.toMatchObject({ code: 'BELOW_COMMITMENT' });
});

test('an order without a key, with a strange date or a huge delta is refused as malformed', async () => {
  await expect(order(1, '2022-12-01', orderer, ' ')).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_INVALID',
  });
  const malformed = (field: string) => ({
    code: 'INPUT_INVALID',
    details: { mistakes: [expect.objectContaining({ field })] },
  });
  await expect(order(1, '2022-02-30')).rejects.toMatchObject(malformed('lines.0.effectiveFrom'));
  await expect(order(2 ** 31 - 1, '2022-12-01')).rejects.toMatchObject(malformed('lines.0.delta'));
});

test('without a token nothing is answered', async () => {
  await expect(service.client.getMembership({ membershipId })).rejects.toMatchObject({ code: 16 });
});

test('SCH-1: what the directory tells of a school arrives and counts', async () => {
  const coordinator = await service.as('coordinator');
  const finance = () =>
    service.client
      .financeSchool(
        { membershipId, uai: '0440437L', from: '2022-09-01', insee: '44109' },
        coordinator,
      )
      .catch((error: { code: string }) => error.code);
  expect(await finance()).toBe('SCHOOL_OUTSIDE_TERRITORY');
  const stop = await service.tellSchool(
    { uai: '0440437L', insee: '44003', public: true },
    '2022-07-19',
  );
  for (let look = 0; look < 200; look += 1) {
    if ((await finance()) === 'SCHOOL_INSEE_CONTRADICTED') break;
    await sleep(100);
  }
  expect(await finance()).toBe('SCHOOL_INSEE_CONTRADICTED');
  await stop();
  const { states } = await service.operations.digestStates({}, player);
  expect(states).toMatchObject([{ topic: 'directory.structure.v1', count: 1n }]);
  expect(await service.operations.getStatus({}, player)).toMatchObject({
    businessDate: '2022-07-19',
    topics: expect.arrayContaining([
      expect.objectContaining({ topic: 'directory.structure.v1', handled: 1n, parked: 0n }),
    ]),
  });
}, 40_000);

test('what happened is published, and the ledgers hold', async () => {
  expect(await service.client.checkLedgers({ marketCode }, player)).toMatchObject({
    memberships: 1,
    orders: 3,
    violations: [],
  });
  for (let look = 0; look < 100; look += 1) {
    const { outboxPending } = await service.operations.getStatus({}, player);
    if (outboxPending === 0n) break;
    await sleep(100);
  }
  const status = await service.operations.getStatus({}, player);
  expect(status).toMatchObject({ businessDate: '2022-07-19', outboxPending: 0n });
  expect(status.produced).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ topic: 'membership.events.v1', count: 6n }),
      expect.objectContaining({ topic: 'membership.calendar.v1', count: 3n }),
    ]),
  );
  const ready = await fetch(`${service.httpUrl}/health/ready`);
  expect(ready.status).toBe(200);
}, 20_000);
