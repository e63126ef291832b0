const { statSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * The longest files first, so that no core waits for a long one that was begun last: those that took 20 s and more of a
 * quiet run, in that order (each run names its slowest, deploy/local/test.mjs); then other stories, which need a
 * stack; then by size, as Jest does where it remembers no earlier run.
 */
const longest = [
  'scenarios/demo-under-faults',
  'scenarios/members-apart',
  'scenarios/order-races',
  'console/imports-page',
  'scenarios/billing-run-killed',
  'scenarios/messaging-crashes',
  'ent-work/ent',
  'ent-work/ent-restarts',
  'academy/whole-academy',
  'seats/successions',
  'src/outbox-relay',
  'test/e-invoice',
  'ent-work/ent-places',
  'ent-work/ent-names',
  'plans/plan-approval',
  'plans/plan-staleness',
  'src/batch-consumer',
  'synchronisation/run-import',
  'ledger/maximum',
  'ent-comparison/reconcile-schools',
  'doubles/parted-people',
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const weight = new Map(tests.map((test) => [test, weightOf(test.path)]));
    return [...tests].sort((a, b) => weight.get(b) - weight.get(a));
  }
};

function weightOf(path) {
  const bytes = statSync(path).size;
  const place = longest.findIndex((name) =>
    path.replace(/\.[a-z0-9-]*spec\.ts$/, '').endsWith(`/${name}`),
  );
  if (place >= 0) return bytes + 1e9 * (longest.length + 1 - place);
  return path.endsWith('.scenario-spec.ts') ? bytes + 1e9 : bytes;
}
