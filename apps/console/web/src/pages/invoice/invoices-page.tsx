import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { get } from '../../api.js';
import type { InvoicesPage as InvoicesAnswer, Session } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Page, type Crumb } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { date, period } from '../../words.js';
import { counted, invoiceKind } from './invoice-words.js';
import { MemberPages } from '../member/member-page.js';

export function InvoicesPage({ membershipId }: { membershipId: string }) {
  const answer = useAnswer(`invoices ${membershipId}`, () =>
    get<InvoicesAnswer>(`/api/memberships/${encodeURIComponent(membershipId)}/invoices`, {
      limit: 200,
    }),
  );
  const session = useSession();
  const memberName = answer.status === 'READY' ? answer.value.memberName : '';
  return (
    <Page
      title={memberName ? `Factures — ${memberName}` : 'Factures'}
      crumbs={[wayBack(session, membershipId, memberName)]}
      lead="Le titulaire du marché facture directement chaque membre (convention, art. 7.1)."
    >
      {!isSupplierOnly(session) && <MemberPages membershipId={membershipId} />}
      <Answer of={answer}>
        {({ invoices }) => (
          <DataTable
            caption="Factures, avoirs et projets de facture"
            headers={[
              'Numéro',
              'Période',
              'Émise le',
              'Échéance',
              'Montant HT',
              'TVA',
              'Montant TTC',
              'État',
            ]}
            numeric={[4, 5, 6]}
            multiline={[1]}
            empty="Aucune facture pour le moment."
            rows={invoices.map((invoice) => ({
              key: invoice.invoiceId,
              cells: [
                <>
                  <Link href={`/factures/${invoice.invoiceId}`}>{invoice.number || 'Projet'}</Link>
                  <br />
                  <span className="fr-text--xs">
                    {invoiceKind(invoice)}
                    {invoice.correctsNumber && ` sur ${invoice.correctsNumber}`}
                  </span>
                </>,
                period(invoice.period),
                date(invoice.issuedOn),
                date(invoice.dueOn),
                counted(invoice, invoice.netCents),
                counted(invoice, invoice.vatCents),
                <strong key="total">{counted(invoice, invoice.totalCents)}</strong>,
                <InvoiceBadge key="status" {...invoice} />,
              ],
            }))}
          />
        )}
      </Answer>
    </Page>
  );
}

/** The page a visitor came from. */
export function wayBack(session: Session, membershipId: string, memberName = ''): Crumb {
  return isSupplierOnly(session)
    ? { label: 'Membres du marché', href: '/titulaire' }
    : { label: memberName || 'Collectivité', href: `/collectivite/${membershipId}` };
}

/** The titulaire has no page of a member but its invoices. */
const isSupplierOnly = (session: Session) =>
  hasRole(session, 'supplier') && !hasRole(session, 'coordinator');

type Shown = { readonly status: string; readonly answer: string; readonly settlement: string };

export function InvoiceBadge(invoice: Shown) {
  const [severity, words] = badgeOf(invoice);
  return (
    <Badge severity={severity} noIcon small as="span">
      {words}
    </Badge>
  );
}

function badgeOf({ status, answer, settlement }: Shown) {
  if (settlement === 'CREDITED') return ['info', 'Annulée par avoir'] as const;
  if (settlement === 'PAID') return ['success', 'Payée'] as const;
  if (settlement === 'REJECTED') return ['error', 'Rejetée'] as const;
  if (status === 'WITHDRAWN') return ['warning', 'Projet retiré'] as const;
  if (status === 'FINALISED') return ['success', 'Définitive'] as const;
  if (answer === 'CONTESTED') return ['warning', 'Projet contesté'] as const;
  if (answer === 'MAINTAINED') return ['info', 'Projet maintenu'] as const;
  return ['info', answer === 'ACCEPTED' ? 'Projet certifié' : 'Projet'] as const;
}
