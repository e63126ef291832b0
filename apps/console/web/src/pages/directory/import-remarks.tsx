import { useEffect, useMemo } from 'react';
import type { Import } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { count } from '../../words.js';
import { remarksFile } from './remarks-file.js';

/** What was remarked while reading: causes with their counts, for the source to correct. */
export function ImportRemarks({ importId, remarks }: Pick<Import, 'importId' | 'remarks'>) {
  const address = useMemo(
    () => URL.createObjectURL(new Blob([remarksFile(remarks)], { type: 'text/csv' })),
    [remarks],
  );
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return (
    <section className="fr-mb-4w">
      <h2 className="fr-h4">Remarques</h2>
      <DataTable
        hideCaption
        caption="Remarques de l’import, par cause"
        headers={['Nombre', 'Remarque', 'Code']}
        numeric={[0]}
        multiline={[1]}
        empty="Aucune remarque : tout ce que la source a livré a été compris."
        rows={remarks.map(({ code, message, count: times }) => ({
          key: code,
          cells: [
            count(times),
            <span key="message" className="cell--text">
              {message}
            </span>,
            <span key="code" className="cell--code">
              {code}
            </span>,
          ],
        }))}
      />
      {remarks.length > 0 && (
        <a
          className="fr-link fr-link--download"
          href={address}
          download={`remarques-${importId}.csv`}
        >
          Télécharger les remarques (CSV)
        </a>
      )}
    </section>
  );
}
