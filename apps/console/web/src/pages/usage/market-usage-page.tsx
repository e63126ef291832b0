import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../../api.js';
import type { CertificatesChecked, UsageCertified } from '../../api-types.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { DateField } from '../../parts/fields.js';
import { OfMarket } from '../../parts/market-choice.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { count, plural } from '../../words.js';
import { GroupPage } from '../group/group-page.js';
import { SupplierPage } from '../supplier/supplier-page.js';
import { CheckOutcome } from './check-outcome.js';

const title = 'Usage certifié';
const lead =
  'L’usage compté d’une période close est certifié, membre par membre : c’est sur lui qu’une facture à l’usage repose.';

/** The coordinator's way to it. */
export function GroupUsagePage() {
  return (
    <GroupPage title={title} lead={lead}>
      {(market) => <MarketUsage key={market} market={market} />}
    </GroupPage>
  );
}

/** The titulaire's. */
export function SuppliedUsagePage() {
  return (
    <SupplierPage title={title} lead={lead}>
      <OfMarket>{(market) => <MarketUsage key={market} market={market} />}</OfMarket>
    </SupplierPage>
  );
}

/** All members of a market together; each one's certificates are on its own page. */
function MarketUsage({ market }: { market: string }) {
  const [given, setGiven] = useState<UsageCertified | null>(null);
  const [told, setTold] = useState<CertificatesChecked | null>(null);
  const { busy, problem, attempt } = useAction();
  const check = () =>
    attempt(async () =>
      setTold(
        await get<CertificatesChecked>('/api/metering/certificates/check', { marketCode: market }),
      ),
    );
  return (
    <>
      <p>
        Une facturation à l’usage le demande d’elle-même ; vous pouvez le faire avant. Un membre
        dont l’usage n’a pas changé garde son certificat.
      </p>
      <div aria-live="polite">{given && <Given given={given} />}</div>
      <Decisions
        key={`given ${given?.memberships ?? 0}`}
        choices={[
          {
            label: 'Certifier une période',
            form: (giveUp) => <CertifyForm market={market} giveUp={giveUp} done={setGiven} />,
          },
        ]}
      />
      <section className="fr-mt-4w">
        <h2 className="fr-h4">Recompter les certificats</h2>
        <p>
          Chaque certificat est recompté depuis les seuls faits qu’il a comptés, et leur chaîne est
          contrôlée.
        </p>
        <div aria-live="polite">
          {problem && <ProblemAlert problem={problem} />}
          {told && <CheckOutcome told={told} />}
        </div>
        <Button priority="secondary" disabled={busy} onClick={check}>
          {busy ? 'Vérification en cours…' : 'Recompter tous les certificats'}
        </Button>
      </section>
    </>
  );
}

function Given({ given: { memberships, certified, accountDays } }: { given: UsageCertified }) {
  return (
    <Alert
      className="fr-mb-3w"
      severity="success"
      title="Période certifiée"
      description={`${plural(certified, 'certificat établi', 'certificats établis')} pour ${plural(memberships, 'membre', 'membres')} ; les autres gardent le leur. ${count(Number(accountDays))} jours-comptes en tout.`}
    />
  );
}

function CertifyForm({
  market,
  giveUp,
  done,
}: {
  market: string;
  giveUp: () => void;
  done: (given: UsageCertified) => void;
}) {
  const [startsOn, setStartsOn] = useState('');
  const [endsOn, setEndsOn] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const certify = () =>
    action.attempt(async () => {
      const asked = { marketCode: market, period: { startsOn, endsOn } };
      done(await decide<UsageCertified>('/api/metering/certificates', asked));
      giveUp();
    });
  return (
    <DecisionForm
      title="Certifier une période"
      submit="Certifier l’usage compté"
      {...{ action, giveUp }}
      decide={certify}
    >
      <DateField
        field="period.startsOn"
        label="Premier jour de la période"
        value={startsOn}
        change={setStartsOn}
      />
      <DateField
        field="period.endsOn"
        label="Premier jour après la période"
        hint="La période doit être terminée, et tous ses faits comptés."
        value={endsOn}
        change={setEndsOn}
      />
    </DecisionForm>
  );
}
