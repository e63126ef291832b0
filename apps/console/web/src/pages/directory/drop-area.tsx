import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { get } from '../../api.js';
import type { DropAreaList } from '../../api-types.js';
import { lyingState } from '../../import-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { count } from '../../words.js';

/** What lies in the drop area, and what becomes of it. */
export function DropArea() {
  const answer = useAnswer('drop-area', () => get<DropAreaList>('/api/support/drop-area'));
  return (
    <Answer of={answer}>
      {({ entries }) => (
        <>
          <h2 className="fr-h4 fr-mt-4w">Zone de dépôt</h2>
          <p>Ce qui est déposé en entier dans le dossier d’une source est importé de lui-même.</p>
          <DataTable
            hideCaption
            caption="Ce qui se trouve dans la zone de dépôt"
            headers={['Dépôt', 'État', 'Fichiers', 'Taille (ko)', 'À savoir']}
            numeric={[2, 3]}
            multiline={[0, 4]}
            empty="La zone de dépôt est vide : les fichiers lus en sont effacés."
            rows={entries.map(({ folder, state, reason, files, bytes }) => {
              const { words, severity } = lyingState(state);
              return {
                key: folder,
                cells: [
                  <span key="folder" className="cell--code">
                    {folder}
                  </span>,
                  <Badge key="state" small noIcon as="span" {...(severity && { severity })}>
                    {words}
                  </Badge>,
                  count(files),
                  count(Math.ceil(Number(bytes) / 1_000)),
                  <span key="reason" className="cell--text">
                    {reason || '—'}
                  </span>,
                ],
              };
            })}
          />
        </>
      )}
    </Answer>
  );
}
