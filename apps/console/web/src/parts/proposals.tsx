import type { ReactNode } from 'react';
import { formatIban } from '#libs/identifiers';
import type { Proposal, ProposalsPage } from '../api-types.js';
import { Link } from '../router.js';
import { date, unitPrice } from '../words.js';
import { DataTable } from './data-table.js';
import { Paged } from './paged.js';

export const proposalPath = (proposalId: string, what = '') =>
  `/api/billing/proposals/${encodeURIComponent(proposalId)}${what}`;

export const proposalSubject = ({ kind }: Proposal) =>
  kind === 'PRICES' ? 'Prix du marché' : 'Compte bancaire';

const states: Record<string, string> = {
  OPEN: 'À vérifier par le coordinateur',
  APPROVED: 'Approuvée',
  REJECTED: 'Rejetée',
  WITHDRAWN: 'Retirée',
  EXPIRED: 'Expirée sans décision',
};
export const proposalState = ({ state }: Proposal) => states[state] ?? state;

/** What the supplier proposed for a market and what became of it; `act`: what may be done with each. */
export function Proposals({
  market,
  act,
}: {
  market: string;
  act: (proposal: Proposal, reload: () => void) => ReactNode;
}) {
  return (
    <Paged<ProposalsPage>
      key={market}
      path="/api/billing/proposals"
      query={{ marketCode: market, limit: 50 }}
    >
      {({ proposals }, reload) => (
        <DataTable
          caption="Propositions, la plus récente d’abord"
          headers={['Proposé le', 'Sujet', 'État', 'Motif', 'Pièce', '']}
          empty="Aucune proposition pour ce marché."
          rows={proposals.map((proposal) => ({
            key: proposal.proposalId,
            cells: [
              date(proposal.proposedOn),
              proposalSubject(proposal),
              <>
                {proposalState(proposal)}
                <br />
                <span className="fr-text--xs">
                  {proposal.state === 'OPEN'
                    ? `avant le ${date(proposal.expiresOn)}`
                    : proposal.decidedOn && `le ${date(proposal.decidedOn)}`}
                </span>
              </>,
              <span key="reason" className="cell--text">
                {proposal.reason}
              </span>,
              <PaperLink key="paper" proposal={proposal} />,
              act(proposal, reload),
            ],
          }))}
        />
      )}
    </Paged>
  );
}

export function PaperLink({ proposal }: { proposal: Proposal }) {
  const { kind, documentId, proposedOn } = proposal;
  const paper = kind === 'PRICES' ? 'BPU' : 'RIB';
  return (
    <Link
      href={`/api/documents/${documentId}/content`}
      aria-label={`${paper} de la proposition du ${date(proposedOn)}`}
    >
      {paper}
    </Link>
  );
}

/** Each new price beside what its day costs otherwise. */
export function PriceChanges({ changes }: { changes: Proposal['prices'] }) {
  return (
    <DataTable
      caption="Ce qui change"
      headers={['Article', 'À partir du', 'Avant, HT par an', 'Proposé, HT par an', 'TVA']}
      numeric={[2, 3, 4]}
      empty="Ce fichier ne change aucun prix."
      rows={changes.map((change) => ({
        key: `${change.itemCode} ${change.effectiveFrom}`,
        cells: [
          change.label,
          date(change.effectiveFrom),
          change.before ? unitPrice(change.before.unitPriceTenThousandths) : 'aucun',
          <strong key="price">{unitPrice(change.unitPriceTenThousandths)}</strong>,
          `${change.vatBasisPoints / 100}\u00a0%`,
        ],
      }))}
    />
  );
}

/** A revision as it was calculated: indices and result are what the coordinator verifies. */
export function AppliedRevision({ applied }: { applied: NonNullable<Proposal['revision']> }) {
  const { revision, factor, basePrices } = applied;
  return (
    <>
      <DataTable
        caption={`Révision par formule, à partir du ${date(revision.effectiveFrom)}`}
        headers={['Indice', 'Coefficient', 'Valeur de base', 'Dernière valeur']}
        numeric={[1]}
        rows={revision.terms.map((term) => ({
          key: term.index,
          cells: [
            term.index,
            term.coefficient,
            <IndexShown key="base" value={term.base} />,
            <IndexShown key="current" value={term.current} />,
          ],
        }))}
      />
      <p>
        Part fixe {revision.constant} ; prix de base du {date(revision.baseOn)} :{' '}
        {basePrices
          .map((one) => `${one.label} ${unitPrice(one.unitPriceTenThousandths)}`)
          .join(', ')}
        . Coefficient de révision <strong>{factor.replace('.', ',')}</strong>
        {revision.roundsFactor && ' (arrondi à quatre décimales, comme le veut la clause)'}, prix
        arrondis à quatre décimales.
      </p>
    </>
  );
}

function IndexShown({ value: { value, on, source } }: { value: IndexValue }) {
  return (
    <span className="cell--text">
      <strong>{value}</strong>, du {date(on)}
      <br />
      <span className="fr-text--xs">{source}</span>
    </span>
  );
}
type IndexValue = NonNullable<Proposal['revision']>['revision']['terms'][number]['base'];

export function AccountChange({ account }: { account: NonNullable<Proposal['account']> }) {
  const { iban, effectiveFrom, ibanBefore, ibanOfMarket } = account;
  return (
    <dl className="facts fr-mb-3w">
      <dt>IBAN proposé</dt>
      <dd>
        <strong>{formatIban(iban)}</strong>
      </dd>
      <dt>À partir du</dt>
      <dd>{date(effectiveFrom)}</dd>
      <dt>En vigueur à cette date</dt>
      <dd>{ibanBefore ? formatIban(ibanBefore) : 'aucun'}</dd>
      <dt>Écrit au marché</dt>
      <dd>{ibanOfMarket ? formatIban(ibanOfMarket) : 'aucun'}</dd>
    </dl>
  );
}
