import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import { PgBusinessDate } from '#libs/messaging';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import { Documents } from '../documents/documents.pg.js';
import { AdmitLdapAccount } from './admit-ldap-account.js';
import { LdapAccesses } from './ldap-accesses.pg.js';
import { OpenLdapAccess } from './open-ldap-access.js';
import { RenewLdapSecret } from './renew-ldap-secret.js';
import { ViewLdapAccesses } from './view-ldap-accesses.js';
import { WithdrawLdapAccess } from './withdraw-ldap-access.js';
import { keptPapers } from '../../../../test/support/builders/kept-papers.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let mine: string;
let others: string;
let paper: string;
beforeAll(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  mine = await world.activeMember(ancenis, 412);
  others = await world.activeMember(vertou, 100);
  await at('2023-11-20');
  await world.financeSchool.execute({
    ...{ idempotencyKey: '', membershipId: mine, uai: ancenis.uai as never },
    ...{ from: localDate('2022-07-19'), insee: ancenis.insee as never },
    ...{ territoryException: '', caller: coordinator },
  });
  paper = await world.deposit('CONTROLLER_DECISION', ancenis.siren);
}, 60_000);
afterAll(() => world?.fresh.drop());

const at = (day: string) => world.database.query('select platform.begin_day($1)', [day]);
const accesses = () => new LdapAccesses(world.database, world.memberships);
const open = (documentId: string, caller: Caller = coordinator, endsOn = '2025-01-01') =>
  new OpenLdapAccess(
    world.commands,
    world.memberships,
    new Documents(world.database, keptPapers),
    accesses(),
  ).execute({
    membershipId: mine,
    decision: { documentId, decidedOn: localDate('2023-11-06'), endsOn: localDate(endsOn) },
    caller,
  });
const renew = (caller: Caller = ordererOf(ancenis.siren)) =>
  new RenewLdapSecret(world.commands, accesses()).execute({
    ...{ membershipId: mine, caller },
  });
const withdraw = (caller: Caller) =>
  new WithdrawLdapAccess(world.commands, accesses()).execute({
    ...{ membershipId: mine, reason: 'INCIDENT', caller },
  });
const admit = () => new AdmitLdapAccount(accesses(), new PgBusinessDate(world.database));
const seenBy = (caller: Caller) =>
  new ViewLdapAccesses(world.membershipViews, accesses(), new PgBusinessDate(world.database)).of({
    membershipId: mine,
    caller,
  });
const dpo = callerWith('dpo');

test('SUP-3: off until the controller’s decision for that member is a stored document', async () => {
  expect(await seenBy(coordinator)).toBeUndefined();
  expect(await codeOf(renew())).toBe('LDAP_ACCESS_NOT_OPEN');
  const of = async (kind: string, siren: string) => codeOf(open(await world.deposit(kind, siren)));
  expect(await codeOf(open(''))).toBe('PAPER_NOT_DEPOSITED');
  expect(await of('DECISION', ancenis.siren)).toBe('DOCUMENT_UNKNOWN');
  expect(await of('CONTROLLER_DECISION', vertou.siren)).toBe('DOCUMENT_UNKNOWN');
  const elsewhere = callerWith('coordinator', { markets: ['autre'] });
  expect(await codeOf(open(paper, elsewhere))).toBe('NOT_FOUND');
  expect(await world.count('from ldap_access')).toBe(0);
  // Whoever writes, the database asks for the paper too.
  await expect(
    world.database.query(
      `insert into ldap_access (id, membership_id, document_id, decided_on, ends_on, opened_by, opened_on)
       values ('x', $1, $2, '2023-11-06', '2025-01-01', 'u', '2023-11-20')`,
      [others, paper],
    ),
  ).rejects.toThrow(/rests on no paper/);
});

test('SUP-3: the secret opens the schools that the member finances on the day, and no other opens anything', async () => {
  await open(paper);
  expect(await codeOf(open(paper))).toBe('LDAP_ACCESS_ALREADY_OPEN');
  const { secret } = await renew();
  const { secretId } = await admit().bind(mine, secret);
  expect(await admit().scopeOf(mine, secretId)).toEqual([ancenis.uai]);
  for (const [account, word] of [
    [mine, `${secret}x`],
    [mine, ''],
    [others, secret],
    ['nobody', secret],
  ] as const) {
    expect(await codeOf(admit().bind(account, word))).toBe('LDAP_ACCOUNT_REFUSED');
  }
  expect(await codeOf(admit().scopeOf(others, secretId))).toBe('LDAP_ACCOUNT_REFUSED');
  // Drawn anew, the one before opens nothing, and neither does who is connected with it.
  const again = await renew();
  expect(await codeOf(admit().bind(mine, secret))).toBe('LDAP_ACCOUNT_REFUSED');
  expect(await codeOf(admit().scopeOf(mine, secretId))).toBe('LDAP_ACCOUNT_REFUSED');
  const { rows } = await world.database.query<{ kept: string }>(
    `select (select string_agg(a::text, ' ') from ldap_access a)
         || (select string_agg(e::text, ' ') from platform.audit_entry e) as kept`,
  );
  expect(rows[0]!.kept).toContain('scrypt$');
  expect(rows[0]!.kept).not.toContain(again.secret);
});

test('SUP-3: an access is its member’s, the coordinator’s and the DPO’s to see, and another’s secret', async () => {
  expect(await codeOf(renew(ordererOf(vertou.siren)))).toBe('NOT_FOUND');
  expect(await codeOf(withdraw(ordererOf(vertou.siren)))).toBe('NOT_FOUND');
  expect(await codeOf(withdraw(callerWith('dpo', { markets: ['autre'] })))).toBe('NOT_FOUND');
  expect(await codeOf(seenBy(ordererOf(vertou.siren)))).toBe('NOT_FOUND');
  for (const caller of [ordererOf(ancenis.siren), coordinator, dpo]) {
    expect(await seenBy(caller)).toMatchObject({ status: 'OPEN', marketCode });
  }
});

test('an access closes at once, on its end, and with its membership; another decision opens another', async () => {
  const connected = async () => {
    const { secret } = await renew();
    const { secretId } = await admit().bind(mine, secret);
    return {
      scope: () => codeOf(admit().scopeOf(mine, secretId)),
      bind: () => codeOf(admit().bind(mine, secret)),
    };
  };
  const first = await connected();
  await withdraw(dpo);
  expect([await first.scope(), await first.bind()]).toEqual([refused, refused]);
  expect(await seenBy(coordinator)).toMatchObject({
    ...{ status: 'WITHDRAWN', withdrawnOn: '2023-11-20', withdrawalReason: 'INCIDENT' },
  });
  await expect(
    world.database.query('update ldap_access set withdrawal_reason = $1', ['MEMBER']),
  ).rejects.toThrow(/keeps its decision/);
  await open(paper);
  expect(await first.bind()).toBe(refused);
  const second = await connected();
  await at('2025-01-01');
  expect([await second.scope(), (await seenBy(dpo))?.status]).toEqual([refused, 'EXPIRED']);
  await open(paper, coordinator, '2026-01-01');
  const third = await connected();
  await world.recordExclusion.execute({
    ...{ idempotencyKey: 'k', membershipId: mine, caller: coordinator },
    decision: {
      ...{ reference: 'n° 1 (fictif)', court: 'Tribunal administratif de Nantes' },
      ...{ decidedOn: localDate('2024-12-01'), effectiveOn: localDate('2025-01-01') },
      ...{ sumsDueCents: 0n, documentId: await world.deposit('COURT_DECISION', ancenis.siren) },
    },
  });
  expect([await third.scope(), (await seenBy(dpo))?.status]).toEqual([refused, 'EXPIRED']);
});
const refused = 'LDAP_ACCOUNT_REFUSED';
