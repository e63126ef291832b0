import { formatIban } from '#libs/identifiers';
import { formatUnitPrice } from '#libs/money';
import { addDays, frenchDate, localDate } from '#libs/time';
import type { Notice } from './notices.js';

type Agreed = {
  readonly proposalId: string;
  readonly approvedOn: string;
  readonly documentId: string;
};
type Price = {
  readonly label: string;
  readonly effectiveFrom: string;
  readonly unitPriceTenThousandths: number;
};
export type Agreement = Agreed &
  (
    | { readonly kind: 'PRICES'; readonly content: readonly Price[] }
    | {
        readonly kind: 'SUPPLIER_ACCOUNT';
        readonly content: { readonly iban: string; readonly effectiveFrom: string };
      }
  );

/** What two persons agreed on, as a member reads it. */
export type AgreementTold = {
  readonly proposalId: string;
  readonly approvedOn: string;
  readonly documentId: string;
  readonly title: string;
  readonly message: string;
};

const daysNew = 60;
const pricesNamed = 10;
const day = (text: string) => frenchDate(localDate(text));

export function agreementTold(agreement: Agreement): AgreementTold {
  const { proposalId, approvedOn, documentId } = agreement;
  const verified = (what: string) => `Le coordinateur ${what} le ${day(approvedOn)}.`;
  if (agreement.kind === 'SUPPLIER_ACCOUNT') {
    const { iban, effectiveFrom } = agreement.content;
    return {
      ...{ proposalId, approvedOn, documentId },
      title: 'Compte bancaire du titulaire',
      message: `Les factures établies à partir du ${day(effectiveFrom)} se paient sur le compte ${formatIban(iban)}. ${verified('l’a vérifié sur le RIB')}`,
    };
  }
  const prices = agreement.content.map(
    ({ label, effectiveFrom, unitPriceTenThousandths: price }) =>
      `${label}, ${formatUnitPrice(BigInt(price))} HT par an à partir du ${day(effectiveFrom)}`,
  );
  const others = prices.length > pricesNamed ? ` ; et ${prices.length - pricesNamed} autres` : '';
  return {
    ...{ proposalId, approvedOn, documentId },
    title: 'Prix du marché',
    message: `${prices.slice(0, pricesNamed).join(' ; ')}${others}. ${verified('les a vérifiés sur le bordereau des prix (BPU)')}`,
  };
}

/** Told on the first page for two months; afterwards in the history. */
export const agreementNotices = (agreements: readonly AgreementTold[], today: string): Notice[] =>
  agreements
    .filter(({ approvedOn }) => localDate(today) < addDays(localDate(approvedOn), daysNew))
    .map(({ proposalId, title, message }) => ({
      ...{ kind: 'MARKET_AGREEMENT', subject: proposalId, title, message },
    }));
