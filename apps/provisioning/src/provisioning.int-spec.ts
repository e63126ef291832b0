import { jest } from '@jest/globals';
import pg from 'pg';
import {
  AccountState,
  type OperationsService,
  Profile,
  ProvisioningService,
  topics,
} from '#libs/contracts';
import type { Role } from '#libs/identity';
import type { RpcClient } from '#libs/rpc';
import type { FreshDatabase, MessagingBed } from '#libs/testing';
import type { OpenEntNg } from '../../../test/simulators/open-ent-ng/open-ent-ng.js';
import {
  anOrder,
  as,
  membershipId,
  pupilCount,
  RunningProvisioning,
  uai,
} from '../test/running-provisioning.test-support.js';

jest.setTimeout(120_000);

let service: RunningProvisioning;
let others: MessagingBed;
let fresh: FreshDatabase;
let ent: OpenEntNg;
let accounts: RpcClient<typeof ProvisioningService>;
let operations: RpcClient<typeof OperationsService>;

beforeAll(async () => {
  service = await RunningProvisioning.start();
  ({ others, fresh, ent, accounts, operations } = service);
});
afterAll(() => service?.stop());

test('opens the accounts that memberships and people ask for, and tells of each', async () => {
  const { counts } = await accounts.countAccounts({}, as({ roles: ['coordinator'] }));
  const seats = await accounts.checkSeats({}, as({ roles: ['player'] }));
  const { produced } = await operations.getStatus({}, as({ roles: ['player'] }));
  const [told] = (await fresh.database.query('select count(*)::int as n from account_transition'))
    .rows;
  expect({
    counts: counts.map(({ profile, state, count }) => [
      Profile[profile],
      AccountState[state],
      count,
    ]),
    seats: [seats.pools, seats.seatsHeld, seats.violations],
    told: produced.find(({ topic }) => topic === 'provisioning.account.v1')?.count,
  }).toEqual({
    counts: [
      ['STUDENT', 'WAITING_SEAT', 10],
      ['STUDENT', 'PROVISIONED', 20],
    ].sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1)),
    seats: [1, 20, []],
    // And once in each partition that the days before are told.
    told: BigInt((told?.n ?? 0) + topics.account.partitions),
  });
});

test('PRV-2: tells in French of books that are not what is recounted', async () => {
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  await owner.query("set session_replication_role = 'replica'");
  await owner.query('update seat_pool set held = held - 1');
  const { violations } = await accounts.checkSeats({}, as({ roles: ['player'] }));
  await owner.query('update seat_pool set held = held + 1');
  await owner.end();
  expect(violations).toEqual([
    `Adhésion ${membershipId}, ELEVE : l’état courant dit 19 places occupées, le décompte des comptes 20.`,
  ]);
});

test('SUP-1: level 1 reads the state in words and the beginning of the login, level 2 the history, level 3 the cause without the login', async () => {
  const list = await accounts.listAccounts({ uai, limit: 5 }, as({ roles: ['support-1'] }));
  expect([list.accounts.length, list.nextCursor === '']).toEqual([5, false]);
  const provisioned = await accounts.listAccounts(
    { uai, state: AccountState.PROVISIONED, limit: 200 },
    as({ roles: ['support-2'] }),
  );
  const account = provisioned.accounts[0]!;
  const seen = async (role: Role) => {
    const { account: shown } = await accounts.getAccount(
      { accountId: account.accountId },
      as({ roles: [role] }),
    );
    return [shown!.masked, shown!.login, shown!.stateInWords !== ''];
  };
  expect([await seen('support-1'), await seen('support-2'), await seen('support-3')]).toEqual([
    [
      ['membership_id', 'item_code', 'failure_code', 'login'],
      `${account.login.slice(0, 3)}•••`,
      true,
    ],
    [[], account.login, true],
    [['login'], '', true],
  ]);
  const history = await accounts.getAccountHistory(
    { accountId: account.accountId },
    as({ roles: ['support-2'] }),
  );
  expect(history.transitions.map(({ toState }) => AccountState[toState])).toEqual([
    'REQUESTED',
    'PROVISIONING',
    'PROVISIONED',
  ]);
  const found = await accounts.findAccountsByLogin(
    { loginPrefix: account.login, limit: 1 },
    as({ roles: ['support-1'] }),
  );
  expect(found.accounts.map(({ accountId, login }) => [accountId, login])).toEqual([
    [account.accountId, `${account.login.slice(0, 3)}•••`],
  ]);
  // Level 1, who sees a part of it, could read the rest letter by letter.
  const byPart = async (role: Role) => {
    const asked = { loginPrefix: account.login.slice(0, -1), limit: 50 };
    const { accounts: some } = await accounts.findAccountsByLogin(asked, as({ roles: [role] }));
    return some.some(({ accountId }) => accountId === account.accountId);
  };
  expect([await byPart('support-1'), await byPart('support-2')]).toEqual([false, true]);
});

test('SUP-3: a member sees its own seats by school, and another’s do not exist', async () => {
  const mine = await accounts.getSeats(
    { membershipId },
    as({ roles: ['member-reader'], organisationId: 'org' }),
  );
  expect(
    mine.seats.map(({ ordered, held, open, waiting, schools }) => [
      ordered,
      held,
      open,
      waiting,
      schools.length,
    ]),
  ).toEqual([[20, 20, 20, 10, 1]]);
  await expect(
    accounts.getSeats({ membershipId }, as({ roles: ['member-reader'], organisationId: 'other' })),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('PRV-3: suspends and resumes with a reason, once per key, and blocks in the ENT meanwhile', async () => {
  const {
    accounts: [account],
  } = await accounts.listAccounts(
    { uai, state: AccountState.PROVISIONED, limit: 1 },
    as({ roles: ['support-2'] }),
  );
  const accountId = account!.accountId;
  const level2 = as({ roles: ['support-2'] });
  await expect(
    accounts.suspendAccount({ accountId, reason: 'Zoé est partie', idempotencyKey: 'k0' }, level2),
  ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  const command = { accountId, reason: 'SECURITE SUP-12', idempotencyKey: 'k1' };
  await accounts.suspendAccount(command, level2);
  const { account: again } = await accounts.suspendAccount(command, level2);
  expect(again!.state).toBe(AccountState.SUSPENDED);
  await service.untilQuiet();
  const blocked = [...ent.graph.users.values()]
    .filter((user) => user.blocked)
    .map((user) => user.externalId);
  expect(blocked).toEqual([accountId]);
  await accounts.resumeAccount({ accountId, reason: 'ERREUR', idempotencyKey: 'k2' }, level2);
  await service.untilQuiet();
  expect([...ent.graph.users.values()].filter((user) => user.blocked)).toEqual([]);
  await expect(
    accounts.retryAccount({ accountId, reason: 'AUTRE', idempotencyKey: 'k3' }, level2),
  ).rejects.toMatchObject({ code: 'ACCOUNT_STATE_NOT_FIT' });
  const audit = await fresh.database.query<{ action: string }>(
    'select action from platform.audit_entry where subject = $1 order by id',
    [`account:${accountId}`],
  );
  expect(audit.rows.map(({ action }) => action)).toEqual([
    'account.suspended',
    'account.resumed',
    'account.retried.refused',
  ]);
});

test('PRV-2: an order signed later releases those who wait, by itself', async () => {
  await others.emit('2022-09-05', anOrder(10));
  await others.until('all open', async () => {
    const { counts } = await accounts.countAccounts({}, as({ roles: ['coordinator'] }));
    return counts.length === 1 && counts[0]?.count === pupilCount;
  });
  await service.untilQuiet();
  expect(ent.graph.users.size).toBe(pupilCount);
});
