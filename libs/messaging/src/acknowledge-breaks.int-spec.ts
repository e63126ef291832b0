import { rm } from 'node:fs/promises';
import pg from 'pg';
import {
  Anchoring,
  audit,
  type AuditSubject,
  ChainHeads,
  CheckAnchors,
  CheckSeals,
  type Head,
  SealHeads,
  Seals,
} from '#libs/persistence';
import { Proposals } from '#libs/proposals';
import { callerOf, freshDatabase, type FreshDatabase } from '#libs/testing';
import { AcknowledgeBreaks } from './acknowledge-breaks.js';
import { PgBusinessDate } from './business-date.js';

/**
 * Goal: what a restore broke is closed by two persons, and nothing else is. Method: the journal of one service, sealed
 * and anchored for real; a restore is the owner taking the end of the chain away, and the journal saying so.
 */
let fresh: FreshDatabase;
let owner: pg.Client;
/** A ledger that the service chains besides: what stands at each position. */
let ledger: string[];
class LedgerHeads extends ChainHeads {
  readonly kind = 'ledger';
  heads(): Promise<Head[]> {
    const position = ledger.length;
    return Promise.resolve(
      position > 0 ? [{ subject: 'ledger/m', position, hash: ledger.join() }] : [],
    );
  }
  hashesAt(heads: readonly Head[]) {
    return Promise.resolve(
      heads.map(({ position }) =>
        position <= ledger.length ? ledger.slice(0, position).join() : null,
      ),
    );
  }
}

beforeAll(async () => {
  fresh = await freshDatabase('platform');
  owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  await owner.query('set session_replication_role = replica');
  await owner.query("update platform.business_day set day = '2022-01-03'");
});
afterAll(async () => {
  await owner?.end();
  await fresh?.drop();
});
beforeEach(async () => {
  ledger = [];
  await owner.query(
    'delete from platform.sealed_entry; delete from platform.seal; delete from platform.audit_entry; delete from platform.proposal_decision; delete from platform.proposal',
  );
  await rm(fresh.anchorFolder, { recursive: true, force: true });
});

/** As another process each time: what one remembers plays no part. */
const anchoring = () =>
  new Anchoring(
    fresh.unitOfWork,
    () => [new SealHeads(fresh.database), new LedgerHeads()],
    fresh.anchorFolder,
  );
const use = () =>
  new AcknowledgeBreaks(
    fresh.unitOfWork,
    anchoring(),
    new CheckAnchors(anchoring()),
    new Proposals(fresh.database),
    new PgBusinessDate(fresh.database),
  );
const verify = () =>
  new CheckSeals(
    fresh.unitOfWork,
    new Seals(fresh.database, fresh.unitOfWork),
    anchoring(),
  ).execute();
const codes = async () => (await verify()).findings.map(({ code, book }) => `${code} ${book}`);
const sealAndAnchor = async () => {
  await new Seals(fresh.database, fresh.unitOfWork).seal();
  return (await anchoring().anchor()).map(({ subject }) => subject);
};
const write = (action: 'draft.changed' | 'backup.restored', subject: AuditSubject) =>
  fresh.unitOfWork.run((tx) =>
    audit(tx, { action, actor: 'u1', subject, details: { backup: 'of-monday' } }),
  );
/** So many seals, each anchored. */
async function live(seals: number, name: string): Promise<void> {
  for (let at = 0; at < seals; at += 1) {
    await write('draft.changed', `draft:${name}-${at}`);
    await sealAndAnchor();
  }
}
/** Back to the backup: the journal ends after so many seals. */
async function restoreTo(seals: number, isJournalled = true): Promise<void> {
  await owner.query(
    `delete from platform.audit_entry where id in (select entry from platform.sealed_entry where seal > ${seals});
     delete from platform.sealed_entry where seal > ${seals}; delete from platform.seal where position > ${seals}`,
  );
  ledger = ledger.slice(0, seals);
  if (isJournalled) await write('backup.restored', 'service:membership');
}
const person = (userId: string) =>
  callerOf({ userId, roles: ['admin'], markets: ['*'], loggedInAt: new Date() });
const decide = (
  { proposalId, digest }: { proposalId: string; digest: string },
  by: string,
  outcome: 'APPROVED' | 'REJECTED' = 'APPROVED',
) => use().decide(proposalId, { digest, outcome, reason: 'vu' }, person(by));
const actions = async () =>
  (
    await fresh.database.query<{ action: string }>(
      "select action from platform.audit_entry where action like 'break.%' order by id",
    )
  ).rows.map(({ action }) => action);

test('SUP-2: what a restore took away is acknowledged by two persons, once, and told for ever; the chains are anchored again', async () => {
  ledger = ['a'];
  await live(1, 'kept');
  ledger = ['a', 'b', 'c'];
  await live(3, 'lost');
  await restoreTo(1);
  await sealAndAnchor();
  expect(await codes()).toEqual(['CHAIN_REWRITTEN seals/audit', 'CHAIN_CUT ledger/m']);
  expect((await use().show()).breaks).toMatchObject([
    { chain: 'seals/audit', from: 2, endsAt: 2 },
    { chain: 'ledger/m', from: 3, endsAt: 1 },
  ]);

  await expect(use().propose('x', callerOf({ roles: ['player'] }))).rejects.toMatchObject({
    code: 'PERSON_NEEDED',
  });
  const proposal = await use().propose('Base restaurée.', person('one'));
  expect(proposal.content).toMatchObject({ backup: 'of-monday', reason: 'Base restaurée.' });
  await expect(use().propose('x', person('two'))).rejects.toMatchObject({
    code: 'BREAKS_PROPOSED',
  });
  await expect(decide(proposal, 'one')).rejects.toMatchObject({ code: 'PROPOSAL_OWN' });
  // Nothing is closed by a proposal alone; the chain goes on while it waits.
  await live(1, 'meanwhile');
  expect(await codes()).toHaveLength(2);
  await decide(proposal, 'two');

  expect(await codes()).toEqual([]);
  await live(4, 'after');
  ledger = ['a', 'B'];
  expect(await sealAndAnchor()).toEqual([]);
  const { findings, breaks } = await verify();
  expect(findings).toEqual([]);
  expect(breaks).toMatchObject([
    { subject: 'seals/audit', from: 2, proposalId: proposal.proposalId },
    { subject: 'ledger/m', from: 3 },
  ]);
  expect(await actions()).toEqual(['break.proposed', 'break.acknowledged']);
  await expect(use().propose('x', person('one'))).rejects.toMatchObject({ code: 'NOTHING_BROKEN' });
}, 60_000);

test('SUP-2: behind and before an acknowledged break, what is taken away or rewritten is found as ever', async () => {
  ledger = ['a', 'b', 'c'];
  await live(3, 'kept');
  ledger.push('lost');
  await live(1, 'lost');
  await restoreTo(3);
  await decide(await use().propose('x', person('one')), 'two');
  ledger[1] = 'rewritten';
  expect(await codes()).toEqual(['CHAIN_REWRITTEN ledger/m']);
  ledger = ['a', 'b', 'c', 'd'];
  await sealAndAnchor();
  ledger = ['a', 'b', 'c'];
  expect(await codes()).toEqual(['CHAIN_CUT ledger/m']);
  // The journal names a restore, but of before that anchor.
  await expect(use().propose('x', person('one'))).rejects.toMatchObject({
    code: 'BREAK_UNEXPLAINED',
  });
}, 60_000);

test('SUP-2: a chain that was cut while the journal names no restore is acknowledged by nobody', async () => {
  await live(3, 'kept');
  await restoreTo(1, false);
  const refused = { code: 'BREAK_UNEXPLAINED', details: { chain: 'seals/audit' } };
  await expect(use().propose('x', person('one'))).rejects.toMatchObject(refused);
  expect(await actions()).toEqual([]);
}, 60_000);

test('what broke since it was read, or was rejected, is not acknowledged', async () => {
  ledger = ['a', 'b'];
  await live(2, 'kept');
  await restoreTo(1);
  const rejected = await use().propose('x', person('one'));
  await decide(rejected, 'two', 'REJECTED');
  const proposal = await use().propose('x', person('one'));
  // Of all that was anchored of it, nothing is left now.
  ledger = [];
  await expect(decide(proposal, 'two')).rejects.toMatchObject({ code: 'BREAKS_CHANGED' });
  ledger = ['z'];
  await expect(decide(proposal, 'two')).rejects.toMatchObject({ code: 'BREAKS_CHANGED' });
  expect(await codes()).toHaveLength(2);
  ledger = ['a'];
  await decide(proposal, 'two');
  expect(await codes()).toEqual([]);
  expect(await actions()).toEqual([
    ...['break.proposed', 'break.refused', 'break.proposed', 'break.acknowledged'],
  ]);
}, 60_000);

test('what was read is not acknowledged once another chain is broken too', async () => {
  ledger = ['a', 'b'];
  await live(2, 'kept');
  ledger = ['a'];
  await write('backup.restored', 'service:membership');
  const proposal = await use().propose('x', person('one'));
  expect(proposal.content.breaks.map(({ chain }) => chain)).toEqual(['ledger/m']);
  await restoreTo(1, false);
  await expect(decide(proposal, 'two')).rejects.toMatchObject({
    ...{ code: 'BREAKS_CHANGED', details: { chain: 'seals/audit' } },
  });
  expect(await codes()).toHaveLength(2);
}, 60_000);

test('a chain of which a restore left nothing begins anew', async () => {
  ledger = ['a', 'b'];
  await live(1, 'kept');
  await restoreTo(1);
  ledger = [];
  await decide(await use().propose('x', person('one')), 'two');
  expect(await codes()).toEqual([]);
  ledger = ['A'];
  expect(await sealAndAnchor()).toEqual([]);
  ledger = ['x'];
  expect(await codes()).toEqual(['CHAIN_REWRITTEN ledger/m']);
}, 60_000);

test('killed after the break is written and before the decision is kept, the same decision again ends the same', async () => {
  ledger = ['a', 'b'];
  await live(1, 'kept');
  await restoreTo(1);
  const proposal = await use().propose('x', person('one'));
  const dies = new AcknowledgeBreaks(
    {
      run: (work: never) =>
        fresh.unitOfWork.run(async (tx) => {
          await (work as (of: typeof tx) => Promise<void>)(tx);
          throw new Error('killed');
        }),
    } as never,
    anchoring(),
    new CheckAnchors(anchoring()),
    new Proposals(fresh.database),
    new PgBusinessDate(fresh.database),
  );
  const answer = { digest: proposal.digest, outcome: 'APPROVED' as const, reason: '' };
  await expect(dies.decide(proposal.proposalId, answer, person('two'))).rejects.toThrow('killed');
  await decide(proposal, 'two');
  expect((await verify()).breaks).toHaveLength(1);
  expect(await codes()).toEqual([]);
}, 60_000);

test.each(['membership', 'billing'])(
  'the database of %s, which holds what was approved to its effect, takes this decision',
  async (service) => {
    const own = await freshDatabase(service);
    try {
      await own.asOwner("update platform.business_day set day = '2022-01-03'");
      ledger = ['a', 'b'];
      const anchors = new Anchoring(own.unitOfWork, () => [new LedgerHeads()], own.anchorFolder);
      await anchors.anchor();
      ledger = ['a'];
      await own.unitOfWork.run((tx) =>
        audit(tx, { action: 'backup.restored', actor: 'u1', subject: 'service:s', details: {} }),
      );
      const parts = [own.unitOfWork, anchors, new CheckAnchors(anchors)] as const;
      const date = new PgBusinessDate(own.database);
      const breaks = new AcknowledgeBreaks(...parts, new Proposals(own.database), date);
      const { proposalId, digest } = await breaks.propose('x', person('one'));
      const answer = { digest, outcome: 'APPROVED' as const, reason: '' };
      await breaks.decide(proposalId, answer, person('two'));
      expect((await breaks.show()).breaks).toEqual([]);
    } finally {
      await own.drop();
    }
  },
  60_000,
);
