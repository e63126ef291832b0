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
 * some of what they should count is set aside or no longer read.
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
  const undecided = undecidedIn(answer.waiting);
  return {
    status: isRight && undecided === undefined ? status.ok : status.refused,
    json: answer,
    lines: [
      `${until === '' ? 'Aucun jour compté' : `Jusqu’au ${frenchDate(localDate(until))}, non compris`} ; ${plural(accounts, 'compte', 'comptes')}.`,
      `  jours-comptes mesurés    ${formatCount(meteredAccountDays)}`,
      `  jours-comptes recomptés  ${formatCount(recountedAccountDays)}`,
      `  lieux qui diffèrent      ${formatCount(differences)}`,
      ...waitingLines(answer.waiting),
      ...(isRight
        ? [verdictOf(answer.complete, undecided)]
        : [
            'Les chiffres sont FAUX : ne facturez rien sur eux et prévenez le support de niveau 3.',
          ]),
    ],
  };
}

function verdictOf(complete: boolean, undecided: string | undefined): string {
  if (complete) return 'Les chiffres sont justes et complets.';
  return undecided === undefined
    ? 'Les chiffres sont justes, mais pas encore complets : recomptez dans quelques instants.'
    : `Les chiffres sont justes mais INCOMPLETS : ${undecided}, puis recomptez.`;
}

/** What a person has to decide before more is counted; undefined: nothing, it comes by itself. */
function undecidedIn(waiting: WaitingFacts | undefined): string | undefined {
  if (waiting === undefined) return undefined;
  const { setAside, behind, setAsideAtSource, stopped, stoppedAtSource } = waiting;
  if (stopped + stoppedAtSource > 0) {
    return 'faites reprendre la lecture qui s’est arrêtée (ent positions list)';
  }
  return setAside + behind + setAsideAtSource > 0
    ? 'décidez de ce qui est mis de côté (ent parked list)'
    : undefined;
}

function waitingLines(waiting: WaitingFacts | undefined): string[] {
  if (waiting === undefined) return [];
  const { setAside, behind, unread, memberships, ofNoMembership } = waiting;
  const { setAsideAtSource, stopped, stoppedAtSource } = waiting;
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
    ...(stopped === 0 ? [] : [`  lectures arrêtées        ${formatCount(stopped)} (metering)`]),
    ...(stoppedAtSource === 0
      ? []
      : [`  arrêtées en amont        ${formatCount(stoppedAtSource)} (provisioning)`]),
    ...(unread === 0
      ? []
      : [
          `  faits à lire             ${unread === undefined ? 'nombre inconnu' : formatCount(unread)}`,
        ]),
  ];
}
