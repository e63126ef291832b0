import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import type { Dashboard } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Figure } from '../../parts/page.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date, period, plural } from '../../words.js';
import { MemberPage } from './member-page.js';

/** Commitment, orders and margin of a member, what is used, and what it should know. */
export function DashboardPage({ membershipId }: { membershipId: string }) {
  return (
    <MemberPage membershipId={membershipId}>
      {(dashboard) => <Board dashboard={dashboard} />}
    </MemberPage>
  );
}

function Board({ dashboard }: { dashboard: Dashboard }) {
  const session = useSession();
  const { membership, items, notices, schools, on } = dashboard;
  const base = `/collectivite/${membership.membershipId}`;
  return (
    <>
      <p className="fr-text--lead">
        Adhésion {period(membership.period)} — situation au {date(on)}
      </p>
      {notices.map((notice) => (
        <Alert
          key={`${notice.kind} ${notice.subject}`}
          className="fr-mb-2w"
          severity={/^(SEATS|FIGURES|EVENT)/.test(notice.kind) ? 'warning' : 'info'}
          title={notice.title}
          description={
            <>
              {notice.message}{' '}
              {notice.kind.startsWith('SEATS') && hasRole(session, 'member-orderer') && (
                <Link href={`${base}/commander`}>Commander</Link>
              )}
              {notice.kind === 'INVOICE_TO_CHECK' && (
                <Link href={`/factures/${notice.subject}`}>Voir le projet</Link>
              )}
              {notice.kind === 'MARKET_AMENDED' && (
                <Link href={`${base}/historique`}>Ce qui change</Link>
              )}
              {notice.kind === 'EVENT_SKIPPED' && (
                <Link href={`${base}/historique`}>Voir l’historique</Link>
              )}
              {notice.kind === 'MARKET_AGREEMENT' && (
                <Link href={`${base}/historique`}>Voir la pièce</Link>
              )}
            </>
          }
        />
      ))}
      {items.map((item) => (
        <section key={item.itemCode} className="fr-mb-4w fr-mt-3w">
          <h2 className="fr-h4">{item.label}</h2>
          <div className="fr-grid-row fr-grid-row--gutters">
            <Figure
              strong
              label="Engagement (annexe 2)"
              value={count(item.commitment)}
              hint="Minimum garanti sur la durée du marché"
            />
            <Figure
              strong
              label="Commandés aujourd’hui"
              value={count(item.ordered)}
              hint="Bons de commande signés"
            />
            <Figure
              strong
              label="Marge"
              value={count(item.smallestMargin)}
              hint="Ce que vous pouvez encore réduire sans passer sous l’engagement"
            />
            <Figure
              strong
              label="Comptes occupés"
              value={item.held === null ? '—' : count(item.held)}
              hint={
                item.waiting > 0
                  ? `${plural(item.waiting, 'élève en attente', 'élèves en attente')}`
                  : 'Aucun élève en attente'
              }
            />
          </div>
        </section>
      ))}
      <div className="fr-btns-group fr-btns-group--inline fr-btns-group--icon-left fr-mb-4w">
        {hasRole(session, 'member-orderer') && (
          <Button linkProps={{ href: `${base}/commander` }} iconId="fr-icon-add-line">
            Commander
          </Button>
        )}
        <Button
          priority="secondary"
          linkProps={{ href: `${base}/commandes` }}
          iconId="fr-icon-line-chart-line"
        >
          Suivre les commandes
        </Button>
      </div>
      {schools.length > 0 && (
        <DataTable
          caption="Comptes par école"
          headers={['École', 'Places occupées', 'Comptes ouverts', 'Déjà utilisés', 'En attente']}
          numeric={[1, 2, 3, 4]}
          rows={schools.map((school) => ({
            key: school.uai,
            cells: [
              `${school.name} (${school.uai})`,
              count(school.held),
              count(school.open),
              count(school.activated),
              school.waiting > 0 ? <strong key="w">{count(school.waiting)}</strong> : '0',
            ],
          }))}
        />
      )}
      {membership.annexe2 && (
        <p className="fr-text--sm">
          L’engagement repose sur : {membership.annexe2.title || 'annexe 2'}
          {membership.annexe2.datedOn && ` du ${date(membership.annexe2.datedOn)}`}.
        </p>
      )}
    </>
  );
}
