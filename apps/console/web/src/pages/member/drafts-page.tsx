import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Button } from '@codegouvfr/react-dsfr/Button';
import type { Dashboard, DraftsPage as DraftsAnswer } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { date, draftCause, draftState, signed } from '../../words.js';
import { memberPath, MemberPage } from './member-page.js';

/** Orders before their signature: they count in nothing until an orderer signs (ORD-1). */
export function DraftsPage({ membershipId }: { membershipId: string }) {
  const session = useSession();
  const base = `/collectivite/${membershipId}`;
  return (
    <MemberPage
      membershipId={membershipId}
      title="Projets de commande"
      lead="Un projet n’engage à rien : il devient une commande quand l’ordonnateur le signe."
    >
      {(dashboard) => (
        <>
          {hasRole(session, 'member-orderer') && (
            <Button
              className="fr-mb-3w"
              linkProps={{ href: `${base}/commander` }}
              iconId="fr-icon-add-line"
            >
              Préparer une commande
            </Button>
          )}
          <Paged<DraftsAnswer> path={`${memberPath(membershipId)}/drafts`} query={{ limit: 50 }}>
            {({ drafts }) => (
              <DataTable
                caption="Projets, signés et annulés compris"
                headers={['Préparé le', 'Ce qui changerait', 'Origine', 'Note', 'État', 'Ouvrir']}
                empty="Aucun projet de commande pour le moment."
                rows={drafts.map((draft) => ({
                  key: draft.draftId,
                  cells: [
                    date(draft.preparedOn),
                    <LinesInWords key="lines" lines={draft.lines} items={dashboard.items} />,
                    draftCause(draft.cause),
                    draft.note || '—',
                    <DraftBadge key="state" status={draft.status} />,
                    <Link
                      key="open"
                      href={`${base}/projets/${draft.draftId}`}
                      aria-label={`Ouvrir le projet du ${date(draft.preparedOn)}`}
                    >
                      Ouvrir
                    </Link>,
                  ],
                }))}
              />
            )}
          </Paged>
        </>
      )}
    </MemberPage>
  );
}

export function DraftBadge({ status }: { status: string }) {
  return (
    <Badge
      small
      noIcon
      as="span"
      {...(status === 'DRAFT' && { severity: 'new' as const })}
      {...(status === 'SIGNED' && { severity: 'success' as const })}
    >
      {draftState(status)}
    </Badge>
  );
}

export function LinesInWords({
  lines,
  items,
}: {
  lines: readonly { itemCode: string; effectiveFrom: string; delta: number }[];
  items: Dashboard['items'];
}) {
  return (
    <ul className="lines-of-order">
      {lines.map((line, at) => (
        <li key={at}>
          {signed(line.delta)} au {date(line.effectiveFrom)}
          {items.length > 1 &&
            ` (${items.find(({ itemCode }) => itemCode === line.itemCode)?.label ?? line.itemCode})`}
        </li>
      ))}
    </ul>
  );
}
