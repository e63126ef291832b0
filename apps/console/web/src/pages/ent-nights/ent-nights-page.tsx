import { get } from '../../api.js';
import type { EntNights } from '../../api-types.js';
import { differencesInWords } from '../../ent-night-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date, pricedSeats } from '../../words.js';
import { nightPage, nightsPath } from './ent-night-paths.js';
import { MissingSchools } from './missing-schools.js';

/** What each night found between the books and the ENT, in figures (PRV-5). */
export function EntNightsPage() {
  const isLevel3 = hasRole(useSession(), 'support-3');
  const nights = useAnswer('ent-nights', () => get<EntNights>(nightsPath));
  return (
    <Page
      title="Rapprochements avec l’ENT"
      lead="Chaque nuit, les comptes de chaque école sont comparés à ce que l’ENT a vraiment. Ce qui diffère un peu est réparé ; le reste attend un accord."
    >
      {isLevel3 && <MissingSchools />}
      <Answer of={nights}>{(answer) => <NightsTable {...answer} />}</Answer>
    </Page>
  );
}

function NightsTable({ nights }: EntNights) {
  return (
    <DataTable
      hideCaption
      caption="Les nuits, la dernière d’abord"
      headers={[
        'Nuit',
        'Comptes comparés',
        'Différences',
        'Places concernées',
        'Écoles en attente d’un accord',
        'Écoles non comparées',
      ]}
      numeric={[1, 3, 4, 5]}
      multiline={[2, 3]}
      empty="Aucune nuit n’a encore comparé les comptes à l’ENT."
      rows={nights.map(
        ({ day, compared, differences, seats, seatsYearCents, held, incidents }) => ({
          key: day,
          cells: [
            <Link key="open" href={nightPage(day)}>
              {date(day)}
            </Link>,
            count(compared),
            differencesInWords(differences),
            pricedSeats(seats, seatsYearCents),
            count(held),
            count(incidents),
          ],
        }),
      )}
    />
  );
}
