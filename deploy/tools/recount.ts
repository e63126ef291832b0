import { MeteringService } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, runOnly, status } from './ent/command.js';

export const usage =
  '[ADHÉSION]   recompte l’usage depuis les faits des comptes, et compare (MTR-2)';

const recountDeadlineMs = 600_000;

/** The proof that the metered figures are right: `recount`, `recount MEMBERSHIP-ID`. Fails where they differ. */
export const run = (args: string[]): Promise<number> =>
  runOnly({ operands: [0, 1], run: recount }, args, `npm run ent -- recount ${usage}`);

async function recount(given: Given) {
  const [membershipId = ''] = given.operands;
  const answer = await askService('metering', MeteringService, given, (client) =>
    client.recountUsage({ membershipId }, { deadlineMs: recountDeadlineMs }),
  );
  const { until, accounts, meteredAccountDays, recountedAccountDays, differences } = answer;
  const isRight = differences === 0 && meteredAccountDays === recountedAccountDays;
  return {
    status: isRight ? status.ok : status.refused,
    json: answer,
    lines: [
      `${until === '' ? 'Aucun jour compté' : `Jusqu’au ${frenchDate(localDate(until))}, non compris`} ; ${plural(accounts, 'compte', 'comptes')}.`,
      `  jours-comptes mesurés    ${formatCount(meteredAccountDays)}`,
      `  jours-comptes recomptés  ${formatCount(recountedAccountDays)}`,
      `  lieux qui diffèrent      ${formatCount(differences)}`,
      isRight
        ? 'Les chiffres sont justes.'
        : 'Les chiffres sont FAUX : ne facturez rien sur eux et prévenez le support de niveau 3.',
    ],
  };
}
