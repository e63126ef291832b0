import { registry } from '#libs/observability';
import { backOffMs, Circuit } from './circuit.js';

test('PRV-4: pauses after as many failures in a row as told, longer each time', () => {
  const circuit = new Circuit(
    3,
    () => 0,
    () => 0.5,
  );
  const outcomes = Array.from({ length: 6 }, () => circuit.failed());
  expect(outcomes).toEqual([undefined, undefined, 500, undefined, undefined, 1_000]);
});

test('PRV-4: tells how many pauses in a row it has made, none once the ENT answers', async () => {
  const told = async () => {
    const { values } = await registry.getSingleMetric('ent_pauses_in_a_row')!.get();
    return values[0]?.value;
  };
  const circuit = new Circuit(2);
  for (let failure = 1; failure <= 5; failure += 1) circuit.failed();
  expect(await told()).toBe(2);
  circuit.succeeded({ hasChanged: false });
  expect(await told()).toBe(0);
});

test('PRV-4: forgets failures once a call succeeds', () => {
  const circuit = new Circuit(
    2,
    () => 0,
    () => 0.5,
  );
  circuit.failed();
  circuit.succeeded({ hasChanged: false });
  expect(circuit.failed()).toBeUndefined();
});

test.each([
  [1, 0, 50],
  [1, 0.5, 100],
  [4, 0.5, 800],
  [30, 0.5, 1_000],
])('PRV-4: waits longer after fault %i, with jitter %d', (fault, random, waitMs) => {
  expect(backOffMs(fault, { firstMs: 100, mostMs: 1_000, random: () => random })).toBe(waitMs);
});

test('PRV-4: a fault is an account’s own only after another was served, and not long before', () => {
  let nowMs = 1_000;
  const circuit = new Circuit(20, () => nowMs);
  expect(circuit.servesOthers()).toBe(false);
  circuit.succeeded({ hasChanged: true });
  expect(circuit.servesOthers()).toBe(true);
  nowMs += 10_000;
  expect(circuit.servesOthers()).toBe(false);
});

test('PRV-4: a block that is served says nothing of the one writer that changes wait for', () => {
  const circuit = new Circuit(20, () => 1_000);
  circuit.succeeded({ hasChanged: false });
  expect([circuit.servesOthers(), circuit.changesForOthers()]).toEqual([true, false]);
  circuit.succeeded({ hasChanged: true });
  expect(circuit.changesForOthers()).toBe(true);
});
