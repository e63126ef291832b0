import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { MarketAmendedSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import {
  AmendmentWorld,
  prolonged,
  secondCoordinator,
} from '../../../../test/support/builders/amendment-world.js';
import {
  callerWith,
  coordinator,
  marketCode,
  type MembershipWorld,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import type { MarketFile } from '../contract/markets/markets.dto.js';

/**
 * Goal: an amendment takes two coordinators of the market, on what the second has read (MKT-6), whoever writes. Method:
 * the commands, then SQL as the service's role, each attack with one thing wrong beside a case that stands.
 */
// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let amendments: AmendmentWorld;
let world: MembershipWorld;

beforeEach(async () => {
  amendments = await AmendmentWorld.begin();
  ({ world } = amendments);
}, 30_000);
afterEach(() => world.fresh.drop());

const quicker = (file: MarketFile) => (file.billing.paymentTermDays = 20);
const propose = async (...given: Parameters<AmendmentWorld['propose']>) =>
  (await amendments.propose(...given)).proposal!.proposalId;
const shown = (proposalId: string) => amendments.proposalViews.show(coordinator, proposalId);
const stateOf = async (proposalId: string) =>
  (await shown(proposalId)).proposal.decision?.outcome ?? 'OPEN';
const openOnes = async () =>
  (
    await amendments.proposalViews.list(coordinator, { marketCode, openOnly: true }, 10, '')
  ).rows.map(({ subject }) => subject);

test('MKT-6: nothing changes before another coordinator has approved; then it is recorded and told with its paper', async () => {
  const documentId = await world.depositForMarket('AMENDMENT');
  const proposalId = await propose(quicker, { documentId, effectiveOn: '2026-06-10' });
  expect(await amendments.versions()).toEqual(['1 LOADED']);
  expect(await world.count('from market_amendment')).toBe(0);
  expect(await openOnes()).toEqual(['Avenant n° 1']);
  expect(await shown(proposalId)).toMatchObject({
    isOutdated: false,
    proposal: { proposedBy: coordinator.userId, paper: { documentId } },
    amendment: { changes: [{ path: 'billing.paymentTermDays', before: '30', after: '20' }] },
  });
  await amendments.decide(proposalId);
  expect(await openOnes()).toEqual([]);
  const page = { caller: callerWith('member-reader'), code: marketCode, before: 99, limit: 10 };
  expect(await amendments.views.amendments(page)).toMatchObject([
    { number: 'Avenant n° 1', proposedBy: coordinator.userId, by: secondCoordinator.userId },
  ]);
  const { type, value } = await amendments.lastEventOf(marketCode);
  expect(type).toMatch(/MarketAmended$/);
  expect(fromBinary(MarketAmendedSchema, value)).toMatchObject({
    ...{ number: 'Avenant n° 1', effectiveOn: '2026-06-10', approvedOn: '2026-06-01', documentId },
    document: { kind: 'AMENDMENT' },
    changes: [{ path: 'billing.paymentTermDays', before: '30', after: '20' }],
  });
  await amendments.beginDay('2026-06-10');
  expect(await amendments.versions()).toEqual(['2 AMENDED Avenant n° 1', '1 LOADED']);
  const { rows } = await world.database.query(
    `select action, actor from platform.audit_entry where action like 'market-amendment.%' order by id`,
  );
  expect(rows).toEqual([
    { action: 'market-amendment.proposed', actor: coordinator.userId },
    { action: 'market-amendment.approved', actor: secondCoordinator.userId },
  ]);
});

test('MKT-6: who proposed neither approves nor rejects, nor does another market or another role', async () => {
  const proposalId = await propose(quicker);
  for (const outcome of ['APPROVED', 'REJECTED'] as const) {
    const own = amendments.decide(proposalId, { caller: coordinator, outcome, reason: 'Non.' });
    expect(await codeOf(own)).toBe('PROPOSAL_OWN');
  }
  const strangers = [
    callerWith('coordinator', { userId: 'x', markets: ['autre'] }),
    callerWith('admin', { userId: 'x' }),
    callerWith('member-orderer', { userId: 'x' }),
    // Coordinates another market, and only reads in this one.
    {
      ...callerWith('coordinator', { userId: 'x' }),
      grants: [
        { role: 'coordinator', market: 'autre' },
        { role: 'member-reader', market: marketCode },
      ] as const,
    },
  ];
  for (const caller of strangers) {
    for (const outcome of ['APPROVED', 'REJECTED', 'WITHDRAWN'] as const) {
      const decided = amendments.decide(proposalId, { caller, outcome, reason: 'Non.' });
      expect(await codeOf(decided)).toBe('PROPOSAL_UNKNOWN');
    }
  }
  expect(await codeOf(amendments.proposalViews.show(strangers[0]!, proposalId))).toBe(
    'PROPOSAL_UNKNOWN',
  );
  expect(await codeOf(propose(quicker, { caller: strangers[0]! }))).toBe('NOT_FOUND');
  expect(await stateOf(proposalId)).toBe('OPEN');
  expect(await world.count('from market_amendment')).toBe(0);
});

test('MKT-6: it is decided on what was read, once, in time; rejected for a reason, withdrawn by its own', async () => {
  const proposalId = await propose(quicker);
  const decide = (over: Parameters<AmendmentWorld['decide']>[1]) =>
    codeOf(amendments.decide(proposalId, over));
  expect(await decide({ digest: 'f'.repeat(64) })).toBe('PROPOSAL_CHANGED');
  expect(await decide({ outcome: 'REJECTED' })).toBe('PROPOSAL_REASON_MISSING');
  expect(await decide({ outcome: 'WITHDRAWN' })).toBe('PROPOSAL_OF_ANOTHER');
  const settled = await Promise.all([
    decide({}),
    decide({ caller: callerWith('coordinator', { userId: 'user-coordinator-3' }) }),
    decide({ outcome: 'REJECTED', reason: 'Il manque une page.' }),
  ]);
  expect(settled.filter((code) => code === undefined)).toHaveLength(1);
  expect(settled.filter((code) => code === 'PROPOSAL_DECIDED')).toHaveLength(2);
  const own = await propose(prolonged, { number: 'n° 2' });
  await amendments.decide(own, { caller: coordinator, outcome: 'WITHDRAWN' });
  expect(await stateOf(own)).toBe('WITHDRAWN');
  const old = await propose(prolonged, { number: 'n° 3', effectiveOn: '2026-06-20' });
  await world.day('2026-07-01');
  await world.day('2026-07-18');
  await world.day('2026-07-31');
  expect(await codeOf(amendments.decide(old))).toBe('PROPOSAL_EXPIRED');
});

test('MKT-6: what was judged when it was proposed is judged anew when it is approved', async () => {
  const [first, second] = [await propose(quicker), await propose(prolonged, { number: 'n° 2' })];
  amendments.invoiced.until = localDate('2026-06-02');
  expect(await codeOf(amendments.decide(first))).toBe('AMENDMENT_TOUCHES_INVOICED_DAYS');
  expect(await stateOf(first)).toBe('OPEN');
  amendments.invoiced.isSilent = true;
  expect(await codeOf(amendments.decide(first))).toBe('SERVICE_UNAVAILABLE');
  amendments.invoiced.isSilent = false;
  amendments.invoiced.until = undefined;
  await amendments.decide(first);
  // Written on top of the market that the first one changed.
  expect(await shown(second)).toMatchObject({ isOutdated: true });
  expect(await codeOf(amendments.decide(second))).toBe('AMENDMENT_OUTDATED');
  await amendments.decide(second, { outcome: 'REJECTED', reason: 'À reprendre.' });
});

/** As the service would write it. Empty: it was done. */
const said = (sql: string) =>
  world.database.query(sql).then(
    () => '',
    ({ message }: Error) => message,
  );
/** The amendment that a proposal says, with one thing said otherwise; after the second person, unless told. */
const recorded = (
  proposalId: string,
  over: Readonly<Record<string, string>> = {},
  outcome = 'APPROVED',
) => {
  const says = {
    ...{ id: `'forged'`, market_code: 'p.market_code', position: '1', number: 'p.subject' },
    ...{ signed_on: `(p.content ->> 'signedOn')::date`, document_id: 'p.document_id' },
    ...{ effective_on: `(p.content ->> 'effectiveOn')::date`, terms: `p.content -> 'terms'` },
    ...{ changes: `p.content -> 'changes'`, proposal_id: 'p.proposal_id' },
    ...{ recorded_by: `'x'`, recorded_on: `'2026-06-01'`, ...over },
  };
  const decision = `insert into platform.proposal_decision
    select proposal_id, digest, proposed_by, proposed_on, expires_on, '${outcome}', 'x', '2026-06-01', 'Non.'
      from platform.proposal where proposal_id = '${proposalId}'`;
  const amendment = `insert into market_amendment (${Object.keys(says).join(', ')})
    select ${Object.values(says).join(', ')} from platform.proposal p where p.proposal_id = '${proposalId}'`;
  // One query of several statements is one transaction.
  return [...(outcome === '' ? [] : [decision]), amendment].join('; ');
};
const notApproved = /is not what two coordinators approved/;

test('MKT-6: the database takes no amendment that two coordinators did not approve, nor one that says otherwise', async () => {
  const other = await world.depositForMarket('AMENDMENT');
  const proposalId = await propose(quicker);
  for (const sql of [
    recorded(proposalId, {}, ''),
    recorded(proposalId, {}, 'REJECTED'),
    recorded(proposalId, { proposal_id: 'gen_random_uuid()' }, ''),
    recorded(proposalId, { terms: `jsonb_set(p.content -> 'terms', '{title}', '"x"')` }),
    recorded(proposalId, { changes: `'[]'` }),
    recorded(proposalId, { effective_on: `'2026-05-30'` }),
    recorded(proposalId, { signed_on: `(p.content ->> 'signedOn')::date - 1` }),
    recorded(proposalId, { number: `'n° 9'` }),
    recorded(proposalId, { document_id: `'${other}'` }),
    recorded(proposalId, { position: '2' }),
    recorded(proposalId, { recorded_by: `'somebody else'` }),
    recorded(proposalId, { recorded_on: `'2026-06-02'` }),
  ]) {
    expect(await said(sql)).toMatch(notApproved);
  }
  expect(await world.count('from market_amendment')).toBe(0);
  expect(await said(recorded(proposalId))).toBe('');
  // Approved already: without a second decision, which would be refused for itself.
  const again = recorded(proposalId, { id: `'again'`, position: '2', number: `'n° 2'` }, '');
  expect(await said(again)).toMatch(/market_amendment_proposal_id_key/);
});

test('MKT-6: the database takes no amendment from a proposal of another market, of another kind, or on another paper', async () => {
  const proposalId = await propose(quicker);
  const inMarket = { market_code: `'${marketCode}'` };
  const copy = async (over: Readonly<Record<string, string>>) => {
    const says = {
      ...{ proposal_id: 'gen_random_uuid()', market_code: 'market_code', kind: 'kind' },
      ...{ subject: 'subject', content: 'content', document_id: 'document_id' },
      ...{ document_sha256: 'document_sha256', proposed_by: 'proposed_by' },
      ...{ proposed_on: 'proposed_on', expires_on: 'expires_on', ...over },
    };
    const { rows } = await world.database.query<{ id: string }>(
      `insert into platform.proposal (${Object.keys(says).join(', ')}) select ${Object.values(says).join(', ')}
         from platform.proposal where proposal_id = '${proposalId}' returning proposal_id as id`,
    );
    return rows[0]!.id;
  };
  for (const [column, value] of [
    ['market_code', `'autre'`],
    ['kind', `'PRICES'`],
    ['document_sha256', `'${'f'.repeat(64)}'`],
  ] as const) {
    expect(await said(recorded(await copy({ [column]: value }), inMarket))).toMatch(notApproved);
  }
  expect(await world.count('from market_amendment')).toBe(0);
  expect(await said(recorded(await copy({}), inMarket))).toBe('');
});

test('MKT-6: the database takes no approval without its amendment, and publishes none before its day or its turn', async () => {
  const proposalId = await propose(quicker, { effectiveOn: '2026-06-10' });
  const [decision] = recorded(proposalId).split('; ');
  expect(await said(decision!)).toMatch(/approved without its amendment/);
  await amendments.decide(proposalId);
  const version = `insert into market_version (market_code, version, sha256, terms, cause, amendment_id, changes, recorded_by)
    select market_code, 2, 'x', terms, 'AMENDED', id, changes, 'x' from market_amendment where position = `;
  expect(await said(`${version} 1`)).toMatch(/is not what its amendment says/);
  await world.day('2026-06-09');
  await amendments.amend(
    (file) => {
      quicker(file);
      prolonged(file);
    },
    { number: 'n° 2', effectiveOn: '2026-06-10' },
  );
  await world.day('2026-06-10');
  expect(await said(`${version} 2`)).toMatch(/is not what its amendment says/);
  for (const [its, otherwise] of [
    [`'x', terms`, `'x', terms || '{"title": "x"}'`],
    ['select market_code', `select 'autre'`],
  ] as const) {
    expect(await said(`${version} 1`.replace(its, otherwise))).toMatch(
      /is not what its amendment says/,
    );
  }
  expect(await said(`${version} 1`)).toBe('');
});
