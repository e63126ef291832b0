import type { DoublesPage as Doubles } from '../../api-types.js';
import { likeness, reasonsInWords } from '#libs/trade';
import { DataTable } from '../../parts/data-table.js';
import { Page } from '../../parts/page.js';
import { Paged } from '../../parts/paged.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { date, profile, schoolsInWords } from '../../words.js';
import { doublePage } from './directory-paths.js';
import { DirectorySubPages, useDirectoryCrumb } from './directory-sub-pages.js';
import { Merges } from './merges.js';

/** Two who may be one, the likeliest first (DIR-2). No name: whoever compares looks, and each look is traced. */
export function DoublesPage() {
  const isSupport = hasRole(useSession(), 'support-2');
  return (
    <Page
      title="Doublons"
      crumbs={[useDirectoryCrumb()]}
      lead={
        isSupport
          ? 'Deux fiches qui sont peut-être la même personne. Aucun nom ici : il s’affiche quand vous comparez, et la consultation est inscrite au journal.'
          : 'Deux fiches de votre école qui sont peut-être la même personne. Comparez-les, puis dites ce qu’il en est.'
      }
    >
      <DirectorySubPages />
      <h2 className="fr-h4">À décider</h2>
      <Paged<Doubles> path="/api/support/doubles" query={{ limit: 20 }}>
        {({ doubles }) => <DoublesTable doubles={doubles} />}
      </Paged>
      <h2 className="fr-h4 fr-mt-4w">Réunions</h2>
      <Merges />
    </Page>
  );
}

function DoublesTable({ doubles }: { doubles: Doubles['doubles'] }) {
  return (
    <DataTable
      hideCaption
      caption="Paires à décider, la plus vraisemblable d’abord"
      headers={['Écoles', 'Profils', 'Ressemblance', 'Pourquoi', 'Trouvée le', 'Décider']}
      multiline={[0, 1, 3]}
      empty="Aucun doublon possible à décider."
      rows={doubles.map(({ pairId, newcomer, known, score, reasons, foundOn }) => {
        const sides = [newcomer, known].flatMap((side) => side ?? []);
        const schools = schoolsInWords(
          sides.flatMap(({ uais }) => uais),
          sides.flatMap((side) => side.schools),
        );
        return {
          key: pairId,
          cells: [
            schools || '—',
            among(sides.flatMap(({ profiles }) => profiles.map(profile))),
            likeness(score),
            <span key="reasons" className="cell--text">
              {reasonsInWords(reasons)}
            </span>,
            date(foundOn),
            <Link key="open" href={doublePage(pairId)} aria-label={`Comparer (${schools})`}>
              Comparer
            </Link>,
          ],
        };
      })}
    />
  );
}

const among = (values: readonly string[]) => [...new Set(values)].join(', ');
