import { randomUUID } from 'node:crypto';
import { InvoiceCorrectionService } from '#libs/contracts';
import { formatEuros, plural } from '#libs/money';
import { frenchDate, isLocalDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

/** An operator looks: what mends them is proposed and approved by two persons of the supplier's (BIL-8). */
export async function listInvoicesToMend(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const answer = await askService('billing', InvoiceCorrectionService, given, (client) =>
    client.listInvoicesToMend({ marketCode, limit: 200 }),
  );
  const { invoices, total } = answer;
  return {
    status: total === 0 ? status.ok : status.refused,
    json: answer,
    lines:
      total === 0
        ? ['Aucune facture émise n’est à corriger.']
        : [
            ...invoices.flatMap((one) => [
              `  ✗ ${one.invoice?.number ?? ''}  ${one.organisationName}  ${one.invoice?.period?.startsOn ?? ''} → ${one.invoice?.period?.endsOn ?? ''}`,
              one.problem !== ''
                ? `    ${one.problem}`
                : `    facturé ${formatEuros(one.was?.totalCents ?? 0n)}, dû ${formatEuros(one.is?.totalCents ?? 0n)} : écart ${formatEuros(one.difference?.totalCents ?? 0n)} TTC${one.proposal ? ', correction proposée' : ''}`,
            ]),
            `${plural(total, 'facture', 'factures')} à corriger : deux personnes du titulaire en décident, sur la page Corrections.`,
          ],
  };
}

export async function settleInvoice(given: Given) {
  const invoiceId = given.operands[0] ?? '';
  const [paid, rejected] = [given.text('paid'), given.text('rejected')];
  const settledOn = paid ?? rejected ?? '';
  if (!isLocalDate(settledOn) || (paid !== undefined && rejected !== undefined)) {
    throw new UsageError('--paid ou --rejected : le jour du paiement ou du rejet.');
  }
  const reason = given.text('reason') ?? '';
  const asked = { invoiceId, state: paid === undefined ? 'REJECTED' : 'PAID', settledOn, reason };
  const answer = await askService('billing', InvoiceCorrectionService, given, (client) =>
    client.settleInvoice({ ...asked, idempotencyKey: randomUUID() }),
  );
  const { number = '', settlement = '' } = answer.invoice ?? {};
  const word = settlement === 'PAID' ? 'payée' : 'rejetée';
  const lines = [`Facture ${number} : ${word} le ${frenchDate(localDate(settledOn))}.`];
  return { status: status.ok, json: answer, lines };
}
