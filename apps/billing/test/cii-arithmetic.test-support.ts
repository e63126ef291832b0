/**
 * The calculation rules of EN 16931, from the text of an XML alone: fractions of whole numbers, nothing of what wrote it
 * (BR-CO-10 to BR-CO-17, BR-S-08, BR-DEC, and line = quantity × price ÷ base, which no official rule looks at).
 */
export function faultsOf(xml: string): string[] {
  const lines = all(xml, 'ram:IncludedSupplyChainTradeLineItem').map((line) => ({
    quantity: number(line, 'ram:BilledQuantity'),
    price: number(line, 'ram:ChargeAmount'),
    base: number(line, 'ram:BasisQuantity'),
    rate: one(line, 'ram:RateApplicablePercent'),
    net: cents(line, 'ram:LineTotalAmount'),
  }));
  const header = one(xml, 'ram:ApplicableHeaderTradeSettlement');
  const rates = all(header, 'ram:ApplicableTradeTax').map((total) => ({
    rate: one(total, 'ram:RateApplicablePercent'),
    percent: number(total, 'ram:RateApplicablePercent'),
    net: cents(total, 'ram:BasisAmount'),
    vat: cents(total, 'ram:CalculatedAmount'),
  }));
  const sums = one(header, 'ram:SpecifiedTradeSettlementHeaderMonetarySummation');
  const [net, base, vat, total, due] = [
    ...(['LineTotalAmount', 'TaxBasisTotalAmount', 'TaxTotalAmount'] as const),
    ...(['GrandTotalAmount', 'DuePayableAmount'] as const),
  ].map((name) => cents(sums, `ram:${name}`));
  const rules: Record<string, boolean> = {
    'BR-CO-10': net === added(lines.map((line) => line.net)),
    'BR-CO-13': base === net,
    'BR-CO-14': vat === added(rates.map((rate) => rate.vat)),
    'BR-CO-15': total === base! + vat!,
    'BR-CO-16': due === total,
    'one total per rate':
      new Set(rates.map(({ rate }) => rate)).size === rates.length &&
      lines.every(({ rate }) => rates.some((told) => told.rate === rate)),
  };
  for (const [at, line] of lines.entries()) {
    // round(quantity × price ÷ base, 2), in cents; all at four decimals, so one scale cancels out.
    const [top, bottom] = [line.quantity * line.price * 100n, line.base * scale];
    rules[`line ${at + 1}`] = line.net === (2n * top + bottom) / (2n * bottom);
  }
  for (const { rate, percent, net: told, vat: tax } of rates) {
    const own = lines.filter((line) => line.rate === rate).map((line) => line.net);
    rules[`BR-S-08 ${rate}`] = told === added(own);
    const [top, bottom] = [told * percent, 100n * scale];
    rules[`BR-CO-17 ${rate}`] = tax === (2n * top + bottom) / (2n * bottom);
  }
  return Object.keys(rules).filter((rule) => !rules[rule]);
}

const scale = 10_000n;
const added = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);

const all = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, content = '']) => content,
  );
const one = (xml: string, name: string): string => all(xml, name)[0] ?? '';

/** At four decimals; more is refused. */
function number(xml: string, name: string): bigint {
  const [, whole = '', decimals = ''] = /^(\d+)(?:\.(\d{1,4}))?$/.exec(one(xml, name)) ?? [];
  if (whole === '') throw new Error(`${name} is no number: ${one(xml, name)}`);
  return BigInt(whole) * scale + BigInt(decimals.padEnd(4, '0'));
}

/** BR-DEC: an amount has exactly two of ours. */
function cents(xml: string, name: string): bigint {
  const text = one(xml, name);
  return /^\d+\.\d\d$/.test(text) ? BigInt(text.replace('.', '')) : -1n;
}
