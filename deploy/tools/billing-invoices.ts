import { type BilledTotals, BillingService, type MarketInvoice } from '#libs/contracts';
import { formatEuros, plural } from '#libs/money';
import { frenchDate, isLocalDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

const states = {
  DRAFT: 'projet',
  CONTESTED: 'projet contesté',
  WITHDRAWN: 'projet retiré',
  TO_PAY: 'à payer',
  OVERDUE: 'échue',
  PAID: 'payée',
  REJECTED: 'rejetée',
  CREDITED: 'annulée par un avoir',
  CREDIT: 'avoir',
} as const;

/** All invoices of a market, or of a member, a state or a period of it. */
export async function listInvoices(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const asked = {
    ...{ marketCode, membershipId: given.text('member') ?? '', state: stateOf(given) },
    ...{ periodEndsOn: dayOf(given, 'period-ends-on'), limit: 200 },
  };
  const invoices = await askService('billing', BillingService, given, async (client) => {
    const found: MarketInvoice[] = [];
    let cursor = '';
    do {
      const page = await client.listMarketInvoices({ ...asked, cursor });
      found.push(...page.invoices);
      cursor = page.nextCursor;
    } while (cursor !== '');
    return found;
  });
  return {
    status: status.ok,
    json: { invoices },
    lines: [
      `${plural(invoices.length, 'facture ou projet', 'factures et projets')}.`,
      ...invoices.map(
        ({ invoice, organisationName, state }) =>
          `  ${invoice?.number || invoice?.invoiceId || ''}  ${organisationName}  ${invoice?.period?.startsOn ?? ''} → ${invoice?.period?.endsOn ?? ''}  ${formatEuros(invoice?.totalCents ?? 0n)} TTC, ${inWords(state)}${invoice?.dueOn ? `, échéance ${frenchDate(localDate(invoice.dueOn))}` : ''}`,
      ),
    ],
  };
}

const inWords = (state: string): string => states[state as keyof typeof states] ?? state;

function stateOf(given: Given): string {
  const state = given.text('state') ?? '';
  if (state === '' || Object.hasOwn(states, state)) return state;
  throw new UsageError(`--state : ${Object.keys(states).join(', ')}.`);
}

function dayOf(given: Given, option: string): string {
  const day = given.text(option) ?? '';
  if (day === '' || isLocalDate(day)) return day;
  throw new UsageError(`--${option} : un jour est attendu (AAAA-MM-JJ).`);
}

/** What they come to, period by period. */
export async function showTotals(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.getBilledTotals({ marketCode }),
  );
  const { periods, all, on } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: [
      `Marché ${marketCode}, au ${frenchDate(localDate(on))} :`,
      ...periods.flatMap((one) => [
        `  ${one.period?.startsOn ?? ''} → ${one.period?.endsOn ?? ''} : ${sumsInWords(one)}`,
      ]),
      `  En tout : ${all ? sumsInWords(all) : 'rien'}`,
    ],
  };
}

const sumsInWords = (sums: BilledTotals): string =>
  [
    `facturé ${formatEuros(sums.issued?.totalCents ?? 0n)} TTC, avoirs déduits (${plural(sums.invoices, 'facture', 'factures')}, ${plural(sums.creditNotes, 'avoir', 'avoirs')})`,
    `payé ${formatEuros(sums.paidCents)}`,
    `à payer ${formatEuros(sums.toPayCents)} dont échu ${formatEuros(sums.overdueCents)}`,
    `rejeté ${formatEuros(sums.rejectedCents)}`,
    `à rendre ${formatEuros(sums.toGiveBackCents)}`,
    `en projet ${formatEuros(sums.draftsCents)} (${plural(sums.drafts, 'projet', 'projets')}, ${plural(sums.contested, 'contesté', 'contestés')})`,
  ].join(' ; ');

/** Why this amount, in ten lines at most (BIL-7). */
export async function explainInvoice(given: Given) {
  const invoiceId = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.explainInvoice({ invoiceId }),
  );
  return { status: status.ok, json: answer, lines: answer.inShort };
}

/** One invoice calculated again from what it rests on (BIL-3, BIL-7). */
export async function replayInvoice(given: Given) {
  const invoiceId = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.replayInvoice({ invoiceId }),
  );
  const { holds, sentences, violations } = answer;
  return {
    status: holds ? status.ok : status.refused,
    json: answer,
    lines: [...sentences, ...violations.map((violation) => `  ✗ ${violation}`)],
  };
}
