import { useState } from 'react';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { get } from '../../api.js';
import type { BillingRunsPage, MarketInvoice, MarketInvoicesPage } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { OfMarket } from '../../parts/market-choice.js';
import { Paged } from '../../parts/paged.js';
import { StateChoice } from '../../parts/state-choice.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { date, period, plural } from '../../words.js';
import { GroupPage } from '../group/group-page.js';
import { counted, invoiceKind } from '../invoice/invoice-words.js';
import { SupplierPage } from './supplier-page.js';

const title = 'Factures du marché';
const lead =
  'Toutes les factures, avec leur état : par membre, par état ou par période. La période la plus récente d’abord.';

export function SuppliedInvoicesPage() {
  return (
    <SupplierPage title={title} lead={lead}>
      <OfMarket>
        {(market) => (
          <MarketInvoices key={market} market={market} members="/api/supplier/members" />
        )}
      </OfMarket>
    </SupplierPage>
  );
}

/** The coordinator's. */
export function GroupInvoicesPage() {
  return (
    <GroupPage title={title} lead={lead}>
      {(market) => (
        <MarketInvoices key={market} market={market} members="/api/coordination/members" />
      )}
    </GroupPage>
  );
}

const states = {
  DRAFT: ['info', 'Projet'],
  CONTESTED: ['warning', 'Projet contesté'],
  WITHDRAWN: ['warning', 'Projet retiré'],
  TO_PAY: ['info', 'À payer'],
  OVERDUE: ['error', 'Échue'],
  PAID: ['success', 'Payée'],
  REJECTED: ['error', 'Rejetée'],
  CREDITED: ['info', 'Annulée par avoir'],
  CREDIT: ['info', 'Avoir'],
} as const;
type State = keyof typeof states;
const wordOf = (state: string) => states[state as State][1];

type Members = {
  readonly members: readonly { membershipId: string; name: string; marketCode: string }[];
};

/** `members`: where the visitor's profile reads them. */
function MarketInvoices({ market, members }: { market: string; members: string }) {
  const [membershipId, setMembershipId] = useState('');
  const [state, setState] = useState('');
  const [periodEndsOn, setPeriodEndsOn] = useState('');
  const asked = { marketCode: market, membershipId, state, periodEndsOn, limit: 50 };
  return (
    <>
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-2w">
        <div className="fr-col-12 fr-col-md-4">
          <MemberChoice {...{ market, members }} value={membershipId} onChange={setMembershipId} />
        </div>
        <div className="fr-col-12 fr-col-md-4">
          <StateChoice
            states={Object.keys(states)}
            inWords={wordOf}
            value={state}
            onChange={setState}
          />
        </div>
        <div className="fr-col-12 fr-col-md-4">
          <PeriodChoice market={market} value={periodEndsOn} onChange={setPeriodEndsOn} />
        </div>
      </div>
      <Paged<MarketInvoicesPage>
        key={JSON.stringify(asked)}
        path="/api/billing/invoices"
        query={asked}
      >
        {({ invoices, total }) => (
          <>
            <p aria-live="polite">{plural(total, 'document', 'documents')}.</p>
            <DataTable
              caption="Factures, avoirs et projets de facture"
              headers={[
                'Membre',
                'Numéro',
                'Document',
                'Période',
                'Émise le',
                'Échéance',
                'Montant HT',
                'Montant TTC',
                'État',
              ]}
              numeric={[6, 7]}
              multiline={[0, 3]}
              empty="Aucune facture ne correspond à ce choix."
              rows={invoices.map(rowOf)}
            />
          </>
        )}
      </Paged>
    </>
  );
}

const rowOf = ({ invoice, organisationName, state }: MarketInvoice) => ({
  key: invoice.invoiceId,
  cells: [
    organisationName,
    <Link
      key="number"
      href={`/factures/${invoice.invoiceId}`}
      aria-label={invoice.number || `Projet de ${organisationName}`}
    >
      {invoice.number || 'Projet'}
    </Link>,
    <>
      {invoiceKind(invoice)}
      {invoice.correctsNumber && (
        <>
          <br />
          <span className="fr-text--xs">sur {invoice.correctsNumber}</span>
        </>
      )}
    </>,
    period(invoice.period),
    date(invoice.issuedOn),
    date(invoice.dueOn),
    counted(invoice, invoice.netCents),
    <strong key="total">{counted(invoice, invoice.totalCents)}</strong>,
    <StateBadge key="state" state={state} />,
  ],
});

function StateBadge({ state }: { state: string }) {
  const [severity, words] = states[state as State];
  return (
    <Badge severity={severity} noIcon small as="span">
      {words}
    </Badge>
  );
}

type Choice = { readonly value: string; readonly onChange: (value: string) => void };

function MemberChoice({
  market,
  members,
  value,
  onChange,
}: Choice & { market: string; members: string }) {
  const answer = useAnswer(members, () => get<Members>(members));
  const known = answer.status === 'READY' ? answer.value.members : [];
  return (
    <Select
      label="Membre"
      nativeSelectProps={{ value, onChange: (event) => onChange(event.target.value) }}
    >
      <option value="">Tous</option>
      {known
        .filter(({ marketCode }) => marketCode === market)
        .map(({ membershipId, name }) => (
          <option key={membershipId} value={membershipId}>
            {name}
          </option>
        ))}
    </Select>
  );
}

function PeriodChoice({ market, value, onChange }: Choice & { market: string }) {
  const answer = useAnswer(`runs ${market}`, () =>
    get<BillingRunsPage>('/api/billing/runs', { marketCode: market }),
  );
  const runs = answer.status === 'READY' ? answer.value.runs : [];
  const ends = [...new Map(runs.map((run) => [run.period.endsOn, run.period]))];
  return (
    <Select
      label="Période"
      nativeSelectProps={{ value, onChange: (event) => onChange(event.target.value) }}
    >
      <option value="">Toutes</option>
      {ends.map(([endsOn, of]) => (
        <option key={endsOn} value={endsOn}>
          {period(of)}
        </option>
      ))}
    </Select>
  );
}
