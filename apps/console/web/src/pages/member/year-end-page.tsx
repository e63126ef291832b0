import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { get } from '../../api.js';
import type { YearEnd } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useSession } from '../../session-context.js';
import { date, euros, lastDay, period } from '../../words.js';
import { MemberPages } from './member-page.js';

/** What finance provides for at 31 December, and for the next budget (BIL-9). */
export function YearEndPage({ membershipId }: { membershipId: string }) {
  const { today } = useSession();
  const newest = Number((today ?? new Date().toISOString()).slice(0, 4));
  const [year, setYear] = useState(newest);
  const answer = useAnswer(`year end ${membershipId} ${year}`, () =>
    get<YearEnd>(`/api/memberships/${encodeURIComponent(membershipId)}/year-end`, { year }),
  );
  const name = answer.status === 'READY' ? answer.value.organisationName : '';
  return (
    <Page
      title={name ? `Fin d’exercice — ${name}` : 'Fin d’exercice'}
      crumbs={[{ label: name || 'Collectivité', href: `/collectivite/${membershipId}` }]}
      lead="Les charges à rattacher à l’exercice qui finit, et ce que le budget suivant doit prévoir, calculés comme les factures."
    >
      <MemberPages membershipId={membershipId} />
      <Select
        label="Exercice"
        nativeSelectProps={{
          value: String(year),
          onChange: ({ target }) => setYear(Number(target.value)),
        }}
      >
        {[newest, newest - 1, newest - 2].map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
      <Answer of={answer}>
        {(told) => (
          <>
            <Accrued told={told} />
            <Forecast told={told} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Accrued({ told }: { told: YearEnd }) {
  const { year, accrued, periods, accrualLacks, isProvisional } = told;
  return (
    <section className="fr-mb-4w" data-testid="accrued">
      <h2 className="fr-h4">Charges à payer au 31 décembre {year}</h2>
      {accrualLacks ? (
        <LackingPrice
          lacks={accrualLacks}
          effect="tant qu’aucun n’est approuvé, les charges de cet exercice ne peuvent pas être calculées"
        />
      ) : (
        <p>
          <strong>{euros(accrued.totalCents)} TTC</strong> ({euros(accrued.netCents)} HT et{' '}
          {euros(accrued.vatCents)} de TVA) : le service rendu jusqu’au 31 décembre, dont la facture
          n’était pas émise ce jour-là. Un projet de facture n’est pas une facture.
        </p>
      )}
      {!accrualLacks && (
        <>
          {isProvisional && (
            <p className="fr-text--sm">
              Chiffre provisoire : l’exercice n’est pas terminé, une commande ou une facture peut
              encore le changer.
            </p>
          )}
          <DataTable
            caption="Période par période"
            headers={['Période', 'Dû HT', 'Facturé HT', 'À rattacher HT', 'À rattacher TTC']}
            numeric={[1, 2, 3, 4]}
            empty="Tout ce qui est dû est facturé."
            rows={periods.map((one) => ({
              key: one.period.startsOn,
              cells: [
                <ExplainedPeriod key="period" {...one} />,
                euros(one.owed.netCents),
                euros(one.invoiced.netCents),
                <strong key="net">{euros(one.accrued.netCents)}</strong>,
                euros(one.accrued.totalCents),
              ],
            }))}
          />
        </>
      )}
    </section>
  );
}

function Forecast({ told }: { told: YearEnd }) {
  const { forecastYear, forecast, forecastPeriods, forecastLacks, isUpperBound, endsOn } = told;
  return (
    <section className="fr-mb-4w" data-testid="forecast">
      <h2 className="fr-h4">Prévision pour {forecastYear}</h2>
      <p>
        <strong>{euros(forecast.totalCents)} TTC</strong> ({euros(forecast.netCents)} HT et{' '}
        {euros(forecast.vatCents)} de TVA) :{' '}
        {isUpperBound && 'au plus, aux arrondis de chaque ligne près, '}d’après l’engagement, les
        commandes signées, celles à venir comprises, et les prix approuvés à ce jour.
      </p>
      {endsOn !== '' && endsOn < `${forecastYear + 1}-01-01` && (
        <p className="fr-text--sm">
          L’adhésion prend fin : son dernier jour est le {lastDay(endsOn)}, rien n’est compté
          ensuite.
        </p>
      )}
      {forecastLacks && (
        <LackingPrice
          lacks={forecastLacks}
          effect="la prévision s’arrête la veille, rien n’est compté ensuite"
        />
      )}
      <DataTable
        caption="Période par période"
        headers={['Période', 'Montant HT', 'TVA', 'Montant TTC']}
        numeric={[1, 2, 3]}
        empty="Aucun jour de cette année n’est à facturer, ou aucun n’a de prix."
        rows={forecastPeriods.map((one) => ({
          key: one.period.startsOn,
          cells: [
            <ExplainedPeriod key="period" {...one} />,
            euros(one.amounts.netCents),
            euros(one.amounts.vatCents),
            <strong key="total">{euros(one.amounts.totalCents)}</strong>,
          ],
        }))}
      />
    </section>
  );
}

function ExplainedPeriod(one: Pick<YearEnd['periods'][number], 'period' | 'lines'>) {
  return (
    <span className="cell--text">
      {period(one.period)}
      {one.lines.map((line) => (
        <span key={line} className="fr-text--xs">
          <br />
          {line}
        </span>
      ))}
    </span>
  );
}

function LackingPrice({
  lacks,
  effect,
}: {
  lacks: NonNullable<YearEnd['forecastLacks']>;
  /** What does not follow from it. */
  effect: string;
}) {
  return (
    <Alert
      small
      className="fr-mb-2w"
      severity="warning"
      description={`Le bordereau ne donne pas de prix pour « ${lacks.label} » à partir du ${date(lacks.firstDay)} : ${effect}.`}
    />
  );
}
