const { statSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * The longest files first, so that no core waits for a long one that was begun last: stories, those that play the most
 * days first; the others by size, as Jest does where it remembers no earlier run. Two stories begin, and each of the
 * others after so many files that one of the first two has ended by then: three stacks at once would wait for a core,
 * one story and what mostly waits share it well.
 */
const stories = [
  'browser',
  'members-apart',
  'demo-under-faults',
  'market-handover',
  'order-races',
  'successions',
];

/** Of these one worker does about as many as a story lasts. */
const filesPerStory = 20;

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const byWeight = (some) => [...some].sort((a, b) => weightOf(b.path) - weightOf(a.path));
    const told = byWeight(tests.filter(isStory));
    const others = byWeight(tests.filter((test) => !isStory(test)));
    const order = told.splice(0, 2);
    while (told.length > 0 || others.length > 0)
      order.push(...others.splice(0, filesPerStory), ...told.splice(0, 1));
    return order;
  }
};

const isStory = ({ path }) => path.endsWith('.scenario-spec.ts');

function weightOf(path) {
  const place = stories.findIndex((story) => path.endsWith(`/${story}.scenario-spec.ts`));
  return statSync(path).size + 1e9 * (place < 0 ? 0 : stories.length - place);
}
