import { MeteringService, type WaitingFacts } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, runOnly, status } from './ent/command.js';

export const usage =
  '[ADHÉSION]   recompte l’usage depuis les faits des comptes, et compare (MTR-2)';

const recountDeadlineMs = 600_000;

/**
 * The proof that the metered figures are right: `recount`, `recount MEMBERSHIP-ID`. Fails where they differ, and where
 * some of what they should count is set aside.
 */
export const run = (args: string[]): Promise<number> =>
  runOnly({ operands: [0, 1], run: recount }, args, `npm run ent -- recount ${usage}`);

async function recount(given: Given) {
  const [membershipId = ''] = given.operands;
  const answer = await askService('metering', MeteringService, given, (client) =>
    client.recountUsage({ membershipId }, { deadlineMs: recountDeadlineMs }),
  );
  const { until, accounts, meteredAccountDays, recountedAccountDays, differences } = answer;
  const isRight = differences === 0 && meteredAccountDays === recountedAccountDays;
  const needsPerson = setAsideOf(answer.waiting) > 0;
  return {
    status: isRight && !needsPerson ? status.ok : status.refused,
    json: answer,
    lines: [
      `${until === '' ? 'Aucun jour compté' : `Jusqu’au ${frenchDate(localDate(until))}, non compris`} ; ${plural(accounts, 'compte', 'comptes')}.`,
      `  jours-comptes mesurés    ${formatCount(meteredAccountDays)}`,
      `  jours-comptes recomptés  ${formatCount(recountedAccountDays)}`,
      `  lieux qui diffèrent      ${formatCount(differences)}`,
      ...waitingLines(answer.waiting),
      ...(isRight
        ? [verdictOf(answer.complete, needsPerson)]
        : [
            'Les chiffres sont FAUX : ne facturez rien sur eux et prévenez le support de niveau 3.',
          ]),
    ],
  };
}

function verdictOf(complete: boolean, needsPerson: boolean): string {
  if (complete) return 'Les chiffres sont justes et complets.';
  return needsPerson
    ? 'Les chiffres sont justes mais INCOMPLETS : décidez de ce qui est mis de côté (ent parked list), puis recomptez.'
    : 'Les chiffres sont justes, mais pas encore complets : recomptez dans quelques instants.';
}

const setAsideOf = (waiting: WaitingFacts | undefined): number =>
  waiting === undefined ? 0 : waiting.setAside + waiting.behind + waiting.setAsideAtSource;

function waitingLines(waiting: WaitingFacts | undefined): string[] {
  if (waiting === undefined) return [];
  const { setAside, behind, unread, memberships, ofNoMembership, setAsideAtSource } = waiting;
  return [
    ...(setAside + behind === 0
      ? []
      : [
          `  faits mis de côté        ${formatCount(setAside)}, et ${formatCount(behind)} derrière eux`,
          ...memberships.map(
            ({ membershipId, facts }) => `    adhésion ${membershipId} : ${formatCount(facts)}`,
          ),
          ...(ofNoMembership === 0
            ? []
            : [`    sans adhésion connue : ${formatCount(ofNoMembership)}`]),
        ]),
    ...(setAsideAtSource === 0
      ? []
      : [`  mis de côté en amont     ${formatCount(setAsideAtSource)} (provisioning)`]),
    ...(unread === 0
      ? []
      : [
          `  faits à lire             ${unread === undefined ? 'nombre inconnu' : formatCount(unread)}`,
        ]),
  ];
}
