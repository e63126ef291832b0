import { DeletionPace } from './deletion-pace.js';

test('PRV-4: so many deletions a second, of all processes together, and none are saved up', () => {
  let nowMs = 0;
  const pace = new DeletionPace(10, () => nowMs);
  expect(pace.allowed).toBe(10);
  pace.begun(10);
  expect(pace.allowed).toBe(0);
  nowMs = 500;
  expect(pace.allowed).toBe(5);
  nowMs = 60_000;
  expect(pace.allowed).toBe(10);
  pace.shareAmong(4);
  expect(pace.allowed).toBe(2);
  pace.begun(2);
  nowMs = 61_000;
  expect(pace.allowed).toBe(2);
});

test('PRV-4: however many processes share a small pace, each begins one by and by', () => {
  let nowMs = 0;
  const pace = new DeletionPace(1, () => nowMs);
  pace.shareAmong(4);
  pace.begun(pace.allowed);
  nowMs = 3_999;
  expect(pace.allowed).toBe(0);
  nowMs = 4_001;
  expect(pace.allowed).toBe(1);
});
