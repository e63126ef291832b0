import fc from 'fast-check';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { consumers } from './consumers.js';
import { planRecovery } from './plan-recovery.js';
import { places, World } from '../../../test/support/recovery/world.js';

/**
 * Goal: whatever was restored or lost, the plan leaves every reader with exactly what its owner states, each fact once.
 * Method: services and Kafka in memory, numbered and judged as the real ones; disasters at any moment.
 */
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
});

function play(
  world: World,
  acts: readonly (typeof act extends fc.Arbitrary<infer A> ? A : never)[],
) {
  for (const each of acts) {
    if (each.do === 'tell') world.tell(each.place, each.dies);
    else if (each.do === 'backup') world.takeBackup();
    else if (each.do === 'readAll') readAll(world);
    else
      for (const { service } of readersOf(each.place[0]))
        world.read(service, each.place, each.most);
  }
}

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
        for (const [acts, { services, asDisk, putsBack, losesKafka, kills }] of chapters) {
          play(world, acts);
          world.restore(services, asDisk);
          world.putBack(putsBack);
          if (losesKafka) world.loseKafka();
          recover(world, withManifest, kills);
          expect(planRecovery(world.facts(), consumers).steps).toEqual([]);
          tellAll(world);
          expect(readAll(world)).toEqual([]);
          expect(world.differences()).toEqual([]);
          expect(planRecovery(world.facts(), consumers).steps).toEqual([]);
        }
      },
    ),
    { numRuns: Number(process.env['FC_RUNS'] ?? 150) },
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
