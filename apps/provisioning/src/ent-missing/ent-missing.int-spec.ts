import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { compared, mend, uai } from '../../test/ent-comparison.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import type { MissingProposal } from './missing-proposal.js';

jest.setTimeout(180_000);
bedForEachTest();

const other = '0440002B';
const person = (userId: string, markets?: string[]) =>
  callerOf({ roles: ['support-3'], userId, loggedInAt: new Date(), ...(markets && { markets }) });
const [first, second] = [person('operator-1'), person('operator-2')];
const missing = () => bed.missing();

/** Two schools: of ten pupils each the restored ENT has four. */
async function aRestoredEnt(): Promise<void> {
  await bed.aMembership('m1', { ordered: 60, uais: [uai, other] });
  const all = [
    ...pupils(uai, 10),
    ...pupils(other, 10).map((_, n) => aPupil(n + 21, { uai: other, classLabel: 'CM1' })),
  ];
  const isEarly = (_: unknown, n: number) => n % 10 < 4;
  await bed.import(all.filter(isEarly), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  bed.ent.makeBackup();
  await bed.import(
    all.filter((each, n) => !isEarly(each, n)),
    { on: '2022-09-05' },
  );
  await bed.untilQuiet();
  bed.ent.restoreBackup();
}

const refusedIn = (of: string) =>
  expect(mend({}, of)).rejects.toMatchObject({ code: 'ENT_MISSING_UNCONFIRMED' });
const decide = (
  { proposalId, digest }: Pick<MissingProposal, 'proposalId' | 'digest'>,
  caller = second,
  outcome: 'APPROVED' | 'REJECTED' | 'WITHDRAWN' = 'APPROVED',
) => missing().decide.execute({ proposalId, digest, outcome, reason: 'vu', caller });

test('PRV-5: two persons confirm the missing accounts of all schools at once; each school uses it once', async () => {
  await aRestoredEnt();
  await expect(missing().propose.execute('ENT_RESTAURE', [], first)).rejects.toMatchObject({
    code: 'ENT_MISSING_NONE',
  });
  await refusedIn(uai);
  await refusedIn(other);
  const figures = { missing: 6, compared: 10, isEmptied: false };
  expect((await missing().view.execute(first)).schools).toMatchObject([
    { uai, ...figures, confirmedUntil: '' },
    { uai: other, ...figures, confirmedUntil: '' },
  ]);
  const proposal = await missing().propose.execute('ENT_RESTAURE SUP-7', [], first);
  expect(proposal.content.schools).toEqual([
    { uai, ...figures },
    { uai: other, ...figures },
  ]);
  await expect(missing().propose.execute('ENT_RESTAURE', [], second)).rejects.toMatchObject({
    code: 'ENT_MISSING_PROPOSED',
  });
  await expect(decide(proposal, first)).rejects.toMatchObject({ code: 'PROPOSAL_OWN' });
  await expect(decide({ ...proposal, digest: 'read before' })).rejects.toMatchObject({
    code: 'PROPOSAL_CHANGED',
  });
  await refusedIn(uai);
  expect(await decide(proposal)).toBe('2022-09-08');
  expect((await missing().view.execute(first)).schools).toMatchObject([
    { uai, confirmedUntil: '2022-09-08' },
    { uai: other, confirmedUntil: '2022-09-08' },
  ]);
  await mend({}, uai);
  await mend({}, other);
  await bed.untilQuiet();
  expect([await compared(uai), await compared(other), await countInBoth()]).toEqual([[], [], 20]);
  expect((await missing().view.execute(first)).schools).toEqual([]);
  expect(
    await bed.rows('select uai, missing, proposal_id from ent_missing_confirmation order by uai'),
  ).toEqual([uai, other].map((of) => ({ uai: of, missing: 6, proposal_id: proposal.proposalId })));
  expect(
    await bed.rows(
      "select action, actor from platform.audit_entry where action like 'ent-missing.%' and subject like $1 order by id",
      [`ent-missing:${proposal.proposalId}`],
    ),
  ).toMatchObject([
    { action: 'ent-missing.proposed', actor: 'operator-1' },
    { action: 'ent-missing.approved.refused', actor: 'operator-1' },
    { action: 'ent-missing.approved.refused', actor: 'operator-2' },
    { action: 'ent-missing.approved', actor: 'operator-2' },
  ]);
  // Lost once more: the confirmation has been used.
  bed.ent.restoreBackup();
  await refusedIn(uai);
});

test('PRV-5: a confirmation holds up to its figure, for its schools, three days, and for nobody who proposed it as a script', async () => {
  await aRestoredEnt();
  await refusedIn(uai);
  await refusedIn(other);
  const script = callerOf({ roles: ['support-3'], userId: 'script' });
  await expect(missing().propose.execute('ENT_RESTAURE', [], script)).rejects.toMatchObject({
    code: 'PERSON_NEEDED',
  });
  const elsewhere = person('elsewhere', ['autre']);
  expect((await missing().view.execute(elsewhere)).schools).toEqual([]);
  const proposal = await missing().propose.execute('ENT_RESTAURE', [uai], first);
  expect((await missing().view.execute(elsewhere)).proposal).toBeUndefined();
  await expect(decide(proposal, elsewhere)).rejects.toMatchObject({ code: 'PROPOSAL_UNKNOWN' });
  await decide(proposal);
  await refusedIn(other);
  // Two more are lost after the decision.
  const [one, two] = [...bed.ent.graph.users.values()].filter(({ structureIds }) =>
    structureIds.includes(bed.ent.graph.structureOfUai(uai)!.id),
  );
  remove(bed.ent.graph, [one!.id]);
  remove(bed.ent.graph, [two!.id]);
  await expect(mend()).rejects.toMatchObject({
    code: 'ENT_MISSING_UNCONFIRMED',
    message: expect.stringContaining(
      '8 des 10 comptes comparés, plus que les 6 confirmés',
    ) as string,
  });
  const again = await missing().propose.execute('ENT_RESTAURE', [uai], second);
  await decide(again, first);
  await bed.begin('2022-09-08');
  await refusedIn(uai);
  // By one person with the figure, as before.
  await mend({ missing: 8 });
  await bed.untilQuiet();
  expect(await compared()).toEqual([]);
});

test('PRV-5: an emptied school is confirmed by its whole figure', async () => {
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import(pupils(uai, 3), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  for (const { id } of [...bed.ent.graph.users.values()]) remove(bed.ent.graph, [id]);
  await expect(mend()).rejects.toMatchObject({ code: 'ENT_NOT_COMPARED' });
  const proposal = await missing().propose.execute('ENT_RESTAURE', [], first);
  expect(proposal.content.schools).toEqual([{ uai, missing: 3, compared: 3, isEmptied: true }]);
  await decide(proposal);
  await mend();
  await bed.untilQuiet();
  expect(await countInBoth()).toBe(3);
});

test('PRV-5: the database refuses a use that two persons have not confirmed, to the role of the service too', async () => {
  await aRestoredEnt();
  await refusedIn(uai);
  const use = (proposalId: string, of: string, count: number) =>
    bed.rows(
      `insert into ent_missing_confirmation (proposal_id, uai, missing, used_on)
       values ($1, $2, $3, (select day from platform.business_day))`,
      [proposalId, of, count],
    );
  const proposal = await missing().propose.execute('ENT_RESTAURE', [uai], first);
  const unconfirmed = { constraint: 'ent_missing_is_confirmed' };
  await expect(use(proposal.proposalId, uai, 6)).rejects.toMatchObject(unconfirmed);
  await decide(proposal, second, 'REJECTED');
  await expect(use(proposal.proposalId, uai, 6)).rejects.toMatchObject(unconfirmed);
  const approved = await missing().propose.execute('ENT_RESTAURE', [uai], first);
  await decide(approved);
  await expect(use(approved.proposalId, other, 6)).rejects.toMatchObject(unconfirmed);
  await expect(use(approved.proposalId, uai, 7)).rejects.toMatchObject(unconfirmed);
  await use(approved.proposalId, uai, 6);
  await expect(use(approved.proposalId, uai, 6)).rejects.toMatchObject(unconfirmed);
  await expect(bed.rows('delete from ent_missing_confirmation')).rejects.toThrow();
});
