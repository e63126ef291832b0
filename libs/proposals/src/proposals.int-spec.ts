import type { QueryResult } from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';
import { type Proposal, type ProposalAnswer, Proposals } from './index.js';

/**
 * Goal: no decision without two persons, on what was read, in time, once, whoever writes. Method: the class and plain
 * SQL, both as the service's role.
 */
let fresh: FreshDatabase;
let proposals: Proposals;
const today = localDate('2022-09-01');
beforeAll(async () => {
  fresh = await freshDatabase('platform');
  proposals = new Proposals(fresh.database);
});
afterAll(() => fresh?.drop());
const dayIs = async (day: string) => {
  await fresh.asOwner('delete from platform.business_day');
  await fresh.asOwner('insert into platform.business_day (day) values ($1)', [day]);
};
beforeEach(() => dayIs(today));

const paper = { documentId: 'doc-1', sha256: 'a'.repeat(64) };
const propose = (content: object = { price: '23500' }) =>
  fresh.unitOfWork.run((tx) =>
    proposals.record(
      tx,
      {
        ...{ marketCode: 'm-1', kind: 'PRICES', subject: 'bpu', paper, proposedBy: 'supplier-1' },
        content: content as { price: string },
      },
      today,
    ),
  );
const answer = (proposal: Proposal<unknown>, over: Partial<ProposalAnswer> = {}) =>
  fresh.unitOfWork.run((tx) =>
    proposals.decide(
      tx,
      proposal,
      { outcome: 'APPROVED', digest: proposal.digest, by: 'coordinator-1', reason: '', ...over },
      today,
    ),
  );

test('what was proposed is read as it was, with its decision', async () => {
  const proposed = await propose();
  expect(proposed).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), paper });
  expect(await proposals.find(proposed.proposalId, 'PRICES')).toEqual(proposed);
  const decision = await answer(proposed);
  expect(await proposals.find(proposed.proposalId, 'PRICES')).toEqual({ ...proposed, decision });
  const unknown = { code: 'PROPOSAL_UNKNOWN' };
  await expect(proposals.find(proposed.proposalId, 'OTHER')).rejects.toMatchObject(unknown);
  await expect(proposals.find("' or 1=1", 'PRICES')).rejects.toMatchObject(unknown);
});

test('the digest is of the content, however it is written, and of nothing else', async () => {
  const digests = [
    await propose({ a: '1', b: '2' }),
    await propose({ b: '2', a: '1' }),
    await propose({ a: '1', b: '3' }),
  ].map(({ digest }) => digest);
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});

test('two decisions at once: one is kept, the other is told', async () => {
  const proposed = await propose();
  const answers = await Promise.allSettled([
    answer(proposed),
    answer(proposed, { by: 'coordinator-2', outcome: 'REJECTED', reason: 'Faux.' }),
    answer(proposed, { by: 'supplier-1', outcome: 'WITHDRAWN' }),
  ]);
  const refused = answers.filter((each) => each.status === 'rejected');
  expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual([
    'PROPOSAL_DECIDED',
    'PROPOSAL_DECIDED',
  ]);
});

test('a list shows what waits, page by page', async () => {
  const waiting = await propose();
  await answer(await propose());
  const filter = { marketCode: 'm-1', kind: 'PRICES' };
  const open = await proposals.list({ ...filter, openOn: today }, 50, '');
  expect(open.rows.map(({ proposalId }) => proposalId)).toContain(waiting.proposalId);
  expect(open.rows.some(({ decision }) => decision)).toBe(false);
  expect((await proposals.list({ ...filter, openOn: waiting.expiresOn }, 50, '')).rows).toEqual([]);
  const first = await proposals.list(filter, 1, '');
  const second = await proposals.list(filter, 1, first.nextCursor);
  expect(second.rows).toHaveLength(1);
  expect(second.rows[0]?.proposalId).not.toBe(first.rows[0]?.proposalId);
});

type Row = Record<string, unknown>;
const insert = (table: string, row: Row): Promise<QueryResult> =>
  fresh.database.query(
    `insert into platform.${table} (${Object.keys(row).join(', ')})
     values (${Object.keys(row).map((_, at) => `$${at + 1}`)})`,
    Object.values(row),
  );
const decisionRow = (proposal: Proposal<unknown>, over: Row = {}): Row => ({
  ...{ proposal_id: proposal.proposalId, digest: proposal.digest, outcome: 'APPROVED' },
  ...{ proposed_by: proposal.proposedBy, decided_by: 'coordinator-1', decided_on: today },
  ...{ proposed_on: proposal.proposedOn, expires_on: proposal.expiresOn, reason: '' },
  ...over,
});

test.each<[string, Row, RegExp]>([
  ['the same person', { decided_by: 'supplier-1' }, /two_persons/],
  ['a proposer under another name', { proposed_by: 'supplier-2' }, /foreign key/],
  ['what was not read', { digest: 'b'.repeat(64) }, /foreign key/],
  ['another who takes back', { outcome: 'WITHDRAWN' }, /two_persons/],
  ['no reason to reject', { outcome: 'REJECTED' }, /for_a_reason/],
  ['a later end', { expires_on: '2030-01-01' }, /foreign key/],
  ['another day', { decided_on: '2022-09-02' }, /not dated today/],
  ['nobody', { decided_by: '' }, /check constraint/],
])('the database refuses a decision by SQL: %s', async (_name, over, refusal) => {
  const proposed = await propose();
  await expect(insert('proposal_decision', decisionRow(proposed, over))).rejects.toThrow(refusal);
  await insert('proposal_decision', decisionRow(proposed));
});

test('the database refuses a decision when it is late, a second one, and any change', async () => {
  const proposed = await propose();
  await dayIs(proposed.expiresOn);
  const late = decisionRow(proposed, { decided_on: proposed.expiresOn });
  await expect(insert('proposal_decision', late)).rejects.toThrow(/in_time/);
  await dayIs(today);
  await answer(proposed);
  const second = decisionRow(proposed, { decided_by: 'coordinator-2' });
  await expect(insert('proposal_decision', second)).rejects.toThrow(/duplicate key/);
  for (const change of [
    `update platform.proposal set content = '{}'`,
    'delete from platform.proposal_decision',
    `update platform.proposal_decision set outcome = 'REJECTED'`,
  ]) {
    await expect(fresh.database.query(change)).rejects.toThrow(/permission denied/);
    await expect(fresh.asOwner(change)).rejects.toThrow(/never changed/);
  }
});

test('a digest of one’s own is not taken, nor a proposal dated beforehand', async () => {
  const row = {
    ...{ proposal_id: '00000000-0000-7000-8000-000000000001', market_code: 'm-1', kind: 'PRICES' },
    ...{ subject: 'bpu', content: '{}', digest: 'c'.repeat(64), proposed_by: 'supplier-1' },
    ...{ proposed_on: today, expires_on: '2022-10-01' },
  };
  await expect(insert('proposal', { ...row, proposed_on: '2022-08-31' })).rejects.toThrow(/today/);
  await insert('proposal', row);
  const { digest } = await proposals.find(row.proposal_id, 'PRICES');
  expect(digest).not.toBe(row.digest);
});
