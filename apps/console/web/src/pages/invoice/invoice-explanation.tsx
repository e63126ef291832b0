import { get } from '../../api.js';
import type { DocumentsPage, InvoiceExplanation } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { DocumentLink } from '../../parts/document-link.js';
import { Answer } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { count, date, signed } from '../../words.js';
import { LineChanges } from './line-changes.js';

type Of = { readonly membershipId: string };
type Line = InvoiceExplanation['lines'][number];

/** From the cent to the signed annex 2, with what was corrected on the way (BIL-7). */
export function Explanation({ membershipId, path }: Of & { path: string }) {
  const answer = useAnswer(`explanation ${path}`, () =>
    get<InvoiceExplanation>(`${path}/explanation`),
  );
  return (
    <section data-testid="explanation">
      <h2>Pourquoi ce montant ?</h2>
      <Answer of={answer}>
        {({ inShort, correction, changes, lines }) => (
          <>
            <ul data-testid="in-short">
              {inShort.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
            {correction.length > 0 && (
              <article className="account" data-testid="correction">
                <h3 className="fr-h6">Corrections</h3>
                <ol>
                  {correction.map((sentence) => (
                    <li key={sentence}>{sentence}</li>
                  ))}
                </ol>
                <LineChanges lines={changes} />
              </article>
            )}
            {lines.map((line) => (
              <article key={line.line} className="account">
                <h3 className="fr-h6">Ligne {line.line}</h3>
                <ol>
                  {line.sentences.map((sentence) => (
                    <li key={sentence}>{sentence}</li>
                  ))}
                </ol>
                <Orders {...{ membershipId, line }} />
                <Commitments {...{ membershipId, line }} />
              </article>
            ))}
          </>
        )}
      </Answer>
    </section>
  );
}

function Orders({ membershipId, line }: Of & { line: Line }) {
  if (line.orders.length === 0) return null;
  const path = `/api/memberships/${encodeURIComponent(membershipId)}/orders`;
  return (
    <DataTable
      caption={`Commandes qui donnent la quantité de la ligne ${line.line}`}
      headers={['Commande', 'Signée le', 'Effet', 'Variation', 'En vigueur ensuite']}
      numeric={[3, 4]}
      rows={line.orders.map((order, i) => ({
        key: `${order.number} ${i}`,
        cells: [
          <Link
            key="order"
            href={`${path}/${encodeURIComponent(order.orderId)}/pdf`}
            download
            aria-label={`${order.number} (PDF)`}
          >
            {order.number}
          </Link>,
          date(order.signedOn),
          date(order.effectiveFrom),
          signed(order.delta),
          count(order.orderedAfter),
        ],
      }))}
    />
  );
}

/** Each annex 2 with what it commits to, and its file where whoever looks may read it: a former member's it may not. */
function Commitments({ membershipId, line }: Of & { line: Line }) {
  const answer = useAnswer(`annexe2 ${membershipId}`, () =>
    get<DocumentsPage>('/api/documents', { membership: membershipId, kind: 'ANNEXE2', limit: 200 }),
  );
  const documents = answer.status === 'READY' ? answer.value.documents : [];
  return line.signed.map(({ annexe2, signedBy, quantity, period }, i) => {
    const title = annexe2?.title || 'annexe 2';
    // The table that was typed in is often another file than the signed paper of that day.
    const own = signedBy === '' ? documents : [];
    const kept =
      own.find(({ sha256 }) => sha256 === annexe2?.sha256) ??
      own.find(({ datedOn }) => datedOn === annexe2?.datedOn);
    return (
      <p key={i} className="fr-text--sm fr-mb-0">
        Document : {title}
        {annexe2?.datedOn && ` du ${date(annexe2.datedOn)}`}
        {signedBy && `, signé par ${signedBy}`} — engagement de {count(quantity)} comptes
        {line.signed.length > 1 &&
          `, du ${date(period.startsOn)} au ${date(period.endsOn)} exclu`}{' '}
        {kept && <DocumentLink documentId={kept.documentId} title={title} />}
      </p>
    );
  });
}
