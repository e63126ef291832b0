import { type EntGateway, EntUnavailable } from '../ent/ent.module.js';
import type { EntPlaces } from './ent-places.js';
import type { EntOutcome, EntTask } from './ent-task.js';
import { MatchInEnt } from './match-in-ent.js';
import type { RestoreFormer } from './restore-former.js';

const gone = { uai: '0440001A', label: 'CM2', classId: 'c-CM2' };
const [cp, ce1] = ['CP', 'CE1'].map((label) => ({ uai: '0440001A', label, classId: `c-${label}` }));
const child = (accountId: string) => ({
  ...{ accountId, entId: `ent-${accountId}`, version: '7', places: [cp!] },
});
const guardian = (attempts: number): EntTask =>
  ({
    ...{ accountId: 'a-1', entId: 'ent-a-1', state: 'PROVISIONED', profile: 'RELATIVE', attempts },
    ...{ isBlocked: false, identity: null, formerChildren: [], placesToJoin: [] },
    ...{ placesKept: [gone], placesToLeave: [], unlinkedChildren: [child('b-1'), child('b-2')] },
  }) as unknown as EntTask;

/** `isBlocked`: as the ENT really has it, before it is told. */
async function outcomeOf(task: EntTask, user = { isBlocked: task.isBlocked }): Promise<EntOutcome> {
  const outcome: EntOutcome = { accountId: task.accountId, attempts: task.attempts };
  const done = () => Promise.resolve();
  const setBlocked = (_entId: string, isBlocked: boolean) => {
    user.isBlocked = isBlocked;
    return done();
  };
  const ent = { relate: done, unrelate: done, setBlocked } as unknown as EntGateway;
  const asItHas = () => Promise.resolve({ ...user, classes: [cp!, ce1!] });
  const places = { asItHas } as unknown as EntPlaces;
  await new MatchInEnt(ent, places, {} as RestoreFormer).execute(task, outcome);
  return outcome;
}

test('PRV-4: a guardian who is linked is noted where its children were when the work was taken, each class once', async () => {
  expect(await outcomeOf(guardian(1))).toMatchObject({
    linkedChildren: [{ accountId: 'b-1' }, { accountId: 'b-2' }],
    joined: [cp],
  });
});

test('PRV-4: where an earlier call may have been done since, what the ENT really has is noted, and what it has not', async () => {
  expect(await outcomeOf(guardian(2))).toMatchObject({
    ...{ joined: [cp, ce1], left: [gone], areClassesRead: true },
  });
});

test('PRV-4: of a guardian who is blocked by then the classes are read all the same: it may come back', async () => {
  for (const state of ['SUSPENDED', 'CLOSING'] as const)
    expect(await outcomeOf({ ...guardian(2), state })).toMatchObject({
      ...{ isBlocked: true, joined: [cp, ce1], left: [gone], areClassesRead: true },
    });
});

test('PRV-4: a link taken back from who is blocked may have taken it out of a class: that is read', async () => {
  const parted = { ...guardian(1), isBlocked: true, formerChildren: [child('b-3')] };
  expect(await outcomeOf({ ...parted, state: 'CLOSING' })).toMatchObject({
    ...{ unlinkedChildIds: ['b-3'], joined: [cp, ce1], left: [gone], areClassesRead: true },
  });
});

test('PRV-4, PRV-8: who was suspended while an opening had no answer is blocked again, and nothing else is told beside', async () => {
  const task = { ...guardian(2), state: 'SUSPENDED', isBlocked: true } as const;
  const user = { isBlocked: false };
  const outcome = await outcomeOf(task, user);
  expect([user.isBlocked, outcome.isBlocked, outcome.linkedChildren]).toEqual([
    ...[true, true, undefined],
  ]);
});

test('PRV-4: who may come in while a block had no answer is noted as the ENT has it, for the next round', async () => {
  expect((await outcomeOf(guardian(2), { isBlocked: true })).isBlocked).toBe(true);
  expect((await outcomeOf(guardian(1), { isBlocked: true })).isBlocked).toBe(false);
});

test('PRV-8: who was blocked before it was ever in, and has a seat by now, comes in where the ENT has it; its move waits', async () => {
  const moved = { placesToLeave: [{ ...gone, structureId: 's-1', leavesSchool: true }] };
  const task = { ...guardian(1), ...moved, state: 'PROVISIONING', isBlocked: true } as const;
  const user = { isBlocked: true };
  const outcome = await outcomeOf(task, user);
  expect(user.isBlocked).toBe(false);
  expect([outcome.isConfirmed, outcome.left, outcome.linkedChildren]).toEqual([
    ...[true, undefined, undefined],
  ]);
});

test('PRV-4: a restoration without an answer may have been done; before it nothing was called', async () => {
  const places = { userByExternalId: () => Promise.resolve(undefined) } as unknown as EntPlaces;
  const lost = { execute: () => Promise.reject(new EntUnavailable('ENT_TIMEOUT')) };
  const task = { ...guardian(1), entId: null, fedBy: null, home: { ...gone, structureId: 's-1' } };
  const outcomeFor = async (former: EntTask['former']) => {
    const outcome: EntOutcome = { accountId: 'a-1', attempts: 1 };
    const match = new MatchInEnt({} as EntGateway, places, lost as unknown as RestoreFormer);
    const failed = match.execute({ ...task, former } as unknown as EntTask, outcome);
    await expect(failed).rejects.toBeInstanceOf(EntUnavailable);
    return outcome.hasCalled;
  };
  expect(await outcomeFor({ entId: 'ent-old', isRemoved: true, isKept: false })).toBe(true);
  expect(await outcomeFor({ entId: 'ent-old', isRemoved: false, isKept: true })).toBe(true);
  expect(await outcomeFor(null)).toBeUndefined();
});
