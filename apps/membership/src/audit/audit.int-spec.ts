import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  ordererOf,
  verifier,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import { uaiOf } from '../../../../test/support/builders/transfer-world.js';
import { AuditEntries } from './audit-entries.pg.js';
import { ListAuditEntries } from './list-audit-entries.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let mine: string;
let other: string;
let journal: ListAuditEntries;

beforeAll(async () => {
  world = await MembershipWorld.create();
  journal = new ListAuditEntries(new AuditEntries(world.database), world.membershipViews);
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  mine = await world.activeMember(ancenis, 412);
  other = await world.activeMember(vertou, 1_000);
  await world.finance(mine, uaiOf(1), ancenis.insee);
  await world.order(mine, ancenis.siren, 10, '2022-09-01');
  await world.order(mine, ancenis.siren, -500, '2022-09-01').catch(() => undefined);
  await world.publishMarket(
    (market) => {
      market.code = 'autre';
    },
    callerWith('coordinator', { markets: ['autre'] }),
  );
});
afterAll(() => world?.fresh.drop());

const list = (over: Partial<Parameters<ListAuditEntries['execute']>[0]>, caller: Caller) =>
  journal.execute({
    marketCode: '',
    membershipId: '',
    subject: '',
    action: '',
    before: undefined,
    limit: 200,
    ...over,
    caller,
  });

test('SUP-2: tells who did what to a membership on which day, the newest first, a refusal with its code', async () => {
  const entries = await list({ membershipId: mine }, ordererOf(ancenis.siren));
  expect(entries.map(({ action }) => action)).toEqual([
    'order.signed.refused',
    'order.signed',
    'school.financed',
    'membership.activated',
    'membership.accepted',
    'annexe2.verified',
    'annexe2.imported',
    'membership.applied',
  ]);
  expect(entries[0]).toMatchObject({
    actor: ordererOf(ancenis.siren).userId,
    businessDate: '2022-07-19',
    subject: `membership:${mine}`,
    recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
  });
  expect(JSON.parse(entries[0]?.details ?? '')).toMatchObject({ code: 'BELOW_COMMITMENT' });
  // An order rests on itself, an acceptance on its letter, a verification on the digest of annex 2.
  const restsOn = (action: string) => entries.find((entry) => entry.action === action)?.restsOn;
  expect(restsOn('membership.accepted')).toBe(`1A ${ancenis.siren}`);
  expect(restsOn('annexe2.verified')).toMatch(/^[0-9a-f]{64}$/);
});

test('names what an entry is about and what it rests on, never by an id or a digest', async () => {
  const entries = await list({ membershipId: mine }, ordererOf(ancenis.siren));
  const named = (action: string) => entries.find((entry) => entry.action === action);
  expect(entries.every(({ subjectName }) => subjectName === ancenis.name)).toBe(true);
  expect(named('membership.accepted')?.restsOnName).toBe(`1A ${ancenis.siren}`);
  expect(named('annexe2.verified')?.restsOnName).toMatch(/^Annexe 2 du \d/);
  expect(named('order.signed')?.restsOnName).toMatch(/^Bon de commande \S+/);
  expect(entries.map(({ restsOnName }) => restsOnName).join(' ')).not.toMatch(/[0-9a-f]{32}/);
});

test('SUP-3: names a paper of another member to nobody but the group', async () => {
  const entries = new AuditEntries(world.database);
  const [signed] = await list({ membershipId: mine, action: 'order.signed' }, coordinator);
  const { rows } = await world.database.query<{ id: string }>(
    'select organisation_id as id from membership where id = any($1) order by id = $2 desc',
    [[mine, other], mine],
  );
  const seenBy = async (organisationId: string) => {
    const scope = { membershipId: other, organisationId, membershipMarketCode: marketCode };
    const [entry] = await entries.named([signed!], scope);
    return entry?.restsOnName;
  };
  expect(await seenBy(rows[0]!.id)).toMatch(/^Bon de commande/);
  expect(await seenBy(`org-${vertou.siren}`)).toBe('');
});

test('SUP-3: a member sees its own membership only, and no market; the coordinator its markets', async () => {
  const own = ordererOf(ancenis.siren);
  expect(await codeOf(list({ membershipId: other }, own))).toBe('NOT_FOUND');
  expect(await codeOf(list({ marketCode }, own))).toBe('NOT_FOUND');
  expect(await codeOf(list({ marketCode: 'autre' }, coordinator))).toBe('NOT_FOUND');
  const elsewhere = callerWith('coordinator', { markets: ['autre'] });
  expect(await codeOf(list({ membershipId: mine }, elsewhere))).toBe('NOT_FOUND');
  const own2 = callerWith('member-reader', { organisationId: own.organisationId!, markets: [] });
  expect(await codeOf(list({ membershipId: mine }, own2))).toBe('NOT_FOUND');
  const seen = await list({ membershipId: mine }, own);
  expect(JSON.stringify(seen)).not.toContain(other);
});

test('SUP-1: of a market, its own entries and the calendar’s; nothing of another', async () => {
  const entries = await list({ marketCode }, verifier);
  const subjects = new Set(entries.map(({ subject }) => subject));
  expect([...subjects].sort()).toEqual(
    ['calendar', `market:${marketCode}`, `membership:${mine}`, `membership:${other}`].sort(),
  );
  const autre = await list(
    { marketCode: 'autre' },
    callerWith('coordinator', { markets: ['autre'] }),
  );
  expect(new Set(autre.map(({ subject }) => subject))).toEqual(
    new Set(['calendar', 'market:autre']),
  );
});

test('filters by subject and by kind of action, page after page without gap or double', async () => {
  const orders = await list({ marketCode, action: 'order.' }, coordinator);
  expect(orders.map(({ action }) => action)).toEqual(['order.signed.refused', 'order.signed']);
  expect(await list({ marketCode, action: 'order' }, coordinator)).toEqual([]);
  const ofOther = await list({ marketCode, subject: `membership:${other}` }, coordinator);
  expect(ofOther.every(({ subject }) => subject === `membership:${other}`)).toBe(true);
  const whole = await list({ marketCode }, coordinator);
  const paged: number[] = [];
  for (let before: number | undefined; ; before = paged.at(-1)) {
    // One row more than asked for says that there are more.
    const page = (await list({ marketCode, before, limit: 3 }, coordinator)).slice(0, 3);
    if (page.length === 0) break;
    paged.push(...page.map(({ auditEntryId }) => auditEntryId));
  }
  expect(paged).toEqual(whole.map(({ auditEntryId }) => auditEntryId));
});

test.each([
  "update platform.audit_entry set actor = 'nobody'",
  'delete from platform.audit_entry',
  'truncate platform.audit_entry',
])('SUP-2: the database refuses: %s', async (statement) => {
  const before = await world.count('from platform.audit_entry');
  await expect(world.database.query(statement)).rejects.toThrow(
    /never changed(, and removed only once| or removed)|permission denied/,
  );
  expect(await world.count('from platform.audit_entry')).toBe(before);
});
