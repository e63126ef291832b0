import { type Given, pathOf, runVerb, status } from './ent/command.js';
import { sayPlan } from './recovery/say-plan.js';
import { readSituation } from './recovery/situation.js';

export const usage =
  'plan [--backup SAUVEGARDE]   après une restauration ou la perte de Kafka : ce qu’il faut faire, ce qui est perdu';

/**
 * How services and Kafka come to agree again: `deploy/README.md`. Like `backup` it works on databases and broker
 * directly, and asks no service and so no login: they are stopped.
 */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    { plan: { operands: 0, options: { backup: { type: 'string' } }, run: plan } },
    args,
    `npm run ent -- recovery ${usage}`,
  );

/** Changes nothing. */
async function plan(given: Given) {
  const named = given.text('backup');
  const backup = named === undefined ? undefined : pathOf(named);
  const { plan, lost, absent, running, digest } = await readSituation(backup);
  const isWhole = plan.steps.length === 0 && absent.length === 0;
  return {
    status: isWhole ? status.ok : status.refused,
    json: {
      digest,
      absent,
      running,
      forgetful: plan.forgetful,
      steps: plan.steps,
      lost: lost.facts,
    },
    lines: sayPlan({ plan, lost: lost.facts, absent, running, digest, backup }),
  };
}
