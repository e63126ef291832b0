import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { formatIban } from '#libs/identifiers';
import { get } from '../api.js';
import type { Agreed } from '../api-types.js';
import { date, period, unitPrice } from '../words.js';
import { DataTable } from './data-table.js';
import { Answer } from './page.js';
import { useAnswer } from './use-answer.js';

const InForce = ({ isInForce }: { isInForce: boolean }) =>
  isInForce ? (
    <Badge small severity="success" noIcon>
      En vigueur
    </Badge>
  ) : null;

/** Prices and account of a market as two persons approved them (BIL-2). */
export function AgreedTerms({ market }: { market: string }) {
  const answer = useAnswer(`agreed ${market}`, () =>
    get<Agreed>('/api/billing/agreements', { marketCode: market }),
  );
  return (
    <Answer of={answer}>
      {({ prices, accounts }) => (
        <>
          <DataTable
            caption="Prix du marché"
            headers={['Article', 'Jours', 'HT par compte et par an', 'TVA', '']}
            numeric={[2, 3]}
            empty="Aucun prix n’est approuvé pour ce marché."
            rows={prices.map((price) => ({
              key: `${price.itemCode} ${price.period.startsOn}`,
              cells: [
                price.label,
                period(price.period),
                <strong key="price">{unitPrice(price.unitPriceTenThousandths)}</strong>,
                `${price.vatBasisPoints / 100}\u00a0%`,
                <InForce key="state" isInForce={price.isInForce} />,
              ],
            }))}
          />
          <DataTable
            caption="Compte bancaire du titulaire"
            headers={['IBAN', 'À partir du', '']}
            empty="Aucun compte n’est approuvé pour ce marché."
            rows={accounts.map(({ iban, effectiveFrom, isInForce }) => ({
              key: effectiveFrom,
              cells: [
                formatIban(iban),
                date(effectiveFrom),
                <InForce key="state" isInForce={isInForce} />,
              ],
            }))}
          />
        </>
      )}
    </Answer>
  );
}
