import { divideHalfAwayFromZero, formatEuros, formatVatRate } from '#libs/money';
import type { EInvoice, EInvoiceLine } from './e-invoice.js';
import { fault, type Refusal, tooLong } from './refusal.js';

/** Rates that BR-FR lists, in basis points. */
const vatRates = [0, 90, 105, 175, 210, 550, 700, 850, 920, 960, 1000, 1300, 1960, 2000, 2060];

/** Each line by itself: what no official check computes again. */
export function lineFaults({ lines, period }: EInvoice): Refusal[] {
  return [
    ...fault(lines.length === 0, 'BR-16', 'la facture n’a pas de ligne'),
    ...fault(lines.length > 999_999, 'CPRO-BG-25', 'la facture a plus de 999 999 lignes'),
    ...lines.flatMap((line, index) => faultsOfLine(line, `ligne ${index + 1} : `)),
    ...lines.flatMap((line, index) =>
      fault(
        line.period.start < period.start || line.period.end > period.end,
        'BR-CO-19',
        `ligne ${index + 1} : sa période sort de celle de la facture`,
      ),
    ),
  ];
}

function faultsOfLine(line: EInvoiceLine, where: string): Refusal[] {
  const { name, description, accountDays, unitPrice, baseDays, vatBasisPoints, netCents } = line;
  const divisor = BigInt(Math.max(baseDays, 1)) * 100n;
  const right = divideHalfAwayFromZero(accountDays * unitPrice, divisor);
  return [
    ...fault(name.trim() === '', 'BR-25', `${where}la désignation manque`),
    ...tooLong(description, 1024, 'CPRO-BT-154', `${where}la description`),
    ...fault(accountDays <= 0n, 'BT-129', `${where}la quantité n’est pas positive`),
    ...fault(unitPrice < 0n, 'BR-27', `${where}le prix unitaire est négatif`),
    ...fault(baseDays < 1, 'BT-149', `${where}la base du prix n’est pas positive`),
    ...fault(
      netCents !== right,
      'BT-131',
      `${where}le montant est de ${formatEuros(netCents)}, quantité × prix font ${formatEuros(right)}`,
    ),
    ...fault(
      !vatRates.includes(vatBasisPoints),
      'BR-FR-16',
      `${where}${formatVatRate(vatBasisPoints)} n’est pas un taux de TVA français`,
      'le titulaire propose un prix avec le bon taux, puis le projet est retiré et la période facturée à nouveau',
    ),
  ];
}

/** Totals from the lines, to the cent: official rules let a tax that is off by up to a euro pass. */
export function totalFaults(invoice: EInvoice): Refusal[] {
  const { lines, vatTotals, netCents, vatCents, totalCents, dueCents, isDifference } = invoice;
  const rates = new Set([...lines, ...vatTotals].map(({ vatBasisPoints }) => vatBasisPoints));
  return [
    ...differ('BR-CO-10', 'le total hors taxes', netCents, sum(lines, 'netCents')),
    ...[...rates].flatMap((rate) => {
      const ofRate = lines.filter(({ vatBasisPoints }) => vatBasisPoints === rate);
      const told = vatTotals.filter(({ vatBasisPoints }) => vatBasisPoints === rate);
      const base = sum(ofRate, 'netCents');
      const at = `à ${formatVatRate(rate)}`;
      const tax = divideHalfAwayFromZero(sum(told, 'netCents') * BigInt(rate), 10_000n);
      return [
        ...fault(told.length !== 1, 'BG-23', `la TVA ${at} n’est pas récapitulée une fois`),
        ...differ('BR-S-08', `la base ${at}`, sum(told, 'netCents'), base),
        ...(isDifference && isWithinACent(sum(told, 'vatCents'), tax)
          ? []
          : differ('BR-CO-17', `la TVA ${at}`, sum(told, 'vatCents'), tax)),
      ];
    }),
    ...differ('BR-CO-14', 'le total de TVA', vatCents, sum(vatTotals, 'vatCents')),
    ...differ('BR-CO-15', 'le total toutes taxes comprises', totalCents, netCents + vatCents),
    ...differ('BR-CO-16', 'le net à payer', dueCents, totalCents),
    ...fault(totalCents < 0n, 'NEGATIVE', 'le total est négatif : un avoir est un document à part'),
    ...fault(
      [netCents, vatCents, totalCents].some((amount) => String(amount).length > 18),
      'BR-FR-DEC',
      'un montant dépasse 19 caractères',
    ),
  ];
}

/** As far as the difference of two rounded amounts may lie from the rounded difference. */
const isWithinACent = (told: bigint, right: bigint): boolean =>
  told - right <= 1n && right - told <= 1n;

const sum = <K extends string>(parts: readonly { readonly [key in K]: bigint }[], key: K): bigint =>
  parts.reduce((total, part) => total + part[key], 0n);

const differ = (rule: string, what: string, told: bigint, right: bigint): Refusal[] =>
  fault(
    told !== right,
    rule,
    `${what} est de ${formatEuros(told)} au lieu de ${formatEuros(right)}`,
  );
