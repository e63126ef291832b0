import { useState } from 'react';
import { get } from '../../api.js';
import type { BillingPreviewed } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { DecisionForm } from '../../parts/decisions.js';
import { DateField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { count, euros, period, plural } from '../../words.js';

const outcomes: Readonly<Record<string, string>> = {
  TO_DRAFT: 'À établir',
  ALREADY_THERE: 'Déjà là',
  WITHOUT_LINE: 'Rien à facturer',
  REFUSED: 'Serait mise de côté',
};

/** What a run would draft now, beside the period before: whoever bills looks first (BIL-5). */
export function BillingPreview({ market, giveUp }: { market: string; giveUp: () => void }) {
  const [periodEndsOn, setPeriodEndsOn] = useState('');
  const [found, setFound] = useState<BillingPreviewed | null>(null);
  const action = useAction();
  const look = () =>
    action.attempt(async () => {
      setFound(null);
      const asked = { marketCode: market, periodEndsOn };
      setFound(await get<BillingPreviewed>('/api/billing/preview', asked));
    });
  return (
    <>
      <DecisionForm
        title="Simuler une facturation"
        submit="Simuler, sans rien écrire"
        {...{ action, giveUp }}
        decide={look}
      >
        <DateField
          field="periodEndsOn"
          label="Premier jour après la période"
          hint="La période doit être terminée. Rien n’est établi : vous voyez ce que donnerait la facturation aujourd’hui."
          value={periodEndsOn}
          change={setPeriodEndsOn}
        />
      </DecisionForm>
      {found && <Previewed found={found} />}
    </>
  );
}

function Previewed({ found }: { found: BillingPreviewed }) {
  const { toDraft, alreadyThere, withoutLine, refused, members } = found;
  return (
    <section className="fr-mb-4w" data-testid="billing-preview">
      <h3 className="fr-h6">Ce que donnerait la facturation {period(found.period)}</h3>
      <p aria-live="polite">
        {plural(toDraft.members, 'projet', 'projets')} à établir pour{' '}
        {euros(toDraft.amounts.totalCents)} TTC
        {found.periodBefore &&
          ` (les mêmes membres, la période précédente : ${euros(toDraft.before.totalCents)})`}
        , {count(alreadyThere.members)} déjà là, {count(withoutLine.members)} sans rien à facturer,{' '}
        {plural(refused.members, 'serait mise', 'seraient mises')} de côté, {count(found.warned)}{' '}
        avec un avertissement.
      </p>
      <DataTable
        caption="Membres, ceux à regarder d’abord"
        headers={['Membre', 'Issue', 'Montant TTC', 'Période précédente', 'À savoir']}
        numeric={[2, 3]}
        empty="Aucune adhésion n’est en vigueur sur cette période."
        rows={members.map((one) => ({
          key: one.membershipId,
          cells: [
            one.organisationName,
            outcomes[one.outcome] ?? one.outcome,
            euros(one.amounts.totalCents),
            one.before ? euros(one.before.totalCents) : '',
            <span key="why" className="cell--text">
              {[...(one.message ? [one.message] : []), ...one.warnings].join(' ')}
            </span>,
          ],
        }))}
      />
    </section>
  );
}
