import { Accordion } from '@codegouvfr/react-dsfr/Accordion';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { get } from '../../api.js';
import type { Ceilings, MarketShown } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Figure } from '../../parts/page.js';
import { StepPlot } from '../../parts/step-plot.js';
import { useAnswer } from '../../parts/use-answer.js';
import { count, date, perMille } from '../../words.js';
import { GroupPage } from './group-page.js';

/** What the group has ordered against the market's maximum, with its warnings (ORD-6). */
export function CeilingsPage() {
  return (
    <GroupPage
      title="Plafonds du marché"
      lead="Un accord-cadre a un maximum : une commande qui le dépasserait est refusée (code de la commande publique, R2162-4)."
    >
      {(market) => <OfMarket key={market} market={market} />}
    </GroupPage>
  );
}

function OfMarket({ market }: { market: string }) {
  const answer = useAnswer(`ceilings ${market}`, async () => ({
    ...(await get<Ceilings>('/api/coordination/ceilings', { marketCode: market })),
    endsOn: (await get<MarketShown>(`/api/markets/${encodeURIComponent(market)}`)).endsOn,
  }));
  return (
    <Answer of={answer}>
      {({ on, ceilings, endsOn }) =>
        ceilings.length === 0 ? (
          <p>Ce marché n’a encore aucun besoin défini.</p>
        ) : (
          ceilings.map((ceiling) => (
            <OneCeiling key={ceiling.itemCode} ceiling={ceiling} on={on} endsOn={endsOn} />
          ))
        )
      }
    </Answer>
  );
}

type Ceiling = Ceilings['ceilings'][number];

function OneCeiling({ ceiling, on, endsOn }: { ceiling: Ceiling; on: string; endsOn: string }) {
  const { label, groupMaximum, memberMaximum, peak, peakOn, warning, warningPercent } = ceiling;
  const steps = ceiling.steps.map(({ from, ordered }) => ({ from, quantity: ordered }));
  return (
    <section className="fr-mb-6w" data-testid="ceiling">
      <h2 className="fr-h4">{label}</h2>
      {warning && (
        <Alert
          className="fr-mb-2w"
          severity={warningPercent >= 90 ? 'error' : 'warning'}
          title={`${warningPercent} % du maximum sont atteints`}
          description={warning}
        />
      )}
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-2w">
        <Figure
          strong
          label="Commandés aujourd’hui"
          value={count(ceiling.orderedToday)}
          hint={date(on)}
        />
        <Figure
          strong
          label="Au plus haut"
          value={count(peak)}
          hint={peakOn ? `le ${date(peakOn)}, changements prévus compris` : ''}
        />
        <Figure
          strong
          label="Maximum du groupement"
          value={groupMaximum > 0 ? count(groupMaximum) : 'Aucun'}
          {...(groupMaximum > 0 && {
            hint: `${perMille(ceiling.usedPerMille)} utilisés au plus haut`,
          })}
        />
        <Figure
          label="Maximum par membre"
          value={memberMaximum > 0 ? count(memberMaximum) : 'Aucun'}
        />
      </div>
      {on < endsOn && (
        <>
          <StepPlot
            title={`${label} : comptes commandés par le groupement`}
            span={{ startsOn: on, endsOn }}
            today={on}
            series={[
              { label: 'Commandés', steps, look: 'ordered' },
              ...(groupMaximum > 0
                ? [
                    {
                      label: 'Maximum',
                      steps: [{ from: on, quantity: groupMaximum }],
                      look: 'maximum' as const,
                    },
                  ]
                : []),
            ]}
          />
          <Accordion label="Les mêmes chiffres en tableau">
            <DataTable
              caption={`${label}, de date en date`}
              headers={['À partir du', 'Commandés']}
              numeric={[1]}
              rows={steps.map(({ from, quantity }) => ({
                key: from,
                cells: [date(from), count(quantity)],
              }))}
            />
          </Accordion>
        </>
      )}
    </section>
  );
}
