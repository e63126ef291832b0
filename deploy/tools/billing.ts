import { randomUUID } from 'node:crypto';
import { BillingService, type InvoiceSummary } from '#libs/contracts';
import { formatEuros, plural } from '#libs/money';
import { frenchDate, isLocalDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { fileOf, type Given, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'prices MARCHÉ FICHIER  |  run MARCHÉ --period-ends-on AAAA-MM-JJ  |  failures MARCHÉ  |  retry FACTURE   prix du BPU, projets de facture, numérotations en échec (BIL-2, BIL-5, BIL-9)';

const fileBytesMax = 1_000_000;
const runDeadlineMs = 600_000;

/** `billing prices MARKET FILE`, `billing run MARKET --period-ends-on D`, `billing failures MARKET`, `billing retry INVOICE`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      prices: { operands: 2, run: importPrices },
      run: { operands: 1, options: { 'period-ends-on': { type: 'string' } }, run: runBilling },
      failures: { operands: 1, run: listFailures },
      retry: { operands: 1, run: retryNumbering },
    },
    args,
    `npm run ent -- billing ${usage}`,
  );

async function importPrices(given: Given) {
  const [marketCode = '', path = ''] = given.operands;
  const { content } = await fileOf(path, fileBytesMax);
  const answer = await askService('billing', BillingService, given, (client) =>
    client.importPrices({ marketCode, content, idempotencyKey: randomUUID() }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: [
      answer.changed
        ? `Marché ${marketCode} : ${answer.prices} prix lus et enregistrés.`
        : `Marché ${marketCode} : ${answer.prices} prix lus, tous déjà connus : rien n’a changé.`,
    ],
  };
}

async function runBilling(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const periodEndsOn = given.text('period-ends-on') ?? '';
  if (!isLocalDate(periodEndsOn)) {
    throw new UsageError('--period-ends-on : le premier jour après la période est attendu.');
  }
  const answer = await askService('billing', BillingService, given, (client) =>
    client.runBilling(
      { marketCode, periodEndsOn, idempotencyKey: randomUUID() },
      { deadlineMs: runDeadlineMs },
    ),
  );
  const { memberships, drafted, alreadyThere, withoutLine, failures } = answer;
  return {
    status: failures.length === 0 ? status.ok : status.refused,
    json: answer,
    lines: [
      `Marché ${marketCode}, période close avant le ${frenchDate(localDate(periodEndsOn))} : ${plural(memberships, 'adhésion', 'adhésions')}.`,
      `  ${plural(drafted, 'projet de facture établi', 'projets de facture établis')}, ${alreadyThere} déjà là, ${withoutLine} sans rien à facturer.`,
      ...failures.map(
        ({ membershipId, code, message }) => `  ✗ Adhésion ${membershipId} : ${message} (${code})`,
      ),
      ...(failures.length === 0
        ? []
        : [
            `${plural(failures.length, 'adhésion', 'adhésions')} sans projet : traitez la cause, puis relancez.`,
          ]),
    ],
  };
}

async function listFailures(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.listNumberingFailures({ marketCode }),
  );
  const { failures, total } = answer;
  return {
    status: total === 0 ? status.ok : status.refused,
    json: answer,
    lines:
      total === 0
        ? ['Aucun projet de facture n’attend son numéro après un échec.']
        : [
            ...failures.map(
              ({ invoice, code, detail, failedOn, attempts }) =>
                `  ✗ ${invoice?.invoiceId ?? ''}  ${periodOf(invoice)}  ${formatEuros(invoice?.totalCents ?? 0n)}, ${plural(attempts, 'essai', 'essais')}, le dernier le ${frenchDate(localDate(failedOn))} : ${detail} (${code})`,
            ),
            `${plural(total, 'projet', 'projets')} sans numéro. La cause traitée : npm run ent -- billing retry FACTURE.`,
          ],
  };
}

async function retryNumbering(given: Given) {
  const invoiceId = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.retryNumbering({ invoiceId }),
  );
  const { number = '', issuedOn = '' } = answer.invoice ?? {};
  return {
    status: status.ok,
    json: answer,
    lines: [`Facture ${number}, émise le ${frenchDate(localDate(issuedOn))}.`],
  };
}

const periodOf = (invoice: InvoiceSummary | undefined): string =>
  `${invoice?.period?.startsOn ?? ''} → ${invoice?.period?.endsOn ?? ''}`;
