import { changedTerm, termValue } from '../amendment-words.js';
import type { AmendmentProposal, AmendmentsPage } from '../api-types.js';
import { date } from '../words.js';
import { DataTable } from './data-table.js';
import { DocumentLink } from './document-link.js';
import { Paged } from './paged.js';

type Changes = NonNullable<AmendmentProposal['amendment']>['changes'];

/** What changes, one line for each term. */
export function TermChanges({ changes }: { changes: Changes }) {
  return (
    <ul>
      {changes.map(({ path, before, after }) => (
        <li key={path}>
          {changedTerm(path)} : {termValue(before)} → <strong>{termValue(after)}</strong>
        </li>
      ))}
    </ul>
  );
}

/** Amendments of a market: what they change, from when, by which paper (MKT-6). */
export function Amendments({ market }: { market: string }) {
  return (
    <Paged<AmendmentsPage>
      key={market}
      path={`/api/markets/${encodeURIComponent(market)}/amendments`}
      query={{ limit: 50 }}
    >
      {({ amendments }) => (
        <DataTable
          hideCaption
          caption="Avenants du marché"
          headers={['Avenant', 'Signé le', 'Prend effet le', 'Ce qui change', 'Pièce']}
          empty="Ce marché n’a pas d’avenant."
          rows={amendments.map((one) => ({
            key: one.amendmentId,
            cells: [
              one.number,
              date(one.signedOn),
              date(one.effectiveOn),
              <TermChanges key="changes" changes={one.changes} />,
              <DocumentLink key="paper" documentId={one.documentId} title={one.number} />,
            ],
          }))}
        />
      )}
    </Paged>
  );
}
