import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import request from 'supertest';
import {
  AccountState,
  AccountStateChangedSchema,
  MembershipActivatedSchema,
  PersonChangedSchema,
  Profile,
  SchoolFinancedSchema,
  StructureChangedSchema,
} from '#libs/contracts';
import {
  anOrder,
  as,
  membershipId,
  RunningProvisioning,
  uai,
} from '../../../apps/provisioning/test/running-provisioning.test-support.js';
import { preDelete } from '../../simulators/open-ent-ng/graph/deletions.js';
import { block, createUserInClass } from '../../simulators/open-ent-ng/graph/users.js';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';
import type { Visitor } from '../../../apps/console/src/visitor.js';
import { startConsole, type LoggedInBrowser, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';

/**
 * Goal: what the console lets people do about accounts and seats is done by provisioning itself, not
 * by a fake of it. Method: the whole service in process (its database, Kafka, Redis and ENT), asked in
 * the visitor's name; only what other services answer is fake.
 */
let provisioning: RunningProvisioning;
let console_: RunningConsole;
let support1: LoggedInBrowser;
let support2: LoggedInBrowser;
let account: AnAccount;
/** The first of those who wait for a seat. */
let waiting: AnAccount;

type AnAccount = { account_id: string; person_id: string; login: string; state: string };

beforeAll(async () => {
  provisioning = await RunningProvisioning.start();
  const fakes = fakeServices();
  const getMembership = async () => {
    const answer = await fakes.membership.getMembership({ membershipId });
    answer.membership!.organisation!.organisationId = 'org';
    return answer;
  };
  console_ = await startConsole((visitor) => ({
    ...fakes,
    membership: { ...fakes.membership, getMembership },
    provisioning: inNameOf(visitor),
  }));
  support1 = await console_.logIn({ roles: ['support-1'] });
  support2 = await console_.logIn({ roles: ['support-2'] });
  const { rows } = await provisioning.fresh.database.query<AnAccount>(
    'select account_id, person_id, login, state from account order by entry_on, source_key',
  );
  account = rows.find(({ state }) => state === 'PROVISIONED')!;
  waiting = rows.find(({ state }) => state === 'WAITING_SEAT')!;
  await copyEvents(rows);
}, 120_000);
afterAll(async () => {
  await console_?.stop();
  await provisioning?.stop();
});

/** As a token of that session would say. */
const asTold = ({ userId, grants, uais, organisationId }: Visitor) => ({
  token: Buffer.from(JSON.stringify({ userId, grants, uais, organisationId })).toString(
    'base64url',
  ),
});

type Call = (message: object, options: object) => Promise<object>;
function inNameOf(visitor: Visitor): ClientsOfVisitor['provisioning'] {
  return new Proxy(provisioning.accounts, {
    get: (client, name: keyof ClientsOfVisitor['provisioning']) => (message: object) =>
      (client[name] as unknown as Call)(message, asTold(visitor)),
  });
}

/** What the events would have brought to the console. */
async function copyEvents(accounts: readonly AnAccount[]): Promise<void> {
  const { copies, peopleCopies, unitOfWork } = console_;
  const enrolment = { profile: Profile.STUDENT, uai, period: { startsOn: '2022-09-01' } };
  await unitOfWork.run(async (tx) => {
    await copies.membershipActivated(
      tx,
      create(MembershipActivatedSchema, {
        membershipId,
        organisation: { organisationId: 'org', name: 'Commune' },
        market: { code: 'e-primo-2022' },
        period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
      }),
    );
    const period = { startsOn: '2022-07-19' };
    await copies.schoolFinanced(tx, create(SchoolFinancedSchema, { membershipId, uai, period }));
    await peopleCopies.structuresChanged(tx, [
      create(StructureChangedSchema, { uai, name: 'École inventée', commune: 'Nort-sur-Erdre' }),
    ]);
    await peopleCopies.peopleChanged(
      tx,
      accounts.map(({ person_id: personId }) =>
        create(PersonChangedSchema, {
          ...{ personId, lastName: 'Inventé', firstName: 'Élève', revision: 1 },
          enrolments: [enrolment],
        }),
      ),
    );
    await peopleCopies.accountsChanged(
      tx,
      accounts.map(({ account_id: accountId, person_id: personId }) =>
        create(AccountStateChangedSchema, {
          ...{ accountId, personId, sequence: 1, uai, effectiveOn: '2022-09-05' },
          profile: Profile.STUDENT,
          toState: AccountState.REQUESTED,
        }),
      ),
    );
  });
}

const get = (path: string, { cookie }: LoggedInBrowser) =>
  request(console_.app.getHttpServer()).get(path).set('cookie', cookie);
const decide = (
  action: string,
  { cookie, csrf }: LoggedInBrowser,
  { key = randomUUID(), reason = 'SECURITE SUP-42', of = account } = {},
) =>
  request(console_.app.getHttpServer())
    .post(`/api/support/accounts/${of.account_id}/decisions`)
    .set({
      cookie,
      origin: console_.settings.CONSOLE_URL,
      'x-csrf-token': csrf,
      'idempotency-key': key,
    })
    .send({ action, reason });

test('SUP-1: finds an account by its login and shows level 1 the beginning of it only', async () => {
  const path = `/api/support/people?by=LOGIN&q=${account.login}&reason=CHECK`;
  const { body } = await get(path, support1).expect(200);
  expect(body.people).toMatchObject([
    { personId: account.person_id, accounts: [{ login: `${account.login.slice(0, 3)}•••` }] },
  ]);
});

test('SUP-1: shows level 2 the account as it stands, and its history', async () => {
  const page = await get(`/api/support/people/${account.person_id}?reason=CHECK`, support2);
  expect(page.body).toMatchObject({
    fresh: true,
    person: { accounts: [{ state: 'PROVISIONED', login: account.login }] },
  });
  const path = `/api/support/accounts/${account.account_id}/history?reason=CHECK`;
  const { body } = await get(path, support2).expect(200);
  expect(body.transitions.map(({ toState }: { toState: string }) => toState)).toEqual([
    'REQUESTED',
    'PROVISIONING',
    'PROVISIONED',
  ]);
});

test('PRV-3: a suspension blocks in the ENT, once for one key, and is taken back', async () => {
  const key = randomUUID();
  const isBlocked = () =>
    [...provisioning.ent.graph.users.values()].find(({ login }) => login === account.login)
      ?.blocked;
  const first = await decide('SUSPEND', support2, { key }).expect(200);
  const again = await decide('SUSPEND', support2, { key }).expect(200);
  expect([first.body.state, again.body.state]).toEqual(['SUSPENDED', 'SUSPENDED']);
  await provisioning.untilQuiet();
  expect(isBlocked()).toBe(true);
  const resumed = await decide('RESUME', support2).expect(200);
  await provisioning.untilQuiet();
  expect([resumed.body.state, isBlocked()]).toEqual(['PROVISIONED', false]);
});

test('PRV-3: retries what the ENT refused, and nothing else', async () => {
  const { body } = await decide('RETRY', support2).expect(409);
  expect(body).toMatchObject({ code: 'ACCOUNT_STATE_NOT_FIT' });
  provisioning.ent.faults.set([{ mode: 'error-400', calls: 'POST /directory/class/.*/user' }]);
  await provisioning.others.emit('2022-09-05', anOrder(1));
  await provisioning.untilQuiet();
  const state = async () =>
    (await get(`/api/support/people/${waiting.person_id}?reason=CHECK`, support2)).body.person
      .accounts[0].state;
  expect(await state()).toBe('FAILED');
  provisioning.ent.faults.set([]);
  await decide('RETRY', support2, { of: waiting }).expect(200);
  await provisioning.untilQuiet();
  expect(await state()).toBe('PROVISIONED');
});

test('PRV-5, SUP-2: level 2 reads the three sides of an account as the ENT has it now, and gives back whom somebody deleted there', async () => {
  const path = `/api/support/accounts/${account.account_id}/sides`;
  const sides = async () => (await get(`${path}?reason=CHECK`, support2).expect(200)).body;
  expect(await sides()).toMatchObject({ ent: 'PRESENT', differences: [], masked: false });
  const { graph } = provisioning.ent;
  const there = () => [...graph.users.values()].find(({ login }) => login === account.login)!;
  preDelete(graph, there(), Date.now());
  expect(await sides()).toMatchObject({ ent: 'PRE_DELETED', mayRestore: true });
  await decide('RESTORE', support2).expect(200);
  await provisioning.untilQuiet();
  expect(there().deleteDate).toBeNull();
  const { lines, places, ...rest } = await sides();
  expect(rest).toMatchObject({ ent: 'PRESENT', differences: [], mayRestore: false });
  expect(lines.find(({ about }: { about: string }) => about === 'LOGIN')).toMatchObject({
    ...{ books: account.login, ent: account.login },
  });
  expect(places).toMatchObject([{ uai, classLabel: 'CP', inDirectory: true, inEnt: true }]);
  const refused = await decide('RESTORE', support2).expect(409);
  expect(refused.body.code).toBe('ENT_RESTORE_NOT_FIT');
  await get(path, support2).expect(422);
  await get(`${path}?reason=CHECK`, support1).expect(403);
  await get(`${path}?reason=CHECK`, await console_.logIn({ roles: ['support-3'] })).expect(403);
  const officer = await console_.logIn({ roles: ['dpo'] });
  const { body } = await get('/api/journal?limit=50', officer).expect(200);
  const looks = body.looks.filter(({ action }: { action: string }) => action === 'ACCOUNT_SIDES');
  expect(looks.map(({ refusal }: { refusal: string | null }) => refusal)).toEqual([
    ...['LOOK_REASON_REQUIRED', null, null, null],
  ]);
});

test('SUP-1: refuses a decision to whom provisioning allows none, and a reason in free words', async () => {
  const support3 = await console_.logIn({ roles: ['support-3'] });
  await decide('SUSPEND', support3).expect(403);
  await decide('SUSPEND', support1).expect(403);
  await decide('SUSPEND', support2, { reason: 'parce que' }).expect(422);
});

test('SUP-3: shows a member its seats as provisioning holds them', async () => {
  const orderer = await console_.logIn({ roles: ['member-orderer'], organisationId: 'org' });
  const { body } = await get(`/api/memberships/${membershipId}`, orderer).expect(200);
  expect(body).toMatchObject({
    seatsFresh: true,
    schools: [{ uai, name: 'École inventée — Nort-sur-Erdre', held: 21, open: 21, waiting: 9 }],
  });
});

const users = () => [...provisioning.ent.graph.users.values()];
const blockedThere = () => users().filter(({ blocked }) => blocked).length;
const send = (path: string, { cookie, csrf }: LoggedInBrowser, body: object) =>
  request(console_.app.getHttpServer())
    .post(`/api/support/${path}`)
    .set({
      ...{ cookie, origin: console_.settings.CONSOLE_URL, 'x-csrf-token': csrf },
      'idempotency-key': randomUUID(),
    })
    .send(body);

test('PRV-5, PRV-8: what a look at the ENT holds of a school is read, rejected, found again and approved', async () => {
  const support3 = await console_.logIn({ roles: ['support-3'] });
  const coordinator = await console_.logIn({ roles: ['coordinator'] });
  const look = async () => {
    await send('ent-looks', support3, { uai }).expect(200, {
      schools: 1,
      loginPausedForSeconds: 0,
    });
    await provisioning.untilQuiet();
  };
  for (const { id } of users().slice(0, 11)) block(provisioning.ent.graph, id, true);
  await look();
  const { body } = await get('/api/support/ent-nights', coordinator).expect(200);
  expect(body.nights).toMatchObject([
    { day: '2022-09-05', held: 1, differences: [{ kind: 'BLOCK', count: 11 }] },
  ]);
  const night = `ent-nights/2022-09-05/schools/${uai}`;
  const school = await get(`/api/support/${night}`, support2).expect(200);
  expect(school.body).toMatchObject({
    look: { status: 'HELD', held: 11, schoolName: 'École inventée' },
  });
  const atSchool = (who: LoggedInBrowser) => get(`/api/schools/${uai}/ent-differences`, who);
  const head = await console_.logIn({ roles: ['school'], uais: [uai] });
  for (const who of [head, coordinator]) {
    const found = await atSchool(who).expect(200);
    expect(found.body).toMatchObject({
      look: { uai, status: 'HELD', schoolName: 'École inventée', seats: 11 },
      differences: [{ kind: 'BLOCK', fate: 'HELD', count: 11 }],
    });
    expect(JSON.stringify(found.body)).not.toMatch(/accountId|entId|personId/);
  }
  await atSchool(await console_.logIn({ roles: ['school'], uais: ['0440002N'] })).expect(404);
  await atSchool(await console_.logIn({ roles: ['member-reader'] })).expect(403);
  const elsewhere = { roles: ['coordinator'], markets: ['another-market'] } as const;
  await atSchool(await console_.logIn(elsewhere)).expect(404);
  const reason = { reason: 'CONTROLE SUP-3' };
  const rejected = await send(`${night}/rejection`, support3, reason).expect(200);
  expect([rejected.body.status, blockedThere()]).toEqual(['REJECTED', 11]);
  await look();
  const approved = await send(`${night}/approval`, support3, reason).expect(200);
  await provisioning.untilQuiet();
  expect([approved.body.status, blockedThere()]).toEqual(['APPROVED', 0]);
});

test('PRV-5, SUP-3: a user created by hand in the ENT is shown to level 2 and to the head of the school after a look', async () => {
  const support3 = await console_.logIn({ roles: ['support-3'] });
  const classId = users()[0]!.classIds[0]!;
  const person = { firstName: 'Inès', lastName: 'Autre', birthDate: '2016-02-03', type: 'Student' };
  const made = createUserInClass(provisioning.ent.graph, classId, person)!;
  const look = async () => {
    await send('ent-looks', support3, { uai }).expect(200);
    await provisioning.untilQuiet();
  };
  await look();
  const path = `/api/support/schools/${uai}/hand-made-users`;
  const shown = {
    found: 1,
    users: [
      {
        ...{ entId: made.id, displayName: 'AUTRE Inès', profile: 'STUDENT', classId },
        ...{ classLabel: 'CP', foundOn: '2022-09-05' },
      },
    ],
  };
  await get(path, await console_.logIn({ roles: ['school'], uais: [uai] })).expect(200, shown);
  await get(`${path}?reason=SCHOOL_CALL`, support2).expect(200, shown);
  const elsewhere = await console_.logIn({ roles: ['school'], uais: ['0440002N'] });
  await get(path, elsewhere).expect(404);
  // The service judges too.
  const otherHead = as({ roles: ['school'], uais: ['0440002N'] });
  const refused = provisioning.accounts.listHandMadeUsers({ uai }, otherHead);
  await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND' });
  provisioning.ent.graph.record({ remove: made.id });
  await look();
  await get(`${path}?reason=SCHOOL_CALL`, support2).expect(200, { users: [], found: 0 });
});

test('PRV-8: what a plan holds is read in figures and rejected by level 3, and the next one approved by the coordinator', async () => {
  const support3 = await console_.logIn({ roles: ['support-3'] });
  const coordinator = await console_.logIn({ roles: ['coordinator'] });
  const loseSeats = async (...deltas: number[]) => {
    for (const delta of deltas) {
      await provisioning.others.emit('2022-09-05', anOrder(delta));
      await provisioning.untilQuiet();
    }
    const { body } = await get('/api/support/ent-plans', coordinator).expect(200);
    return body.plans.find(({ held }: { held: number }) => held > 0);
  };
  const plan = await loseSeats(-12);
  expect(plan).toMatchObject({ held: 1, heldBy: 'WHOLE', figures: { blocks: 12 }, seats: 12 });
  const schoolOf = async (planId: string) => {
    const { body } = await get(`/api/support/ent-plans/${planId}`, support2).expect(200);
    expect(body.members).toMatchObject([{ membershipId, memberName: 'Commune', schools: 1 }]);
    return body.schools[0];
  };
  expect(await schoolOf(plan.planId)).toMatchObject({
    ...{ uai, schoolName: 'École inventée', state: 'HELD', figures: { blocks: 12 } },
  });
  const waiting = await get(`/api/schools/${uai}/ent-differences`, coordinator).expect(200);
  expect(waiting.body.waiting).toMatchObject({ figures: { blocks: 12 }, seats: 12 });
  const decision = { uai, reason: 'CONTROLE SUP-4' };
  const decided = { schools: 1, accounts: 12 };
  const above = await send(`ent-plans/${plan.planId}/approval`, support3, decision).expect(403);
  expect(above.body.code).toBe('ENT_PLAN_ABOVE_LEVEL');
  await send(`ent-plans/${plan.planId}/rejection`, support3, decision).expect(200, decided);
  await provisioning.untilQuiet();
  expect([(await schoolOf(plan.planId)).state, blockedThere()]).toEqual(['REJECTED', 0]);
  const next = await loseSeats(12, -12);
  await send(`ent-plans/${next.planId}/approval`, coordinator, decision).expect(200, decided);
  await provisioning.untilQuiet();
  expect(await schoolOf(next.planId)).toMatchObject({
    ...{ state: 'DONE', reason: 'CONTROLE SUP-4' },
  });
  expect(blockedThere()).toBe(12);
});
