import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { ProvisioningService } from '#libs/contracts';
import type { Caller, Role } from '#libs/identity';
import type { RpcClient } from '#libs/rpc';
import type { FreshDatabase } from '#libs/testing';
import {
  as,
  membershipId,
  RunningProvisioning,
  uai,
} from '../test/running-provisioning.test-support.js';

jest.setTimeout(120_000);

let service: RunningProvisioning;
let fresh: FreshDatabase;
let accounts: RpcClient<typeof ProvisioningService>;

beforeAll(async () => {
  service = await RunningProvisioning.start();
  ({ fresh, accounts } = service);
});
afterAll(() => service?.stop());

type Rpc = keyof typeof ProvisioningService.method;
type Door = {
  readonly request: () => Promise<object>;
  /** A member that is none of this market's: what it is told. */
  readonly member: 'NOT_ALLOWED' | 'NOT_FOUND';
  /** Who may call, but for another market: what it is told. */
  readonly elsewhere: readonly [
    Role,
    'NOT_FOUND' | 'NOT_ALLOWED' | 'ENT_FAULT_GONE' | 'PERSON_NEEDED' | object,
  ];
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
const aContract = {
  ...{ address: 'https://ent.example.org', level: 'READING', ranAt: '2022-09-05T08:00:00Z' },
};
const aMissingSchool = async () => {
  await anAccount();
  await fresh.database.query(
    `insert into ent_missing_school (uai, missing, compared, is_emptied, read_on)
     values ($1, 4, 10, false, (select day from platform.business_day)) on conflict do nothing`,
    [uai],
  );
  return {};
};
const aFedSchool = async () => {
  await anAccount();
  await fresh.database.query(
    `insert into fed_school (fed_school_id, uai, academy, starts_on, declared_by, declared_on, reason)
     values (gen_random_uuid(), $1, 'NANTES', '2022-09-05', 'u', '2022-09-05', 'ALIMENTATION_ACADEMIE') on conflict do nothing`,
    [uai],
  );
  return {};
};
const anExposure = async () => {
  const { accountId } = await anAccount();
  await fresh.database.query(
    'insert into link_exposure (relative_account_id, student_account_id, uai) values ($1, $1, $2) on conflict do nothing',
    [accountId, uai],
  );
  return {};
};
const aFeedChange = () =>
  Promise.resolve({
    ...{ uai, academy: 'NANTES', startsOn: '2022-10-01', endsOn: '2022-10-01' },
    ...{ reason: 'ERREUR', idempotencyKey: randomUUID() },
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
  listLostDays: {
    request: () => Promise.resolve({ marketCode: 'e-primo-2022' }),
    member: 'NOT_ALLOWED',
    elsewhere: ['supplier', 'NOT_FOUND'],
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
  listEntFaults: {
    request: async () => {
      await fresh.database.query(
        `insert into ent_task (account_id, priority, refused_code, not_before) values ($1, 1, 'ENT_MOVE_REFUSED', now() + interval '6 hours')
         on conflict do nothing`,
        [(await anAccount()).accountId],
      );
      return {};
    },
    member: 'NOT_ALLOWED',
    elsewhere: ['support-2', { faults: [], retries: [] }],
  },
  retryEntFault: {
    request: async () => ({
      ...{ code: 'ENT_REFUSED', reason: 'INCIDENT_ENT', idempotencyKey: randomUUID() },
    }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'ENT_FAULT_GONE'],
  },
  listFedSchools: {
    request: aFedSchool,
    member: 'NOT_ALLOWED',
    elsewhere: ['coordinator', { schools: [] }],
  },
  previewFedSchool: {
    request: aFeedChange,
    member: 'NOT_ALLOWED',
    elsewhere: ['coordinator', 'NOT_FOUND'],
  },
  declareFedSchool: {
    request: aFeedChange,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  endFedSchool: {
    request: aFeedChange,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  listLinkExposures: {
    request: anExposure,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', { exposures: [] }],
  },
  getEntConnector: {
    request: () => Promise.resolve({}),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  getEntContract: {
    request: () => Promise.resolve({}),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_FOUND'],
  },
  recordEntContract: {
    request: () => Promise.resolve({ contract: aContract }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'NOT_ALLOWED'],
  },
  compareEntAccount: {
    request: anAccount,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-2', 'NOT_FOUND'],
  },
  restoreEntAccount: {
    request: aCommand,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-2', 'NOT_FOUND'],
  },
  getSchoolDifferences: {
    request: aNight,
    member: 'NOT_ALLOWED',
    elsewhere: ['coordinator', 'NOT_FOUND'],
  },
  listHandMadeUsers: {
    request: () => Promise.resolve({ uai }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-2', 'NOT_FOUND'],
  },
  listEntSchools: {
    request: () => Promise.resolve({}),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', { uais: [] }],
  },
  listEntMissing: {
    request: aMissingSchool,
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', { schools: [] }],
  },
  proposeEntMissing: {
    request: () => Promise.resolve({ reason: 'ENT_RESTAURE' }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'PERSON_NEEDED'],
  },
  decideEntMissing: {
    request: () => Promise.resolve({ proposalId: randomUUID(), outcome: 'APPROVED' }),
    member: 'NOT_ALLOWED',
    elsewhere: ['support-3', 'PERSON_NEEDED'],
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

test.each(ProvisioningService.methods.map(({ localName }) => localName as Rpc))(
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

test('SUP-1: a member of the very organisation sees no seats without the market', async () => {
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

test.each([
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
