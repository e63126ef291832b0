import { useState } from 'react';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Select } from '@codegouvfr/react-dsfr/Select';
import type { Import, ImportsPage, Source } from '../../api-types.js';
import { deliveryName, importStage, isReplaced, replacedStage } from '../../import-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { Link } from '../../router.js';
import { count, date } from '../../words.js';
import { importPage } from './directory-paths.js';

/** Imports, newest first, of one source or of all. */
export function ImportsOfSources({ sources }: { sources: readonly Source[] }) {
  const [source, setSource] = useState('');
  return (
    <>
      <h2 className="fr-h4 fr-mt-4w">Imports</h2>
      {sources.length > 1 && (
        <Select
          label="Source des imports"
          nativeSelectProps={{
            value: source,
            onChange: (event) => setSource(event.target.value),
          }}
        >
          <option value="">Toutes</option>
          {sources.map(({ sourceCode, title }) => (
            <option key={sourceCode} value={sourceCode}>
              {title}
            </option>
          ))}
        </Select>
      )}
      <Paged<ImportsPage> key={source} path="/api/support/imports" query={{ source, limit: 20 }}>
        {({ imports }) => <ImportsTable imports={imports} />}
      </Paged>
    </>
  );
}

function ImportsTable({ imports }: { imports: readonly Import[] }) {
  return (
    <DataTable
      hideCaption
      caption="Imports, du plus récent au plus ancien"
      headers={['Dossier', 'Source', 'Demandé le', 'État', 'Arrivées', 'Modifiées', 'Départs']}
      numeric={[4, 5, 6]}
      empty="Aucun import pour l’instant."
      rows={imports.map((one) => ({
        key: one.importId,
        cells: [
          <Link key="open" href={importPage(one.importId)} className="cell--code">
            {deliveryName(one.folder)}
          </Link>,
          one.sourceTitle,
          date(one.startedOn),
          <StateBadge key="state" state={one.state} isReplaced={isReplaced(one)} />,
          count(one.peopleCreated),
          count(one.peopleChanged),
          count(one.peopleRemoved),
        ],
      }))}
    />
  );
}

export function StateBadge({
  state,
  isReplaced: of = false,
}: {
  state: string;
  isReplaced?: boolean;
}) {
  const stage = of ? replacedStage : importStage(state);
  return (
    <Badge small noIcon as="span" severity={stage.severity}>
      {stage.state}
    </Badge>
  );
}
