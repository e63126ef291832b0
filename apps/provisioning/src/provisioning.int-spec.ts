import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import {
  AccountState,
  type OperationsService,
  Profile,
  ProvisioningService,
  topics,
} from '#libs/contracts';
import { type Caller, type Role } from '#libs/identity';
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

it('opens the accounts that memberships and people ask for, and tells of each', async () => {
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

it('PRV-2: tells in French of books that are not what is recounted', async () => {
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

it('SUP-1: level 1 reads the state in words and the beginning of the login, level 2 the history, level 3 the cause without the login', async () => {
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

type Rpc = keyof typeof ProvisioningService.method;
type Door = {
  readonly request: () => Promise<object>;
  /** A member that is none of this market's: what it is told. */
  readonly member: 'NOT_ALLOWED' | 'NOT_FOUND';
  /** Who may call, but for another market: what it is told. */
  readonly elsewhere: readonly [Role, 'NOT_FOUND' | 'NOT_ALLOWED' | object];
};
const anAccount = async () => {
  const [row] = (
    await fresh.database.query<{ account_id: string }>(
      "select account_id from account where state = 'PROVISIONED' order by account_id limit 1",
    )
  ).rows;
  return { accountId: row!.account_id };
};
const aCommand = async () => ({
  ...(await anAccount()),
  reason: 'ERREUR',
  idempotencyKey: randomUUID(),
});
/** A night that holds something of the school. */
const aNight = async () => {
  await fresh.database.query(
    `insert into ent_look (uai, day, membership_id, status, differences) values ($1, '2022-09-05', $2, 'HELD', $3)
     on conflict do nothing`,
    [
      uai,
      membershipId,
      JSON.stringify([{ kind: 'BACK', accountId: 'a', entId: 'b', fate: 'HELD' }]),
    ],
  );
  return { day: '2022-09-05', uai };
};
const aDecision = async () => ({
  ...(await aNight()),
  ...{ reason: 'CONTROLE', idempotencyKey: randomUUID() },
});
const planId = '0b7c7f3e-2a10-4f6e-9a53-1f1f6a3c00f1';
const aPlan = async () => {
  await fresh.database.query(
    "insert into ent_plan (plan_id, made_on, season, expires_on) values ($1, '2022-09-05', 'RENTREE', '2022-09-19') on conflict do nothing",
    [planId],
  );
  await fresh.database.query(
    `insert into ent_plan_part (part_id, plan_id, uai, membership_id, state, held_by, renames, moves, blocks, closes, deletes, seats, counted, digest)
     values (gen_random_uuid(), $1, $2, $3, 'HELD', 'SCHOOL', 0, 0, 0, 30, 0, 30, 30, '') on conflict do nothing`,
    [planId, uai, membershipId],
  );
  return { planId };
};
const aPlanDecision = async () => ({
  ...(await aPlan()),
  ...{ uai, reason: 'CONTROLE', idempotencyKey: randomUUID() },
});
/** Every RPC, as the contract lists them: one without its line here fails. */
const doors: Record<Rpc, Door> = {
  getAccount: { request: anAccount, member: 'NOT_ALLOWED', elsewhere: ['support-2', 'NOT_FOUND'] },
  listAccounts: {
    request: () => Promise.resolve({ uai }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-1', { accounts: [] }],
  },
  getAccountHistory: {
    request: anAccount,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  findAccountsByLogin: {
    request: () => Promise.resolve({ loginPrefix: 'eleve', limit: 5 }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-2', { accounts: [] }],
  },
  getSeats: {
    request: () => Promise.resolve({ membershipId }),
    member: 'NOT_FOUND',
    elsewhere: ['coordinator', 'NOT_FOUND'],
  },
  countAccounts: {
    request: () => Promise.resolve({ marketCode: 'e-primo-2022' }),
    member: 'NOT_ALLOWED',
    elsewhere: ['coordinator', 'NOT_FOUND'],
  },
  suspendAccount: {
    request: aCommand,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-2', 'NOT_FOUND'],
  },
  resumeAccount: {
    request: aCommand,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-2', 'NOT_FOUND'],
  },
  retryAccount: { request: aCommand, member: 'NOT_ALLOWED', elsewhere: ['support-3', 'NOT_FOUND'] },
  checkSeats: {
    request: () => Promise.resolve({}),
    member: 'NOT_ALLOWED',
    elsewhere: ['coordinator', { pools: 0, seatsHeld: 0, violations: [] }],
  },
  countSeatsLost: {
    request: () =>
      Promise.resolve({
        membershipId,
        itemCode: 'ELEVE',
        timeline: [{ from: '2022-10-01', ordered: 1 }],
      }),
    member: 'NOT_FOUND',
    elsewhere: ['coordinator', 'NOT_FOUND'],
  },
  // Of the whole platform, so asked by processes alone.
  findAccountTraces: {
    request: () => Promise.resolve({ personIds: [] }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_ALLOWED'],
  },
  listEntPlans: {
    request: async () => {
      await aPlan();
      return {};
    },
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', { plans: [] }],
  },
  getEntPlan: { request: aPlan, member: 'NOT_ALLOWED', elsewhere: ['coordinator', 'NOT_FOUND'] },
  approveEntPlanPart: {
    request: aPlanDecision,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  rejectEntPlanPart: {
    request: aPlanDecision,
    member: 'NOT_ALLOWED',
    elsewhere: ['coordinator', 'NOT_FOUND'],
  },
  listEntSchools: {
    request: () => Promise.resolve({}),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', { uais: [] }],
  },
  compareEntSchool: {
    request: () => Promise.resolve({ uai }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  mendEntSchool: {
    request: () => Promise.resolve({ uai, reason: 'CONTROLE' }),
    member: 'NOT_ALLOWED',
    // Support looks (`compareEntSchool`); who mends does it for every market.
    elsewhere: ['support-3', 'NOT_ALLOWED'],
  },
  listEntNights: {
    request: () => aNight().then(() => ({})),
    member: 'NOT_ALLOWED',
    elsewhere: ['coordinator', { nights: [] }],
  },
  listEntSchoolLooks: {
    request: aNight,
    member: 'NOT_ALLOWED',
    elsewhere: ['coordinator', { looks: [] }],
  },
  getEntSchoolLook: {
    request: aNight,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-2', 'NOT_FOUND'],
  },
  approveEntPlan: {
    request: aDecision,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  rejectEntPlan: {
    request: aDecision,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  askEntLooks: {
    request: () => Promise.resolve({ uai }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  listLetterClasses: {
    request: () => Promise.resolve({ uai }),
    member: 'NOT_ALLOWED',
    elsewhere: ['school', 'NOT_FOUND'],
  },
  printClassLetters: {
    request: () => Promise.resolve({ uai, classLabel: 'CM1' }),
    member: 'NOT_ALLOWED',
    elsewhere: ['school', 'NOT_FOUND'],
  },
  printAccountLetter: {
    request: anAccount,
    member: 'NOT_ALLOWED',
    elsewhere: ['school', 'NOT_FOUND'],
  },
  requestLetter: {
    request: () => anAccount().then((of) => ({ ...of, reason: 'LETTRE_PERDUE' })),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-1', 'NOT_FOUND'],
  },
  listAccountLetterRequests: {
    request: anAccount,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-1', 'NOT_FOUND'],
  },
  listSchoolLetterRequests: {
    request: () => Promise.resolve({ uai }),
    member: 'NOT_ALLOWED',
    elsewhere: ['school', 'NOT_FOUND'],
  },
};

it.each(ProvisioningService.methods.map(({ localName }) => localName as Rpc))(
  'SUP-1, SUP-3: %s says nothing without a token, to a stranger, or to another market',
  async (rpc) => {
    const { request, member, elsewhere } = doors[rpc];
    const call = accounts[rpc] as (request: object, options?: object) => Promise<object>;
    const body = await request();
    const [role, answer] = elsewhere;
    const stranger = { roles: ['member-orderer'], organisationId: 'other' } as const;
    await expect(call(body)).rejects.toMatchObject({ details: 'UNAUTHENTICATED' });
    await expect(call(body, as(stranger))).rejects.toMatchObject({ code: member });
    await expect(call(body, as({ ...stranger, markets: ['autre'] }))).rejects.toMatchObject({
      code: member,
    });
    const asked = call(body, as({ roles: [role], markets: ['autre'] }));
    if (typeof answer === 'string') {
      await expect(asked).rejects.toMatchObject({ code: answer });
      return;
    }
    expect(await asked).toMatchObject(answer);
    // The answer to the right market is another one: the request asks for something that is there.
    expect(await call(body, as({ roles: [role] }))).not.toMatchObject(answer);
  },
);

it('SUP-1: a member of the very organisation sees no seats without the market', async () => {
  const asked = accounts.getSeats(
    { membershipId },
    as({ roles: ['member-reader'], organisationId: 'org', markets: ['autre'] }),
  );
  await expect(asked).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { counts } = await accounts.countAccounts(
    {},
    as({ roles: ['support-1'], markets: ['autre'] }),
  );
  expect(counts).toEqual([]);
});

it.each([
  [
    'SUP-3: a member never sees a person',
    'NOT_ALLOWED',
    { roles: ['member-orderer'] as const, organisationId: 'org' },
  ],
  [
    'SUP-3: a school sees no other school',
    'NOT_FOUND',
    { roles: ['school'] as const, uais: ['0440002B'] },
  ],
  [
    'SUP-1: level 1 has no history',
    'NOT_ALLOWED',
    { roles: ['support-1'] as const, history: true },
  ],
])('%s', async (_title, code, { history, ...caller }: { history?: boolean } & Partial<Caller>) => {
  const asked = history
    ? accounts.getAccountHistory({ accountId: randomUUID() }, as(caller))
    : accounts.listAccounts({ uai }, as(caller));
  await expect(asked).rejects.toMatchObject({ code });
});

it('SUP-3: a member sees its own seats by school, and another’s do not exist', async () => {
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

it('PRV-3: suspends and resumes with a reason, once per key, and blocks in the ENT meanwhile', async () => {
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
    [accountId],
  );
  expect(audit.rows.map(({ action }) => action)).toEqual([
    'account.suspended',
    'account.resumed',
    'account.retried.refused',
  ]);
});

it('PRV-2: an order signed later releases those who wait, by itself', async () => {
  await others.emit('2022-09-05', anOrder(10));
  await others.until('all open', async () => {
    const { counts } = await accounts.countAccounts({}, as({ roles: ['coordinator'] }));
    return counts.length === 1 && counts[0]?.count === pupilCount;
  });
  await service.untilQuiet();
  expect(ent.graph.users.size).toBe(pupilCount);
});
