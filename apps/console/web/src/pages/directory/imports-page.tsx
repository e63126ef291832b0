import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { get } from '../../api.js';
import type { Import, ImportsPage as Imports, Source, SourcesPage } from '../../api-types.js';
import { importStage, sourceKind } from '../../import-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Decisions } from '../../parts/decisions.js';
import { Answer, Page } from '../../parts/page.js';
import { Paged } from '../../parts/paged.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date } from '../../words.js';
import { importPage } from './directory-paths.js';
import { StartImportForm } from './start-import-form.js';

/** Who delivers, and what became of each delivery: figures only, never a person (DIR-3, DIR-5). */
export function ImportsPage() {
  return (
    <Page
      title="Annuaire"
      crumbs={[]}
      lead="Ce que les sources ont livré, et ce que chaque import change. Des chiffres seulement, jamais une personne."
    >
      <SourcesWithDeliveries />
      <h2 className="fr-h4 fr-mt-4w">Imports</h2>
      <Paged<Imports> path="/api/support/imports" query={{ limit: 20 }}>
        {({ imports }) => <ImportsTable imports={imports} />}
      </Paged>
    </Page>
  );
}

/** As many as one page gives: of an older delivery the list of imports tells. */
const recent = { limit: 200 };

function SourcesWithDeliveries() {
  const answer = useAnswer('sources', async () => {
    const [{ sources }, { imports }] = await Promise.all([
      get<SourcesPage>('/api/support/sources', recent),
      get<Imports>('/api/support/imports', recent),
    ]);
    return { sources, imports };
  });
  const decides = hasRole(useSession(), 'support-2');
  return (
    <Answer of={answer}>
      {({ sources, imports }) => (
        <>
          {decides && sources.some(({ disabled }) => !disabled) && (
            <Decisions
              choices={[
                {
                  label: 'Importer un dossier déposé',
                  form: (giveUp) => <StartImportForm sources={sources} giveUp={giveUp} />,
                },
              ]}
            />
          )}
          <h2 className="fr-h4">Sources</h2>
          <DataTable
            hideCaption
            caption="Sources de l’annuaire et leur dernière livraison"
            headers={['Source', 'Nature', 'Écoles', 'Dernière livraison', 'État']}
            multiline={[0, 2]}
            empty="Aucune source n’est déclarée : l’exploitation les déclare avec la commande « directory declare-source »."
            rows={sources.map((source) => {
              const last = imports.find((one) => one.source === source.sourceCode);
              return {
                key: source.sourceCode,
                cells: [
                  source.title,
                  sourceKind(source.kind),
                  perimeter(source),
                  last ? (
                    <Link key="last" href={importPage(last.importId)}>
                      {last.datedOn ? `données du ${date(last.datedOn)}` : date(last.startedOn)}
                    </Link>
                  ) : (
                    'Aucune récemment'
                  ),
                  source.disabled ? (
                    <Badge key="state" small noIcon as="span" severity="warning">
                      Suspendue
                    </Badge>
                  ) : last ? (
                    <StateBadge key="state" state={last.state} />
                  ) : (
                    'En attente d’une livraison'
                  ),
                ],
              };
            })}
          />
        </>
      )}
    </Answer>
  );
}

const perimeter = ({ departments, uais }: Source) =>
  [
    ...departments.map((department) => `département ${department}`),
    ...(uais.length > 0 ? [`${count(uais.length)} UAI`] : []),
  ].join(', ') || 'toutes';

function ImportsTable({ imports }: { imports: readonly Import[] }) {
  return (
    <DataTable
      hideCaption
      caption="Imports, du plus récent au plus ancien"
      headers={['Dossier', 'Source', 'Demandé le', 'État', 'Arrivées', 'Modifiées', 'Départs']}
      numeric={[4, 5, 6]}
      empty="Aucun import pour l’instant. Déposez un dossier dans la zone de dépôt, puis importez-le."
      rows={imports.map((one) => ({
        key: one.importId,
        cells: [
          <Link key="open" href={importPage(one.importId)} className="cell--code">
            {one.folder}
          </Link>,
          one.source,
          date(one.startedOn),
          <StateBadge key="state" state={one.state} />,
          count(one.peopleCreated),
          count(one.peopleChanged),
          count(one.peopleRemoved),
        ],
      }))}
    />
  );
}

function StateBadge({ state }: { state: string }) {
  const stage = importStage(state);
  return (
    <Badge small noIcon as="span" severity={stage.severity}>
      {stage.state}
    </Badge>
  );
}
