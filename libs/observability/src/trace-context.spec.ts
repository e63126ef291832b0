import { currentTraceparent, inTrace } from './index.js';

const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const wellFormed = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/;
const idsIn = (given?: string) => wellFormed.exec(inTrace(given, () => currentTraceparent()) ?? '');

test('work goes on in the trace of its parent, under a span of its own', () => {
  const [, trace, span] = idsIn(parent) ?? [];
  expect(trace).toBe('a'.repeat(32));
  expect(span).not.toBe('b'.repeat(16));
});

test.each([undefined, 'nonsense', parent.slice(1)])(
  'work without a parent (%s) begins a trace, each its own',
  (given) => {
    const [first, second] = [idsIn(given), idsIn(given)];
    expect(first).not.toBeNull();
    expect(first?.[1]).not.toBe(second?.[1]);
    expect(first?.[1]).not.toContain(first?.[2]);
  },
);

test('of ten thousand spans no two are alike', () => {
  const spans = Array.from({ length: 10_000 }, () => idsIn(parent)?.[2]);
  expect(new Set(spans).size).toBe(10_000);
});
