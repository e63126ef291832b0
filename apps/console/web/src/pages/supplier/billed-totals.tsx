import { get } from '../../api.js';
import type { BilledTotalsSeen } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Figure } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { count, date, euros, period, plural } from '../../words.js';

type Totals = BilledTotalsSeen['all'];

/** What the market was invoiced, and what became of it, period by period. */
export function BilledTotals({ market }: { market: string }) {
  const answer = useAnswer(`billed totals ${market}`, () =>
    get<BilledTotalsSeen>('/api/billing/totals', { marketCode: market }),
  );
  return (
    <section className="fr-mt-4w" data-testid="billed-totals">
      <h2 className="fr-h4">Totaux du marché</h2>
      <Answer of={answer}>
        {({ periods, all, on }) => (
          <>
            <div className="fr-grid-row fr-grid-row--gutters fr-mb-3w">
              <Figure
                strong
                label="Facturé TTC, avoirs déduits"
                value={euros(all.issued.totalCents)}
                hint={`${plural(all.invoices, 'facture', 'factures')}, ${plural(all.creditNotes, 'avoir', 'avoirs')}`}
              />
              <Figure label="Payé" value={euros(all.paidCents)} />
              <Figure label="À payer" value={euros(all.toPayCents)} hint={overdueOf(all, on)} />
              <Figure
                label="En projet"
                value={euros(all.draftsCents)}
                hint={`${plural(all.drafts, 'projet', 'projets')}, ${plural(all.contested, 'contesté', 'contestés')}`}
              />
            </div>
            <DataTable
              caption="Période par période, TTC"
              headers={[
                'Période',
                'Projets',
                'Factures',
                'Avoirs',
                'Facturé',
                'Payé',
                'À payer',
                'dont échu',
                'Rejeté',
                'À rendre',
              ]}
              numeric={[1, 2, 3, 4, 5, 6, 7, 8, 9]}
              multiline={[0]}
              empty="Rien n’est facturé pour le moment."
              rows={periods.map((one) => ({
                key: `${one.period?.startsOn} ${one.period?.endsOn}`,
                cells: [
                  period(one.period),
                  count(one.drafts),
                  count(one.invoices),
                  count(one.creditNotes),
                  <strong key="issued">{euros(one.issued.totalCents)}</strong>,
                  euros(one.paidCents),
                  euros(one.toPayCents),
                  euros(one.overdueCents),
                  euros(one.rejectedCents),
                  euros(one.toGiveBackCents),
                ],
              }))}
            />
            <p className="fr-text--sm">
              Facturé = payé + à payer + rejeté − à rendre (avoirs sur des factures payées).
            </p>
          </>
        )}
      </Answer>
    </section>
  );
}

const overdueOf = ({ overdue, overdueCents }: Totals, on: string): string =>
  overdue === 0
    ? `rien d’échu au ${date(on)}`
    : `dont ${euros(overdueCents)} échus au ${date(on)} (${plural(overdue, 'facture', 'factures')})`;
