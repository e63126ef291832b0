import { randomUUID } from 'node:crypto';
import { keptPapers } from '../../../../test/support/builders/kept-papers.js';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  verifier,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import { SuccessionWorld } from '../../../../test/support/builders/succession-world.js';

/**
 * Goal: a succession takes two coordinators, on the proposal that the second has read (ADH-5), whoever writes. Method: the
 * commands, then SQL as the service's own role, each attack beside a case that stands.
 */
let successions: SuccessionWorld;
let old: string;
beforeEach(async () => {
  successions = await SuccessionWorld.begin();
  const { world } = successions;
  old = await world.activeMember(ancenis, 412);
  await successions.day('2022-12-01');
}, 60_000);
afterEach(() => successions.world.fresh.drop());

const plans = (on: string) => [successions.planOf(old, vertou, on)];
const propose = async (on = '2023-01-01') => {
  const [id = ''] = await successions.plan.execute({
    ...{ idempotencyKey: randomUUID(), marketCode, plans: plans(on), caller: coordinator },
  });
  return id;
};
const approve = async (id: string, over: { caller?: typeof coordinator; digest?: string } = {}) => {
  const { proposalDigest } = await successions.find(id);
  return successions.approve.execute({
    ...{ idempotencyKey: randomUUID(), successionId: id, digest: proposalDigest, caller: verifier },
    ...over,
  });
};
const cancel = (id: string, caller = coordinator) =>
  successions.cancel.execute({
    ...{ idempotencyKey: randomUUID(), successionId: id, reason: 'Abandonnée.', caller },
  });
const statusOf = async (id: string) => (await successions.find(id)).status;
/** As the service would write it. Empty: it was done. */
const answer = (sql: string) =>
  successions.world.database.query(sql).then(
    () => '',
    ({ message }: Error) => message,
  );

test('ADH-5: what one coordinator proposes is planned once another one approves it', async () => {
  const id = await propose();
  expect(await successions.find(id)).toMatchObject({ status: 'PROPOSED', isOwn: true });
  expect(await successions.view.find({ successionId: id, caller: verifier })).toMatchObject({
    isOwn: false,
    expiresOn: '2023-01-30',
  });
  expect(await approve(id)).toEqual([id]);
  expect(await successions.find(id)).toMatchObject({ status: 'PLANNED', proposalDigest: '' });
  await successions.day('2023-01-01');
  expect(await statusOf(id)).toBe('CARRIED_OUT');
});

test('ADH-5: what nobody approved is not carried out on its day; one of a past day is when it is approved', async () => {
  const id = await propose();
  await successions.day('2023-01-02');
  expect(await statusOf(id)).toBe('PROPOSED');
  await approve(id);
  expect(await successions.find(id)).toMatchObject({
    status: 'CARRIED_OUT',
    effectiveOn: '2023-01-01',
    decidedOn: '2023-01-02',
  });
});

test('ADH-5: who proposed does not approve, nor does another market, nor what was not read, nor late, nor twice', async () => {
  const id = await propose();
  expect(await codeOf(approve(id, { caller: coordinator }))).toBe('PROPOSAL_OWN');
  expect(await codeOf(approve(id, { digest: 'f'.repeat(64) }))).toBe('PROPOSAL_CHANGED');
  const stranger = callerWith('coordinator', { markets: ['autre'], userId: 'stranger' });
  expect(await codeOf(approve(id, { caller: stranger }))).toBe('NOT_FOUND');
  expect(await statusOf(id)).toBe('PROPOSED');
  const both = await Promise.all([codeOf(approve(id)), codeOf(approve(id))]);
  expect(both.filter((code) => code !== undefined && code !== '')).toHaveLength(1);
  expect(await codeOf(approve(id))).toBe('SUCCESSION_DECIDED');
});

test('ADH-5: a proposal expires; its proposer withdraws it or another rejects it, and the member may be proposed again', async () => {
  const expired = await propose('2023-05-01');
  await successions.day('2023-01-31');
  expect(await codeOf(approve(expired))).toBe('PROPOSAL_EXPIRED');
  await cancel(expired);
  for (const [caller, outcome] of [
    [coordinator, 'WITHDRAWN'],
    [verifier, 'REJECTED'],
  ] as const) {
    const id = await propose('2023-05-01');
    expect(await codeOf(propose('2023-05-01'))).toBe('SUCCESSION_ALREADY_PLANNED');
    await cancel(id, caller);
    expect(await successions.find(id)).toMatchObject({
      status: 'CANCELLED',
      reason: 'Abandonnée.',
    });
    expect(await codeOf(approve(id))).toBe('SUCCESSION_DECIDED');
    expect(
      await successions.world.database.value(
        `select outcome from platform.proposal_decision join succession using (proposal_id) where id = $1`,
        [id],
      ),
    ).toBe(outcome);
  }
});

test('ADH-5: nobody approves on a paper whose bytes are gone', async () => {
  const id = await propose();
  const sha256 = (await successions.find(id)).document!.sha256;
  await keptPapers.remove(sha256);
  expect(await codeOf(approve(id))).toBe('DOCUMENT_CORRUPT');
  expect(await codeOf(propose('2023-02-01'))).toBe('DOCUMENT_CORRUPT');
  expect(await statusOf(id)).toBe('PROPOSED');
  keptPapers.keep('arrete');
  await approve(id);
});

const notApproved = /is not what two coordinators approved/;
const decision = (id: string, outcome: string, by = `'x'`) =>
  `insert into platform.proposal_decision
     select p.proposal_id, p.digest, p.proposed_by, p.proposed_on, p.expires_on, '${outcome}', ${by}, '2022-12-01', 'Non.'
       from platform.proposal p join succession s using (proposal_id) where s.id = '${id}'`;
const copied = (id: string, over: Readonly<Record<string, string>>) => {
  const row = {
    ...{ id: `'forged'`, group_id: `'g'`, market_code: 'market_code', kind: 'kind' },
    ...{ effective_on: 'effective_on', predecessor_membership_id: 'predecessor_membership_id' },
    ...{ successor_organisation_id: 'successor_organisation_id', document_id: 'document_id' },
    ...{
      moved_lines: 'moved_lines',
      shares: 'shares',
      schools: 'schools',
      planned_by: 'planned_by',
    },
    ...{ planned_on: 'planned_on', proposal_id: 'proposal_id', status: `'PLANNED'`, ...over },
  };
  return `insert into succession (${Object.keys(row).join(', ')})
    select ${Object.values(row).join(', ')} from succession where id = '${id}'`;
};

test('ADH-5: the database plans no succession that two coordinators did not approve', async () => {
  const id = await propose();
  const planned = `update succession set status = 'PLANNED' where id = '${id}'`;
  for (const sql of [
    planned,
    `savepoint a; ${planned}`.replace('savepoint a; ', ''),
    `${decision(id, 'REJECTED')}; ${planned}`,
    `${planned}; update succession set status = 'BLOCKED', decided_on = '2022-12-01', reason = 'x' where id = '${id}'`,
    `merge into succession s using (values ('${id}')) v (id) on s.id = v.id when matched then update set status = 'PLANNED'`,
  ]) {
    expect(await answer(sql)).toMatch(notApproved);
  }
  expect(await answer(decision(id, 'APPROVED', 'p.proposed_by'))).toMatch(
    /proposal_takes_two_persons/,
  );
  expect(await answer(decision(id, 'APPROVED'))).toMatch(/approved without its successions/);
  expect(
    await answer(
      `update succession set status = 'CARRIED_OUT', decided_on = '2022-12-01' where id = '${id}'`,
    ),
  ).toMatch(/is decided once/);
  expect(
    await answer(`update succession set proposal_id = gen_random_uuid() where id = '${id}'`),
  ).toMatch(/permission denied/);
  expect(await statusOf(id)).toBe('PROPOSED');
  expect(await answer(`${decision(id, 'APPROVED')}; ${planned}`)).toBe('');
});

test('ADH-5: the database plans no other succession than the approved one', async () => {
  const id = await propose();
  await approve(id);
  await cancel(id);
  for (const over of [
    {},
    { id: `'another'`, group_id: 'group_id' },
    { effective_on: `'2023-02-01'` },
    { successor_organisation_id: `(select organisation_id from membership limit 1)` },
    { proposal_id: 'null' },
    { proposal_id: 'gen_random_uuid()' },
    { planned_by: `'somebody'` },
  ] as readonly Record<string, string>[]) {
    expect(await answer(copied(id, over))).toMatch(notApproved);
  }
  // A proposed succession has no effect.
  expect(await answer(copied(id, { status: `'PROPOSED'`, proposal_id: 'null' }))).toBe('');
  await successions.day('2023-01-02');
  expect(await statusOf('forged')).toBe('PROPOSED');
});
