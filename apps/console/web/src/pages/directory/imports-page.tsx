import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { plural } from '#libs/money';
import { get } from '../../api.js';
import type { Source, SourcesPage } from '../../api-types.js';
import { ownPriorities, sourceKind } from '../../import-words.js';
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
import { ReadDirectoryForm } from './read-directory-form.js';
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

function Deliveries({ seesDropArea }: { seesDropArea: boolean }) {
  const isHead = !hasRole(useSession(), 'support-2', 'coordinator');
  const answer = useAnswer('sources', () =>
    get<SourcesPage>('/api/support/sources', { limit: 200 }),
  );
  return (
    <Answer of={answer}>
      {({ sources }) => (
        <>
          <Deliver sources={sources} />
          <h2 className="fr-h4">Sources</h2>
          <DataTable
            hideCaption
            caption="Sources de l’annuaire et leur dernière livraison"
            headers={[
              ...['Source', 'Nature', 'Écoles'],
              // How sources are weighed is nothing that a head decides.
              ...(isHead ? [] : ['Priorité']),
              ...['Dernière livraison', 'État'],
            ]}
            multiline={isHead ? [0, 2, 3] : [0, 2, 3, 4]}
            empty={
              isHead
                ? 'Aucune source n’est encore déclarée pour votre école : demandez-la à l’assistance.'
                : 'Aucune source n’est déclarée : l’exploitation les déclare avec la commande « directory declare-source ».'
            }
            rows={sources.map((source) => ({
              key: source.sourceCode,
              cells: [
                source.title,
                sourceKind(source.kind),
                perimeter(source),
                ...(isHead ? [] : [<Believed key="priority" source={source} />]),
                <LastDelivery key="last" source={source} />,
                <SourceState key="state" source={source} isHead={isHead} />,
              ],
            }))}
          />
          {seesDropArea && <DropArea />}
          <ImportsOfSources sources={sources} />
        </>
      )}
    </Answer>
  );
}

/** Where two sources state the same person or school, that of the lower figure is believed. */
function Believed({ source }: { source: Source }) {
  const own = ownPriorities(source);
  return (
    <>
      {source.priority}
      {own && <p className="fr-text--sm fr-mb-0">{own}</p>}
    </>
  );
}

/** The latest one, and where the source also says changes alone, when it last said all and when changes. */
function LastDelivery({ source }: { source: Source }) {
  const { deliversDeltas, lastFullOn, lastDeltaOn } = source;
  const { lastImportId, lastDatedOn, lastStartedOn } = source;
  return (
    <>
      {lastImportId ? (
        <Link href={importPage(lastImportId)}>
          {lastDatedOn ? `données du ${date(lastDatedOn)}` : date(lastStartedOn)}
        </Link>
      ) : (
        'Aucune'
      )}
      {deliversDeltas && (
        <p className="fr-text--sm fr-mb-0">
          complète : {lastFullOn ? date(lastFullOn) : 'aucune'} ; changements :{' '}
          {lastDeltaOn ? date(lastDeltaOn) : 'aucun'}
        </p>
      )}
    </>
  );
}

/** Of a source that many schools share, how many wait or stopped: the state of one of them would say nothing of the others. */
function SourceState({ source, isHead }: { source: Source; isHead: boolean }) {
  const { incident, lastState, schoolsHeld, schoolsStopped } = source;
  if (source.disabled)
    return (
      <Badge small noIcon as="span" severity="warning">
        Suspendue
      </Badge>
    );
  if (!lastState) return 'En attente d’une livraison';
  const isShared = !isHead && isSentBySchools(source.kind);
  if (isShared) {
    const said = [
      ...(schoolsHeld > 0 ? [`${plural(schoolsHeld, 'école', 'écoles')} à décider`] : []),
      ...(schoolsStopped > 0 ? [`${plural(schoolsStopped, 'école', 'écoles')} en incident`] : []),
    ];
    return said.join(', ') || 'Rien n’attend';
  }
  return (
    <>
      <StateBadge state={lastState} />
      {incident && (
        <p className="fr-text--sm fr-mb-0">
          <Link href={importPage(incident.importId)}>
            Incident depuis le {date(incident.since)}
          </Link>
          {' : '}
          {incident.message}
        </p>
      )}
    </>
  );
}

const isSentBySchools = (kind: string) => kind === 'ONDE' || kind === 'ENT_CSV';

/** Level 2 delivers for any source, a head the tables of the own school. */
function Deliver({ sources }: { sources: readonly Source[] }) {
  const session = useSession();
  const enabled = sources.filter(({ disabled }) => !disabled);
  if (enabled.length === 0 || !hasRole(session, 'support-2', 'school')) return null;
  const isHead = !hasRole(session, 'support-2');
  const delivering = enabled.filter(({ kind }) => kind !== 'LDAP');
  const asked = enabled.filter(({ kind }) => kind === 'LDAP');
  const files = [
    {
      label: isHead ? 'Envoyer les fichiers de mon école' : 'Envoyer des fichiers',
      form: (giveUp: () => void) => <UploadForm sources={delivering} giveUp={giveUp} />,
    },
    {
      label: 'Importer un dossier déposé',
      form: (giveUp: () => void) => <StartImportForm sources={delivering} giveUp={giveUp} />,
    },
  ];
  const directories = [
    {
      label: 'Lire l’annuaire de l’académie',
      form: (giveUp: () => void) => <ReadDirectoryForm sources={asked} giveUp={giveUp} />,
    },
  ];
  const choices = [
    ...(delivering.length > 0 ? files.slice(0, isHead ? 1 : 2) : []),
    ...(asked.length > 0 && !isHead ? directories : []),
  ];
  return <Decisions choices={choices} />;
}

const perimeter = ({ departments, uais }: Source) =>
  [
    ...(departments.length > 0
      ? [`${departments.length > 1 ? 'départements' : 'département'} ${departments.join(', ')}`]
      : []),
    ...(uais.length > 0 ? [`${count(uais.length)} UAI`] : []),
  ].join(', ') || 'toutes';
