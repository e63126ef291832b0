import { EntPace } from './ent-pace.js';

const bounds = { leastPerSecond: 10, mostPerSecond: 800 };

/** A pace on a clock of the test's own, and an ENT that answers after so long. */
function aPace() {
  let nowMs = 0;
  const pace = new EntPace(bounds, () => nowMs);
  return {
    pace,
    /** A second in which every call that the rate allows is answered. */
    second(latencyMs: number, isUsed = true): number {
      const calls = isUsed ? Math.ceil(pace.perSecond) : 1;
      for (let call = 0; call < calls; call += 1) {
        nowMs += 1_000 / calls;
        pace.served(latencyMs);
      }
      return pace.perSecond;
    },
    pass: (ms: number) => void (nowMs += ms),
  };
}

test('PRV-4: halves the rate at a 429, once for all that were under way, down to the least', () => {
  const { pace, pass } = aPace();
  pace.refused();
  pace.refused();
  expect(pace.perSecond).toBe(400);
  for (let storm = 0; storm < 10; storm += 1) {
    pass(1_000);
    pace.refused();
  }
  expect(pace.perSecond).toBe(10);
});

test('PRV-4: adds a little each second in which the ENT answers, up to the most', () => {
  const { pace, second } = aPace();
  pace.refused();
  const rates = Array.from({ length: 32 }, () => second(5));
  expect(rates[0]).toBeLessThanOrEqual(416);
  expect([rates[9]! > 500, rates[9]! <= 560, rates[31]]).toEqual([true, true, 800]);
});

test('PRV-4: learns nothing of more than it asks for', () => {
  const { pace, second } = aPace();
  pace.refused();
  for (let at = 0; at < 10; at += 1) second(5, false);
  expect(pace.perSecond).toBe(400);
});

test('PRV-4: asks for less where answers grow slow, and for as much as before once they do not', () => {
  const { pace, second } = aPace();
  for (let at = 0; at < 5; at += 1) second(5);
  expect(pace.perSecond).toBe(800);
  for (let at = 0; at < 5; at += 1) second(400);
  expect(pace.perSecond).toBeLessThan(400);
  for (let at = 0; at < 40; at += 1) second(5);
  expect(pace.perSecond).toBe(800);
});

test('PRV-4: an ENT that is slower for good is not asked for less and less', () => {
  const { pace, second } = aPace();
  second(60);
  for (let at = 0; at < 400; at += 1) second(250);
  expect(pace.perSecond).toBeGreaterThan(400);
});

test('PRV-4: an answer that is a little late on a busy machine changes nothing', () => {
  const { pace, second } = aPace();
  for (let at = 0; at < 20; at += 1) second(at % 2 === 0 ? 4 : 90);
  expect(pace.perSecond).toBe(800);
});

test('PRV-4: an answer in two hundred that is lost changes nothing, an ENT that answers no more is asked for less', () => {
  const { pace, pass } = aPace();
  for (let call = 1; call <= 20_000; call += 1) {
    pass(3);
    if (call % 200 === 0) pace.unanswered();
    else pace.served(5);
  }
  expect(pace.perSecond).toBe(800);
  for (let call = 0; call < 50; call += 1) pace.unanswered();
  expect(pace.perSecond).toBe(400);
});

test('PRV-4: several processes ask together for what one may, and each for all once it is alone', () => {
  const { pace, second } = aPace();
  pace.shareAmong(2);
  expect(pace.perSecond).toBe(400);
  // What it has learnt is of all of them.
  pace.refused();
  expect(pace.perSecond).toBe(200);
  for (let at = 0; at < 40; at += 1) second(5);
  expect(pace.perSecond).toBe(400);
  pace.shareAmong(1);
  expect(pace.perSecond).toBe(800);
});

test('PRV-4: of two processes, of which the ENT refuses one alone, both ask for less, and together for what one would', () => {
  const [one, other] = [aPace(), aPace()];
  for (const { pace } of [one, other]) pace.shareAmong(2);
  const hear = () => {
    one.pace.hear(new Map([['other', other.pace.learnt]]));
    other.pace.hear(new Map([['one', one.pace.learnt]]));
  };
  const sum = () => one.pace.perSecond + other.pace.perSecond;
  hear();
  // A proxy that counts by connection: whatever both ask, the first is told.
  for (let at = 0; at < 3; at += 1) {
    for (const each of [one, other]) each.pass(1_000);
    one.pace.refused();
    hear();
  }
  expect(sum()).toBe(100);
  // What was heard once counts once; and up they go together, no faster than one alone.
  hear();
  expect(sum()).toBe(100);
  for (let at = 0; at < 3; at += 1) {
    for (const each of [one, other]) each.second(5);
    hear();
  }
  expect([sum() > 100, sum() <= 100 + 3 * 16]).toEqual([true, true]);
});

test('PRV-4: a process that begins asks for no more than the others have learnt', () => {
  const [known, begun] = [aPace(), aPace()];
  known.pace.refused();
  begun.pace.shareAmong(2);
  begun.pace.hear(new Map([['known', known.pace.learnt]]));
  expect(begun.pace.perSecond).toBe(200);
});

test('PRV-4: lets as many through as the rate says', async () => {
  const pace = new EntPace({ leastPerSecond: 1, mostPerSecond: 100 });
  const begunAtMs = performance.now();
  for (let call = 0; call < 40; call += 1) await pace.turn();
  const seconds = (performance.now() - begunAtMs) / 1_000;
  expect(seconds).toBeGreaterThan(0.3);
});
