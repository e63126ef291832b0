import fc from 'fast-check';
import { serviceNames, type ServiceName, topics } from '#libs/contracts';
import { consumers } from './consumers.js';
import type { RecoveryFacts } from './facts.js';
import { planRecovery } from './plan-recovery.js';
import { places, World } from '../../../test/support/recovery/world.js';

/**
 * Goal: whatever was restored or lost, the plan leaves every reader with exactly what its owner states, each fact once.
 * Method: services and Kafka in memory, numbered and judged as the real ones; disasters at any moment.
 */
const { FC_RUNS = '150', FC_SEED, FC_PATH } = process.env;
const readersOf = (topic: string) => consumers.filter((one) => one.topics.includes(topic));
const readAll = (world: World) =>
  places.flatMap((place) =>
    readersOf(place[0])
      .map(({ service }) => world.read(service, place))
      .filter((word) => word !== undefined),
  );
const tellAll = (world: World) => places.forEach((place) => world.tell(place));

/**
 * Makes plans and carries them out until nothing is left to do; the steps that were planned. Each run may be killed after
 * so many units of work; one more is whole.
 */
function recover(world: World, withManifest: boolean, kills: readonly number[] = []): string[] {
  const left = [...kills];
  const done: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    const backup = withManifest ? world.backupNumbers() : undefined;
    const plan = planRecovery(world.facts(), consumers, backup);
    const isRestore = plan.steps.some((step) => step.do === 'restore');
    const killedAfter = isRestore ? undefined : left.shift();
    world.carryOut(plan, killedAfter);
    done.push(...plan.steps.map((step) => step.do));
    if (!isRestore && killedAfter === undefined) return done;
  }
  throw new Error(`no end of it: ${done.join()}`);
}

const place = fc.constantFrom(...places);
const act = fc.oneof(
  fc.record({ do: fc.constant('tell' as const), place, dies: fc.boolean() }),
  fc.record({ do: fc.constant('read' as const), place, most: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('readAll' as const) }),
  fc.record({ do: fc.constant('backup' as const) }),
);
const disaster = fc.record({
  services: fc.subarray([...serviceNames]),
  asDisk: fc.boolean(),
  putsBack: fc.subarray([...serviceNames]),
  losesKafka: fc.boolean(),
  kills: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
  /** Who is the first to tell something, once services run again. */
  tellFirst: fc.subarray([...places], { maxLength: 2 }),
});

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Act = Drawn<typeof act>;
type Chapter = [Act[], Drawn<typeof disaster>];

function play(world: World, acts: readonly Act[]) {
  for (const each of acts) {
    if (each.do === 'tell') world.tell(each.place, each.dies);
    else if (each.do === 'backup') world.takeBackup();
    else if (each.do === 'readAll') readAll(world);
    else
      for (const { service } of readersOf(each.place[0]))
        world.read(service, each.place, each.most);
  }
}

/** The rest of a disaster in which this alone happens. */
const nothing = {
  ...{ services: [], putsBack: [], kills: [], tellFirst: [] },
  ...{ asDisk: false, losesKafka: false },
};
/** Metering comes back with days of a life that membership lost before: only provisioning has lost anything since. */
const oldLifeComesBack: Chapter[] = [
  [
    [{ do: 'tell', place: places[0], dies: false }, { do: 'readAll' }],
    { ...nothing, services: ['membership', 'metering'] },
  ],
  [
    [],
    {
      ...nothing,
      services: ['membership', 'directory'],
      putsBack: ['membership', 'directory', 'provisioning', 'metering'],
    },
  ],
];
/** A source that lost days tells all again, and no end of a log shows any more that it had gone back. */
const sourceToldAllAgain: Chapter[] = [
  [[], { ...nothing, tellFirst: [[topics.directoryImport.name, 0]] }],
  [[], { ...nothing, services: ['directory'] }],
  [[], { ...nothing, putsBack: ['directory'] }],
];
/** What a reader passes over by an older decision ends before the life that comes back with it. */
const passesOverTooLittle: Chapter[] = [
  [[{ do: 'tell', place: places[0], dies: false }], { ...nothing, services: ['membership'] }],
  [[], { ...nothing, services: ['membership', 'metering'] }],
  [[], { ...nothing, putsBack: ['metering'] }],
];

test('after any disasters, each recovered before the next and killed on the way, every reader has what its owner states, once and in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(act, { maxLength: 30 }), disaster), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.boolean(),
      (chapters, withManifest) => {
        const world = new World();
        for (const [
          acts,
          { services, asDisk, putsBack, losesKafka, kills, tellFirst },
        ] of chapters) {
          play(world, acts);
          world.restore(services, asDisk);
          world.putBack(putsBack);
          if (losesKafka) world.loseKafka();
          recover(world, withManifest, kills);
          expect(planRecovery(world.facts(), consumers).steps).toEqual([]);
          for (const place of tellFirst) {
            world.tell(place);
            expect(readAll(world)).toEqual([]);
            expect(planRecovery(world.facts(), consumers).steps).toEqual([]);
          }
          tellAll(world);
          expect(readAll(world)).toEqual([]);
          expect(world.differences()).toEqual([]);
          expect(planRecovery(world.facts(), consumers).steps).toEqual([]);
        }
      },
    ),
    {
      examples: [
        [oldLifeComesBack, false],
        [sourceToldAllAgain, false],
        [passesOverTooLittle, false],
      ],
      numRuns: Number(FC_RUNS),
      ...(FC_SEED !== undefined && { seed: Number(FC_SEED) }),
      ...(FC_PATH !== undefined && { path: FC_PATH }),
    },
  );
});

test('MTR-2: days are kept where their owner alone has gone back, once; where its sources have, people do again what made them', () => {
  const stepsAfter = (...services: ServiceName[]) => {
    const world = new World();
    tellAll(world);
    readAll(world);
    world.takeBackup();
    tellAll(world);
    world.restore(services);
    return recover(world, true);
  };
  expect(stepsAfter('provisioning').filter((step) => step === 'keep-lost-days')).toHaveLength(1);
  for (const source of ['membership', 'directory'] as const)
    expect(stepsAfter('provisioning', source)).not.toContain('keep-lost-days');
});

test('MTR-2: days are kept for a life that a source began before them, and not for one that it has begun since', () => {
  const world = new World();
  const planned = () => planRecovery(world.facts(), consumers).steps.map((step) => step.do);
  const isKept = (facts: RecoveryFacts) =>
    planRecovery(facts, consumers).steps.some((step) => step.do === 'keep-lost-days');
  tellAll(world);
  readAll(world);
  world.takeBackup();
  // A life of membership that lost nothing: promoted, or raised.
  world.restore(['membership']);
  tellAll(world);
  readAll(world);
  world.restore(['provisioning']);
  expect(planned()).toContain('keep-lost-days');
  const facts = world.facts();
  const told = facts.databases.find(({ service }) => service === 'membership')!.told;
  const lastLostAtMs = Math.max(
    ...facts.logs
      .find(({ topic }) => topic === topics.account.name)!
      .partitions!.map(({ last }) => last?.atMs ?? 0),
  );
  const begunAt = (epoch: number) => {
    const lives = [{ epoch, branchSeq: told.nextSeq }, ...told.lives];
    return facts.databases.map((one) =>
      one.service === 'membership' ? { ...one, told: { ...told, lives } } : one,
    );
  };
  expect(isKept({ ...facts, databases: begunAt(lastLostAtMs) })).toBe(true);
  expect(isKept({ ...facts, databases: begunAt(lastLostAtMs + 1) })).toBe(false);
});

test('FCT-1: a topic made anew that holds foreign records alone is published again', () => {
  const world = new World();
  tellAll(world);
  readAll(world);
  world.loseKafka();
  const topics = [...new Set(places.map(([topic]) => topic))];
  const made = [{ do: 'make-topics', topics }] as const;
  world.carryOut({ standings: [], steps: made, afterwards: [], forgetful: [] });
  const facts = world.facts();
  const logs = facts.logs.map((log) => ({
    ...log,
    partitions: log.partitions?.map((one) => ({ ...one, high: 3 })),
  }));
  const { steps } = planRecovery({ ...facts, logs }, consumers);
  const again = steps.flatMap((step) => (step.do === 'tell-again' ? step.topics : []));
  expect(again.sort()).toEqual(topics.sort());
});

test('states are announced again because Kafka lacks them, or because a lost one may stand in the place of a newer one', () => {
  const world = new World();
  tellAll(world);
  const facts = world.facts();
  const { name: topic } = topics.person;
  const plannedWith = (last: { epoch: number; seq: number; atMs: number } | undefined) => {
    const partition = { partition: 0, low: 0, high: last ? 1 : 0, first: last, last };
    const logs = [...facts.logs, { topic, id: '1', partitions: [partition] }];
    const databases = facts.databases.map((one) => {
      const { lastNumbers } = one.told;
      const told = { ...one.told, lastNumbers: [...lastNumbers, { topic, partition: 0, seq: 1 }] };
      return one.service === 'directory' ? { ...one, told } : one;
    });
    return planRecovery({ databases, logs }, consumers).afterwards;
  };
  const again = { do: 'announce-again', owner: 'directory', topics: [topic] };
  expect(plannedWith(undefined)).toEqual([{ ...again, reason: 'KAFKA_PERDU' }]);
  expect(plannedWith({ epoch: 1e12, seq: 9, atMs: 1 })).toEqual([
    { ...again, reason: 'COPIE_A_REFAIRE' },
  ]);
});

test('Kafka and all databases lost at once: the ENT is compared though no log shows what its books lost', () => {
  const world = new World();
  const planned = () => {
    const { steps, forgetful, afterwards } = planRecovery(world.facts(), consumers);
    const kinds = [...new Set(steps.map((step) => step.do))];
    return { forgetful, steps: kinds, afterwards: afterwards.map((step) => step.do) };
  };
  expect(planned()).toEqual({ forgetful: [], steps: [], afterwards: [] });
  const backedUp = () => {
    tellAll(world);
    readAll(world);
    world.takeBackup();
    tellAll(world);
    world.restore(serviceNames);
  };
  const steps = ['make-topics', 'rejoin', 'tell-again'];
  const atOnce = { forgetful: [], steps, afterwards: ['compare-ent'] };
  backedUp();
  world.loseKafka();
  expect(planned()).toEqual(atOnce);

  recover(world, false);
  backedUp();
  recover(world, false);
  world.takeBackup();
  world.tell(places[4]);
  world.restore(serviceNames);
  world.loseKafka();
  // Nobody has read of the newest lives yet: what came between them is passed over, wherever it may still stand.
  const ofTwo = { ...atOnce, steps: ['make-topics', 'forgo', 'rejoin', 'tell-again'] };
  expect(planned()).toEqual(ofTwo);
});
