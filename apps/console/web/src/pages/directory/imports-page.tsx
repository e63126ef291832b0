import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { get } from '../../api.js';
import type { ImportsPage as Imports, Source, SourcesPage } from '../../api-types.js';
import { sourceKind } from '../../import-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Decisions } from '../../parts/decisions.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date } from '../../words.js';
import { importPage } from './directory-paths.js';
import { DirectorySubPages } from './directory-sub-pages.js';
import { DropArea } from './drop-area.js';
import { ImportsOfSources, StateBadge } from './imports-of-sources.js';
import { StartImportForm } from './start-import-form.js';
import { UploadForm } from './upload-form.js';

/** Who delivers, and what became of each delivery: figures only, never a person (DIR-3, DIR-5). */
export function ImportsPage() {
  const session = useSession();
  const isSupport = hasRole(session, 'support-2', 'coordinator');
  return (
    <Page
      title={isSupport ? 'Annuaire' : 'Listes de mon école'}
      crumbs={[]}
      lead={
        isSupport
          ? 'Ce que les sources ont livré, et ce que chaque import change. Des chiffres seulement, jamais une personne.'
          : 'Envoyez ici les listes de votre école (ONDE, fichiers CSV), lisez ce qui changerait, puis décidez.'
      }
    >
      <DirectorySubPages />
      <Deliveries seesDropArea={hasRole(session, 'support-2')} />
    </Page>
  );
}

/** As many as one page gives: of an older delivery the list of imports tells. */
const recent = { limit: 200 };

function Deliveries({ seesDropArea }: { seesDropArea: boolean }) {
  const answer = useAnswer('sources', async () => {
    const [{ sources }, { imports }] = await Promise.all([
      get<SourcesPage>('/api/support/sources', recent),
      get<Imports>('/api/support/imports', recent),
    ]);
    return { sources, imports };
  });
  return (
    <Answer of={answer}>
      {({ sources, imports }) => (
        <>
          <Deliver sources={sources} />
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
          {seesDropArea && <DropArea />}
          <ImportsOfSources sources={sources} />
        </>
      )}
    </Answer>
  );
}

/** Level 2 delivers for any source, a head the tables of the own school. */
function Deliver({ sources }: { sources: readonly Source[] }) {
  const session = useSession();
  const delivering = sources.filter(({ disabled, kind }) => !disabled && kind !== 'LDAP');
  if (delivering.length === 0 || !hasRole(session, 'support-2', 'school')) return null;
  const isHead = !hasRole(session, 'support-2');
  const choices = [
    {
      label: isHead ? 'Envoyer les fichiers de mon école' : 'Envoyer des fichiers',
      form: (giveUp: () => void) => <UploadForm sources={delivering} giveUp={giveUp} />,
    },
    {
      label: 'Importer un dossier déposé',
      form: (giveUp: () => void) => <StartImportForm sources={sources} giveUp={giveUp} />,
    },
  ];
  return <Decisions choices={isHead ? choices.slice(0, 1) : choices} />;
}

const perimeter = ({ departments, uais }: Source) =>
  [
    ...departments.map((department) => `département ${department}`),
    ...(uais.length > 0 ? [`${count(uais.length)} UAI`] : []),
  ].join(', ') || 'toutes';
