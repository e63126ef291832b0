import { Fragment, useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../../api.js';
import type {
  BillingRunFollowed,
  BillingRunsPage,
  DraftsToSettlePage,
  RunBegun,
} from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { DateField } from '../../parts/fields.js';
import { OfMarket } from '../../parts/market-choice.js';
import { Answer } from '../../parts/page.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useDecide } from '../../parts/use-decide.js';
import { useWatched } from '../../parts/use-watched.js';
import { Link } from '../../router.js';
import { count, date, euros, period, plural } from '../../words.js';
import { GroupPage } from '../group/group-page.js';
import { BilledTotals } from './billed-totals.js';
import { BillingPreview } from './billing-preview.js';
import { InvoicesCheck } from './invoices-check.js';
import { LostDays } from './lost-days.js';
import { NumberingFailures } from './numbering-failures.js';
import { SalesJournal } from './sales-journal.js';
import { SupplierPage } from './supplier-page.js';

const title = 'Facturation';
const lead =
  'Une facturation établit les projets de facture d’une période terminée, membre par membre. Relancée, elle reprend ceux qui manquent ; rien n’est facturé deux fois.';

/** The supplier bills a period and follows it: who has a draft, who waits for something, and why (BIL-5). */
export function BillingPage() {
  return (
    <SupplierPage title={title} lead={lead}>
      <OfMarket>
        {(market) => (
          <Fragment key={market}>
            <Runs market={market} />
            <SalesJournal market={market} />
          </Fragment>
        )}
      </OfMarket>
    </SupplierPage>
  );
}

/** The coordinator's, who may begin a run too. */
export function GroupBillingPage() {
  return (
    <GroupPage title={title} lead={lead}>
      {(market) => <Runs key={market} market={market} />}
    </GroupPage>
  );
}

function Runs({ market }: { market: string }) {
  const [chosen, setChosen] = useState('');
  const [round, setRound] = useState(0);
  const answer = useAnswer(`runs ${market} ${round}`, () =>
    get<BillingRunsPage>('/api/billing/runs', { marketCode: market }),
  );
  const follow = (runId: string) => {
    setChosen(runId);
    setRound(round + 1);
  };
  return (
    <>
      <Decisions
        key={round}
        choices={[
          {
            label: 'Facturer une période',
            form: (giveUp) => <RunForm market={market} giveUp={giveUp} begun={follow} />,
          },
          {
            label: 'Simuler une facturation',
            form: (giveUp) => <BillingPreview market={market} giveUp={giveUp} />,
          },
        ]}
      />
      <DraftsToSettle key={`settle ${round}`} market={market} />
      <NumberingFailures key={`failures ${round}`} market={market} />
      <LostDays market={market} />
      {chosen && <Followed key={`${chosen} ${round}`} runId={chosen} />}
      <Answer of={answer}>
        {({ runs }) => (
          <DataTable
            caption="Périodes facturées"
            headers={['Période', 'Lancée le', 'Projets et factures', 'Suivi']}
            numeric={[2]}
            empty="Aucune période n’est facturée pour le moment."
            rows={runs.map((run) => ({
              key: run.runId,
              cells: [
                period(run.period),
                date(run.requestedOn),
                count(run.invoices),
                <Button
                  key="follow"
                  size="small"
                  priority="secondary"
                  nativeButtonProps={{
                    'aria-label': `Suivre la facturation ${period(run.period)}`,
                  }}
                  onClick={() => setChosen(run.runId)}
                >
                  Suivre
                </Button>,
              ],
            }))}
          />
        )}
      </Answer>
      <BilledTotals key={`totals ${round}`} market={market} />
      <InvoicesCheck market={market} />
    </>
  );
}

/**
 * What stands between drafts and their numbers: contests to answer, data to be mended (BIL-6, BIL-9). Those without a
 * number are counted here and listed below.
 */
function DraftsToSettle({ market }: { market: string }) {
  const answer = useAnswer(`drafts to settle ${market}`, () =>
    get<DraftsToSettlePage>('/api/billing/drafts-to-settle', { marketCode: market }),
  );
  return (
    <Answer of={answer}>
      {({ drafts, total, notNumbered }) =>
        total === 0 ? null : (
          <DataTable
            caption={`Projets de facture à régler avant leur émission : ${count(total)}${
              notNumbered === 0 ? '' : `, dont ${count(notNumbered)} sans numéro`
            }`}
            empty={`${plural(total, 'projet de facture', 'projets de facture')} à régler avant émission, sans numéro : la liste suit.`}
            headers={['Membre', 'Période', 'Montant TTC', 'Pourquoi', 'Projet']}
            numeric={[2]}
            rows={drafts.map(({ invoice, organisationName, answers, refusals }) => ({
              key: invoice.invoiceId,
              cells: [
                organisationName,
                period(invoice.period),
                euros(invoice.totalCents),
                <span key="why" className="cell--text">
                  {[
                    ...(invoice.answer === 'CONTESTED'
                      ? [`Contesté : ${answers.at(-1)?.reason ?? ''}`]
                      : []),
                    ...(refusals.length > 0
                      ? [`Serait refusé : ${refusals.map(({ reason }) => reason).join(' ; ')}.`]
                      : []),
                  ].join(' ')}
                </span>,
                <Link
                  key="draft"
                  href={`/factures/${invoice.invoiceId}`}
                  aria-label={`Ouvrir le projet de ${organisationName}`}
                >
                  Ouvrir
                </Link>,
              ],
            }))}
          />
        )
      }
    </Answer>
  );
}

function RunForm({
  market,
  giveUp,
  begun,
}: {
  market: string;
  giveUp: () => void;
  begun: (runId: string) => void;
}) {
  const [periodEndsOn, setPeriodEndsOn] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const run = () =>
    action.attempt(async () => {
      const asked = { marketCode: market, periodEndsOn };
      const { runId } = await decide<RunBegun>('/api/billing/runs', asked);
      begun(runId);
    });
  return (
    <DecisionForm
      title="Facturer une période"
      submit="Établir les projets de facture"
      {...{ action, giveUp }}
      decide={run}
    >
      <DateField
        field="periodEndsOn"
        label="Premier jour après la période"
        hint="La période doit être terminée : elle se facture à terme échu."
        value={periodEndsOn}
        change={setPeriodEndsOn}
      />
    </DecisionForm>
  );
}

/** Asked again while somebody waits: a run goes on by itself. */
function Followed({ runId }: { runId: string }) {
  const path = `/api/billing/runs/${encodeURIComponent(runId)}`;
  const watched = useWatched(
    `run ${runId}`,
    () => get<BillingRunFollowed>(path),
    ({ waiting }) => waiting > 0,
  );
  const action = useAction();
  const { decide } = useDecide();
  const retry = (membershipId: string) =>
    action.attempt(async () => {
      await decide(`${path}/members/${encodeURIComponent(membershipId)}/retry`, {});
      watched.lookAgain();
    });
  return (
    <section className="fr-mb-4w" data-testid="billing-run">
      <Answer of={watched}>
        {(seen) => (
          <>
            <h2 className="fr-h5">Facturation {period(seen.run?.period)}</h2>
            <p aria-live="polite">
              {plural(seen.drafted, 'projet ou facture', 'projets ou factures')} sur{' '}
              {plural(seen.memberships, 'adhésion', 'adhésions')}
              {seen.waiting > 0 && `, ${count(seen.waiting)} en attente`}
              {seen.withoutLine > 0 && `, ${count(seen.withoutLine)} sans rien à facturer`}
              {seen.withdrawn > 0 && `, ${count(seen.withdrawn)} dont le projet est retiré`}
              {seen.parked > 0 && `, ${count(seen.parked)} de côté`}.
            </p>
            {seen.heldUp && (
              <Alert
                small
                className="fr-mb-2w"
                severity="warning"
                description={`Arrêtée pour l’instant, elle reprendra d’elle-même. ${seen.heldUp}`}
              />
            )}
            {action.problem && <ProblemAlert problem={action.problem} />}
            {seen.failures.length > 0 && (
              <DataTable
                caption="Adhésions de côté : traitez la cause, puis reprenez chacune"
                headers={['Membre', 'Pourquoi', 'Essais', 'Reprendre']}
                numeric={[2]}
                rows={seen.failures.map((one) => ({
                  key: one.membershipId,
                  cells: [
                    one.organisationName,
                    one.message,
                    count(one.attempts),
                    <Button
                      key="retry"
                      size="small"
                      priority="secondary"
                      disabled={action.busy}
                      nativeButtonProps={{ 'aria-label': `Reprendre ${one.organisationName}` }}
                      onClick={() => retry(one.membershipId)}
                    >
                      Reprendre
                    </Button>,
                  ],
                }))}
              />
            )}
          </>
        )}
      </Answer>
    </section>
  );
}
