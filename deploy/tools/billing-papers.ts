import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { BillingService, type YearEnd } from '#libs/contracts';
import { formatEuros, plural } from '#libs/money';
import { addDays, frenchDate, localDate } from '#libs/time';
import { missingTermsInWords } from '#libs/trade';
import { askService } from './ent/ask.js';
import { type Given, pathOf, status, UsageError } from './ent/command.js';

/** As it was issued: the PDF, or its data where the file's name ends with .xml. */
export async function savePaper(given: Given) {
  const invoiceId = given.operands[0] ?? '';
  const out = given.text('out') ?? '';
  if (!/\.(pdf|xml)$/.test(out)) {
    throw new UsageError('--out : un nom de fichier qui finit par .pdf ou .xml est attendu.');
  }
  const { fileName, content } = await askService<
    typeof BillingService,
    { readonly fileName: string; readonly content: Uint8Array }
  >('billing', BillingService, given, (client) =>
    out.endsWith('.xml')
      ? client.getInvoiceXml({ invoiceId })
      : client.getInvoicePdf({ invoiceId }),
  );
  return saved(out, fileName, content);
}

/** Chorus Pro data of a day's invoices, and what they would lack (ADH-1). */
export async function listTerms(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const asked = { marketCode, on: given.text('on') ?? '', lacking: given.isSet('lacking') };
  const answer = await askService('billing', BillingService, given, (client) =>
    client.listBillingTerms(asked),
  );
  const { on, total, terms } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: [
      `${plural(total, 'membre', 'membres')}${asked.lacking ? ' à relancer' : ''}, factures établies le ${frenchDate(localDate(on))}.`,
      ...terms.map(
        ({ organisationName, recipient, missing, rhythm, reminders }) =>
          `  ${organisationName} : SIRET ${recipient?.siret || 'absent'}, service ${recipient?.serviceCode || 'aucun'}, engagement ${recipient?.purchaseOrderNumber || 'aucun'}, ${rhythm === 'YEAR' ? 'une facture par an' : 'une facture par trimestre'}${missing.length > 0 ? ` ; ${missingTermsInWords(missing)}` : ''}${remindedInWords(reminders)}`,
      ),
    ],
  };
}

const remindedInWords = (reminders: readonly { readonly remindedOn: string }[]): string =>
  reminders.length === 0
    ? ''
    : ` ; relancé le ${reminders.map(({ remindedOn }) => frenchDate(localDate(remindedOn))).join(', ')}`;

/** All of a market recounted, with their numbers, papers and chain (BIL-3, BIL-4). */
export async function checkInvoices(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.checkInvoices({ marketCode }),
  );
  const { invoices, drafts, totalCents, violations } = answer;
  return {
    status: violations.length === 0 ? status.ok : status.refused,
    json: answer,
    lines: [
      `${plural(invoices, 'facture', 'factures')} pour ${formatEuros(totalCents)} TTC, ${plural(drafts, 'projet', 'projets')}.`,
      ...(violations.length === 0
        ? ['Tout concorde : numéros, montants recalculés, documents et leur chaîne.']
        : violations.map((violation) => `  ✗ ${violation}`)),
    ],
  };
}

/** What each member provides for at 31 December, and for the next year (BIL-9). */
export async function listYearEnds(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const year = Number(given.text('year') ?? '');
  if (!Number.isInteger(year) || year < 2000) {
    throw new UsageError('--year : une année civile est attendue.');
  }
  const yearEnds = await askService('billing', BillingService, given, async (client) => {
    const found: YearEnd[] = [];
    let cursor = '';
    do {
      const page = await client.listYearEnds({ marketCode, year, cursor, limit: 200 });
      found.push(...page.yearEnds);
      cursor = page.nextCursor;
    } while (cursor !== '');
    return found;
  });
  const [some] = yearEnds;
  const provisional = some?.isProvisional ? ' (provisoire)' : '';
  const atMost = some?.isUpperBound ? ' au plus' : '';
  const sum = (of: (one: YearEnd) => bigint | undefined) =>
    yearEnds.reduce((total, one) => total + (of(one) ?? 0n), 0n);
  return {
    status: status.ok,
    json: { yearEnds },
    lines: [
      `${plural(yearEnds.length, 'membre', 'membres')}. Charges à payer au 31 décembre ${year} : ${formatEuros(sum(({ accrued }) => accrued?.totalCents))} TTC${provisional} ; prévision ${year + 1} : ${formatEuros(sum(({ forecast }) => forecast?.totalCents))} TTC${atMost}.`,
      ...yearEnds.map(
        ({ organisationName, accrued, forecast, accrualLacks, forecastLacks, endsOn }) =>
          `  ${organisationName} : à payer ${accrualLacks ? 'non calculé' : formatEuros(accrued?.totalCents ?? 0n)}, prévision ${formatEuros(forecast?.totalCents ?? 0n)}${lackInWords(accrualLacks ?? forecastLacks)}${endInWords(endsOn, year + 1)}`,
      ),
    ],
  };
}

const lackInWords = (lacks: YearEnd['forecastLacks']): string =>
  lacks === undefined
    ? ''
    : ` (sans prix pour « ${lacks.label} » à partir du ${frenchDate(localDate(lacks.firstDay))})`;

const endInWords = (endsOn: string, year: number): string =>
  endsOn === '' || endsOn > `${year}-12-31`
    ? ''
    : ` (dernier jour de l’adhésion : ${frenchDate(addDays(localDate(endsOn), -1))})`;

/** The sales of a civil year for an accountant (FEC). */
export async function saveJournal(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const year = Number(given.text('year') ?? '');
  if (!Number.isInteger(year) || year < 2000) {
    throw new UsageError('--year : une année civile est attendue.');
  }
  const { fileName, content } = await askService('billing', BillingService, given, (client) =>
    client.exportSalesJournal({ marketCode, year }),
  );
  return saved(given.text('out') ?? fileName, fileName, content);
}

/** A file that is there is not overwritten. */
async function saved(out: string, fileName: string, content: Uint8Array) {
  await writeFile(pathOf(out), content, { flag: 'wx' });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const lines = [`${out} : ${fileName}, SHA-256 ${sha256}`];
  return { status: status.ok, json: { fileName, file: out, sha256 }, lines };
}
