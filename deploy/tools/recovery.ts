import { createInterface } from 'node:readline/promises';
import { serviceNames } from '#libs/contracts';
import { plural } from '#libs/money';
import { defineProblem } from '#libs/problems';
import { backupFolder } from './backup/kept-backups.js';
import { withoutRestores } from './backup/restore-database.js';
import { databaseOf } from './backup/service-database.js';
import { type Given, runVerb, status, UsageError } from './ent/command.js';
import { carryOut } from './recovery/carry-out.js';
import { checkRecovery } from './recovery/check-recovery.js';
import { membershipNames } from './recovery/membership-names.js';
import { sayNext, sayPlan } from './recovery/say-plan.js';
import { logAddress, readSituation } from './recovery/situation.js';

export const usage =
  'plan [--backup SAUVEGARDE]  |  run EMPREINTE MOTIF [--yes]  |  check   après une restauration ou la perte de Kafka : ce qu’il faut faire, ce qui est perdu ; le faire ; si tout s’accorde';

class PlanChanged extends defineProblem('PLAN_CHANGED', 'conflict') {}
class RestoreFirst extends defineProblem('RESTORE_FIRST', 'conflict') {}
class ServicesRun extends defineProblem('SERVICE_RUNS', 'conflict') {}

/**
 * How services and Kafka come to agree again: `deploy/README.md`. Like `backup` it works on databases and broker
 * directly, and asks no service and so no login: they are stopped.
 */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      plan: { operands: 0, options: { backup: { type: 'string' } }, run: plan },
      check: { operands: 0, run: check },
      run: { operands: 2, options: { yes: { type: 'boolean' } }, run: carryOutPlan },
    },
    args,
    `npm run ent -- recovery ${usage}`,
  );

/** Changes nothing. */
async function plan(given: Given) {
  const named = given.text('backup');
  const backup = named === undefined ? undefined : backupFolder(named);
  const { plan, lost, absent, running, digest } = await readSituation(backup);
  const { forgetful, steps, afterwards } = plan;
  const ids = [...new Set(lost.flatMap(({ memberships }) => memberships))];
  const names = absent.includes('membership')
    ? new Map<string, string>()
    : await membershipNames(databaseOf('membership'), ids);
  return {
    status: steps.length === 0 && absent.length === 0 ? status.ok : status.refused,
    json: { digest, absent, running, forgetful, steps, afterwards, lost },
    lines: sayPlan({ plan, lost, absent, running, digest, backup, names }),
  };
}

/** Only the plan that was read: what has changed since makes another. Of two at once one is refused. */
async function carryOutPlan(given: Given) {
  const [wanted = '', reason = ''] = given.operands;
  if (reason.trim() === '') throw new UsageError('Donnez un motif : il est journalisé.');
  if (!given.isSet('yes')) await confirm((await planToRun(wanted)).plan.steps.length);
  const { digest, plan } = await withoutRestores(serviceNames.map(databaseOf), async () => {
    const situation = await planToRun(wanted);
    await carryOut({ ...situation, reason, address: logAddress(), say: progress });
    return situation;
  });
  return {
    status: status.ok,
    json: { digest, steps: plan.steps, afterwards: plan.afterwards },
    lines: [
      `${plural(plan.steps.length, 'étape faite', 'étapes faites')}. Ensuite :`,
      ...sayNext(plan.afterwards),
    ],
  };
}

/** Throws ServicesRun, RestoreFirst, PlanChanged. */
async function planToRun(wanted: string) {
  const situation = await readSituation(undefined);
  const { plan, absent, running, digest } = situation;
  if (running.length > 0) {
    throw new ServicesRun(
      `${running.join(', ')} : en marche ; rien n’a été changé. Arrêtez-les : npm run ent -- services stop`,
    );
  }
  if (absent.length > 0 || plan.steps.some((step) => step.do === 'restore')) {
    throw new RestoreFirst('Il faut d’abord restaurer : npm run ent -- recovery plan dit quoi.');
  }
  if (digest !== wanted) {
    throw new PlanChanged(
      'L’état n’est plus celui de ce plan : rien n’a été changé. Relisez : npm run ent -- recovery plan',
    );
  }
  return situation;
}

/** Status 0 only where all holds; what waits for services that are stopped does not. */
async function check() {
  const situation = await readSituation(undefined);
  const { faults, remarks } = await checkRecovery(situation);
  return {
    status: faults.length === 0 ? status.ok : status.refused,
    json: { faults, remarks, afterwards: situation.plan.afterwards },
    lines: [
      ...(faults.length === 0
        ? ['Chaque service est où en sont ceux qu’il lit, et les copies sont les mêmes.']
        : [
            'Cela ne s’accorde pas encore (après un démarrage, laissez lire, puis recommencez) :',
            ...faults.map(({ service, word }) => `  ${service} : ${word}`),
          ]),
      ...(remarks.length === 0
        ? []
        : [
            'Rien à reprendre pour cela, mais à décider :',
            ...remarks.map(({ service, word }) => `  ${service} : ${word}`),
          ]),
      'À comparer aussi, services démarrés :',
      '  npm run ent -- audit verify ; npm run ent -- ledger verify MARCHÉ ; npm run ent -- recount',
    ],
  };
}

async function confirm(steps: number): Promise<void> {
  if (!process.stdin.isTTY) throw new UsageError('Sans clavier, confirmez par --yes.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    `${plural(steps, 'étape va', 'étapes vont')} changer les bases. Tapez OUI pour continuer : `,
  );
  lines.close();
  if (answer.trim() !== 'OUI') throw new UsageError('Rien n’a été changé.');
}

/** Apart from the answer, which a script may read. */
const progress = (line: string) => void process.stderr.write(`${line}\n`);
