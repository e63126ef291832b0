// npm run prove -- NAME [--runs N] [--seeds N] — proofs that are too long for every npm test, which runs a small,
// fixed part of each. They are the same files, asked for more: what each takes from its environment stands here.
//   --runs N    sequences of a property test; a failing one is told with the FC_SEED and FC_PATH that repeat it
//   --seeds N   so many times over, each with another seed: other sequences, another order of faults
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { inRoot, pinnedNode, root } from './paths.mjs';
import { checkMachine } from './prerequisites.mjs';
import { explain, Refusal, say } from './progress.mjs';
import { endRunning, runOnce } from './run-once.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';

const restoring = [
  'test/drills/recovery',
  'deploy/tools/backup/backup',
  'test/e2e/directory/announce-again',
  'deploy/tools/recovery/plan-recovery',
];
const proofs = {
  'order-races': {
    what: '10,000 random changes of orders by 50 clients at once, the service killed twice (npm test: 2,000)',
    test: ['scenario', 'test/scenarios/order-races'],
    env: () => ({ PROVE: '1' }),
  },
  'any-sequence': {
    what: 'random commands on a group, one after the other and at once, 100 sequences of each (npm test: 2)',
    test: ['int', 'apps/membership/test/any-sequence'],
    env: ({ runs = 100, seed }) => ({ FC_RUNS: runs, ...(seed && { FC_SEED: seed }) }),
  },
  'any-merges': {
    what: 'imports, merges and their undoing in any order, one or all undone: 100 sequences (npm test: 3)',
    test: ['int', 'apps/directory/src/doubles/any-merges'],
    env: ({ runs = 100, seed = randomInt(1e9) }) => ({ FC_RUNS: runs, FC_SEED: seed }),
  },
  'any-deltas': {
    what: 'random full exports and deltas of a few people and schools, against the full export of the last day: 60 chains (npm test: 4)',
    test: ['int', 'apps/directory/src/synchronisation/deliveries/any-deltas'],
    env: ({ runs = 60, seed = randomInt(1e9) }) => ({ FC_RUNS: runs, FC_SEED: seed }),
  },
  'any-places': {
    what: 'people stated in any order while calls to the ENT fail: everybody in the places of the last statement, 20 sequences (npm test: 1)',
    test: ['int', 'apps/provisioning/src/ent-work/any-places'],
    env: ({ runs = 20, seed = randomInt(1e6) }) => ({ FC_RUNS: runs, FC_SEED: seed }),
  },
  'any-year': {
    what: 'a school year of drawn commands in jumps of days, two processes, an ENT that fails and is changed by hand: directory, books and ENT agree, nothing is done that nobody approved: 10 sequences of 40 commands (npm test: one of 14)',
    test: ['int', 'apps/provisioning/src/work/any-year'],
    env: ({ runs = 10, seed = randomInt(1e6) }) => ({ FC_RUNS: runs, FC_SEED: seed }),
  },
  'ent-nights': {
    what: 'the ENT, or our database, put back to yesterday and made whole by the nights alone: 1,500 pupils a school (npm test: 20)',
    test: ['int', 'apps/provisioning/src/ent-comparison/nights-made-whole'],
    env: () => ({ PROVE: '1' }),
  },
  'account-facts': {
    what: 'facts of accounts in any order, late and twice, recounted and certified: 500 sequences (npm test: 25)',
    test: [
      'int',
      'apps/metering/src/usage/record-account-facts',
      'apps/metering/src/usage/certificates/certify-usage',
    ],
    env: ({ runs = 500, seed }) => ({ FC_RUNS: runs, ...(seed && { FC_SEED: seed }) }),
  },
  'demo-under-faults': {
    what: 'the small demo while all is killed in turn; each seed begins with another (npm test: one order)',
    test: ['scenario', 'test/scenarios/demo-under-faults'],
    env: ({ seed = 1 }) => ({ PROVE_SEED: seed }),
  },
  pictures: {
    what: 'pages of the console as people see them, wide and on a phone, under .local/screenshots (npm test judges the same pages and draws none)',
    test: ['scenario', 'e2e', 'test/scenarios/demo-under-faults', 'test/e2e/console/imports-page'],
    env: () => ({ PICTURES: '1' }),
  },
  'demo-calm': {
    what: 'the small demo with nothing killed: the figures that the one under faults must come to (GOLDENS=write: writes them)',
    test: ['drill', 'test/drills/demo-calm'],
    env: () => ({}),
  },
  'market-handover': {
    what: 'a member of two markets handed over on the whole product, and a family that left erased everywhere, again after a backup brought it back',
    test: ['drill', 'test/drills/market-handover'],
    env: () => ({}),
  },
  'two-of-each': {
    what: 'the same with two processes of each service, the first of which are killed in turn',
    test: ['scenario', 'test/scenarios/demo-under-faults'],
    env: ({ seed = 1 }) => ({ PROVE_SEED: seed, PROVE_TWICE: 1 }),
  },
  restore: {
    what: 'Kafka lost, the ENT older, one and all databases from a backup, in the middle of the small demo, by the commands of the guide; all six databases restored and compared, states announced again to all three copies (npm test: two of each); 5,000 disasters in memory',
    test: ['drill', 'int', 'e2e', 'unit', ...restoring],
    env: ({ runs = 5000 }) => ({ PROVE: '1', FC_RUNS: runs }),
  },
  directory: {
    what: 'all 1,438 public schools delivered by every kind of source over a rentrée, with what goes wrong (npm test: 24), a full export of 1,000,000 people, the same again and a delta (4,000; PROVE_PEOPLE), the sources in all 24 orders (npm test: one), 60 orders in which two sources arrive late (3), an import that fails in 13 places (npm test: 5), the process of the directory killed by SIGKILL in 13, the commands of its guide from an empty stack on, a value of 1 GB (npm test: 32 MB), a full LDAP reading cut at 20 places, whole and by pages (npm test: 6); how many pupils a school: PROVE_HEADCOUNT (32)',
    test: [
      'unit',
      'int',
      'drill',
      'test/drills/directory-',
      'test/academy',
      'synchronisation/plans/interruption',
      'synchronisation/deliveries/late-sources',
      'sources/endless-values',
      'synchronisation/academies/read-academies',
      'sources/ldap/academy',
    ],
    env: ({ seed }) => ({ PROVE: '1', ...(seed && { PROVE_SEED: seed }) }),
  },
  provisioning: {
    what: 'a process of provisioning killed by its id at five points of a school’s file and four of a retry of a cause (npm test: one of each); people stated in any order while calls fail, 20 sequences (1); a school year of drawn commands, 20 sequences of 40 (one of 14); the ENT, or our database, put back to yesterday: 1,500 pupils a school (20); 20,000 accounts made, moved and deleted while processes, Redis, connections of PostgreSQL and the ENT are killed, three times at least each, at most 1.05 times the calls of a run without faults, and 100 changes by hand found, and nothing else (never; PROVE_ACCOUNTS=2000 for fewer, --seeds N for other troubles)',
    test: [
      ...[
        'int',
        'drill',
        'test/drills/accounts-at-size',
        'test/kills/(wizard|retries)-killed',
        'apps/provisioning/src/ent-work/any-places',
      ],
      'apps/provisioning/src/ent-comparison/nights-made-whole',
      'apps/provisioning/src/work/any-year',
    ],
    env: ({ runs = 20, seed = randomInt(1e6) }) => ({
      ...{ PROVE: '1', PROVE_SEED: seed, FC_RUNS: runs, FC_SEED: seed },
    }),
  },
  billing: {
    what: 'a process of billing or metering killed at 20 statements of each of eight points behind each commit of theirs, and with a commit too many between any two writes (npm test: two points, one statement each), the real stack killed too; an invoice of 200 lines before all validators (60); the sales journal booked by hledger (never)',
    needs: { hledger: true },
    test: [
      ...[
        'int',
        'scenario',
        'drill',
        'test/kills/billing-kills',
        'test/scenarios/billing-run-killed',
      ],
      ...['apps/billing/test/(e-invoice|corrections)', 'test/drills/journal-by-hledger'],
    ],
    env: ({ seed }) => ({ PROVE: '1', ...(seed && { PROVE_SEED: seed }) }),
  },
  security: {
    what: 'each test of the threat model (test/security), every door with every hostile shape (npm test: a sixtieth), every address of another member by all people of one (a third), PDFs of 20 MB (4)',
    test: ['unit', 'int', 'e2e', 'scenario', 'test/scenarios/members-apart', ...threatModelTests()],
    env: () => ({ PROVE: '1' }),
  },
};

/** The files of tests that the threat model names. */
function threatModelTests() {
  const page = readFileSync(inRoot('test/security/README.md'), 'utf8');
  return [
    ...new Set([...page.matchAll(/`([^`]+)\.(?:[a-z0-9]+-)?spec\.ts`/g)].map(([, path]) => path)),
  ];
}

async function main() {
  const { name, runs, seeds } = asked();
  if (name === undefined) {
    say('npm run prove -- NAME [--runs N] [--seeds N]');
    for (const [one, { what }] of Object.entries(proofs)) say(`  ${one.padEnd(18)} ${what}`);
    return 0;
  }
  const proof = Object.hasOwn(proofs, name) ? proofs[name] : undefined;
  if (!proof) throw new Refusal(`No proof ${name}. Names: ${Object.keys(proofs).join(', ')}`);
  if (proof.needs) await checkMachine({ kafka: false, ...proof.needs });
  for (let seed = 1; seed <= seeds; seed += 1) {
    const env = proof.env({ runs, seed: seeds > 1 ? seed : undefined });
    say(`\n── ${name}, ${JSON.stringify(env)} ──`);
    const status = await runOnce(pinnedNode, [inRoot('deploy/local/test.mjs'), ...proof.test], {
      cwd: root,
      env: {
        ...process.env,
        ...Object.fromEntries(Object.entries(env).map(([k, v]) => [k, String(v)])),
      },
    });
    if (status !== 0) return status;
  }
  return 0;
}

function asked() {
  const options = { runs: { type: 'string' }, seeds: { type: 'string' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const number = (option) => {
    const text = values[option];
    if (text === undefined) return undefined;
    if (!/^[1-9]\d{0,5}$/.test(text)) throw new Refusal(`--${option} takes a number from 1 on`);
    return Number(text);
  };
  return { name: positionals[0], runs: number('runs'), seeds: number('seeds') ?? 1 };
}

const interrupt = () => endRunning();
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
whenNpmIsGone(interrupt);
process.exitCode = await main().catch(explain);
