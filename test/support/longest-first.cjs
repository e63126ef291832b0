const { statSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * The longest files first, so that no core waits for a long one that was begun last: stories before all, those that
 * play the most days first; then by size, as Jest does where it remembers no earlier run.
 */
const stories = ['demo-under-faults', 'members-apart', 'order-races'];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const weight = new Map(tests.map((test) => [test, weightOf(test.path)]));
    return [...tests].sort((a, b) => weight.get(b) - weight.get(a));
  }
};

function weightOf(path) {
  const bytes = statSync(path).size;
  if (!path.endsWith('.scenario-spec.ts')) return bytes;
  const place = stories.findIndex((story) => path.endsWith(`/${story}.scenario-spec.ts`));
  return bytes + 1e9 * (1 + (place < 0 ? 0 : stories.length - place));
}
