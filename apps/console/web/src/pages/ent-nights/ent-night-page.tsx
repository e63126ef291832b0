import type { EntSchoolLooks } from '../../api-types.js';
import { differencesInWords, incidentInWords, lookStatus } from '../../ent-night-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Page } from '../../parts/page.js';
import { Paged } from '../../parts/paged.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date, pricedSeats, schoolInWords } from '../../words.js';
import { lookPage, nightPath, nightsPage } from './ent-night-paths.js';

/** The schools of a night that say something; who is no support reads their figures alone (SUP-3). */
export function EntNightPage({ day }: { day: string }) {
  return (
    <Page
      title={`Nuit du ${date(day)}`}
      crumbs={[{ label: 'Rapprochements avec l’ENT', href: nightsPage }]}
      lead="Les écoles dont tout concorde ne sont pas listées."
    >
      <Paged<EntSchoolLooks> path={nightPath(day)} query={{ limit: 50 }}>
        {({ looks }) => <SchoolsTable looks={looks} />}
      </Paged>
    </Page>
  );
}

function SchoolsTable({ looks }: { looks: EntSchoolLooks['looks'] }) {
  const seesAccounts = hasRole(useSession(), 'support-2', 'support-3');
  return (
    <DataTable
      hideCaption
      caption="Écoles de cette nuit"
      headers={['École', 'État', 'Différences', 'En attente', 'Places concernées']}
      numeric={[3, 4]}
      multiline={[0, 1, 2, 4]}
      empty="Cette nuit, tout concordait."
      rows={looks.map(
        ({
          uai,
          schoolName,
          day,
          status,
          incidentCode,
          differences,
          held,
          seats,
          seatsYearCents,
        }) => ({
          key: uai,
          cells: [
            seesAccounts ? (
              <Link key="open" href={lookPage(day, uai)}>
                {schoolInWords(uai, schoolName)}
              </Link>
            ) : (
              schoolInWords(uai, schoolName)
            ),
            status === 'INCIDENT' ? incidentInWords(incidentCode) : lookStatus(status),
            status === 'INCIDENT' ? '—' : differencesInWords(differences),
            count(held),
            pricedSeats(seats, seatsYearCents),
          ],
        }),
      )}
    />
  );
}
