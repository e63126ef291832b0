import { BillingService, type PreviewTotals } from '#libs/contracts';
import { formatEuros, plural } from '#libs/money';
import { frenchDate, isLocalDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

const deadlineMs = 120_000;

/** `--period-ends-on`: the first day after the period. Throws UsageError. */
export function periodEndOf(given: Given): string {
  const periodEndsOn = given.text('period-ends-on') ?? '';
  if (isLocalDate(periodEndsOn)) return periodEndsOn;
  throw new UsageError('--period-ends-on : le premier jour après la période est attendu.');
}

/** What a run would draft now; nothing is written. */
export async function previewBilling(given: Given) {
  const asked = {
    ...{ marketCode: given.operands[0] ?? '', periodEndsOn: periodEndOf(given), limit: 200 },
  };
  const answer = await askService('billing', BillingService, given, (client) =>
    client.previewBilling(asked, { deadlineMs }),
  );
  const { toDraft, alreadyThere, withoutLine, refused, warned, members } = answer;
  return {
    status: (refused?.members ?? 0) === 0 ? status.ok : status.refused,
    json: answer,
    lines: [
      `Marché ${asked.marketCode}, période close avant le ${frenchDate(localDate(asked.periodEndsOn))}, rien n’est écrit :`,
      `  à établir : ${inWords(toDraft)}`,
      `  déjà là : ${inWords(alreadyThere)}`,
      `  sans rien à facturer : ${withoutLine?.members ?? 0} ; refusées : ${refused?.members ?? 0} ; avertissements : ${warned}`,
      ...members.flatMap(({ organisationName, code, message, warnings }) => [
        ...(code === '' ? [] : [`  ✗ ${organisationName} : ${message} (${code})`]),
        ...warnings.map((warning) => `  ! ${organisationName} : ${warning}`),
      ]),
    ],
  };
}

const inWords = (totals: PreviewTotals | undefined): string =>
  `${plural(totals?.members ?? 0, 'membre', 'membres')}, ${formatEuros(totals?.amounts?.totalCents ?? 0n)} TTC (période précédente : ${formatEuros(totals?.before?.totalCents ?? 0n)})`;
