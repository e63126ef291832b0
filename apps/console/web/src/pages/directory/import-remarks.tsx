import type { Import, RemarkLinesPage } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { hasRole, useSession } from '../../session-context.js';
import { count } from '../../words.js';
import { importPath } from './directory-paths.js';

/** What was remarked while reading: causes with their counts, then where each stands, for the source to correct. */
export function ImportRemarks({ importId, remarks }: Pick<Import, 'importId' | 'remarks'>) {
  const session = useSession();
  const seesPlaces = hasRole(session, 'support-2', 'school') && remarks.length > 0;
  // Codes are for who looks them up; a head reads sentences.
  const seesCodes = !hasRole(session, 'school');
  return (
    <section className="fr-mb-4w">
      <h2 className="fr-h4">Remarques</h2>
      <DataTable
        hideCaption
        caption="Remarques de l’import, par cause"
        headers={['Nombre', 'Remarque', ...(seesCodes ? ['Code'] : [])]}
        numeric={[0]}
        multiline={[1]}
        empty="Aucune remarque : tout ce que la source a livré a été compris."
        rows={remarks.map(({ code, message, todo, count: times }) => ({
          key: code,
          cells: [
            count(times),
            <span key="message" className="cell--text">
              {message} {todo}
            </span>,
            ...(seesCodes
              ? [
                  <span key="code" className="cell--code">
                    {code}
                  </span>,
                ]
              : []),
          ],
        }))}
      />
      {seesPlaces && <Places importId={importId} remarks={remarks} seesCodes={seesCodes} />}
    </section>
  );
}

const isCut = ({ count: times, kept }: Import['remarks'][number]) => kept > 0 && kept < times;

function Places({
  importId,
  remarks,
  seesCodes,
}: Pick<Import, 'importId' | 'remarks'> & { seesCodes: boolean }) {
  const path = `${importPath(importId)}/remarks`;
  const cut = remarks.some(isCut);
  const says = new Map(remarks.map(({ code, message }) => [code, message]));
  return (
    <>
      <h3 className="fr-h5">Où elles se trouvent</h3>
      <p>
        Fichier, ligne et identifiant, jamais un nom ; gardés trente jours.
        {cut && ' Au-delà de 10 000 par cause, les remarques sont seulement comptées.'}
      </p>
      <p>
        <a className="fr-link fr-link--download" href={`${path}/csv`} download>
          Télécharger les remarques (CSV)
        </a>
      </p>
      <Paged<RemarkLinesPage> path={path} query={{ limit: 50 }}>
        {({ lines }) => (
          <DataTable
            hideCaption
            caption="Place de chaque remarque"
            headers={[seesCodes ? 'Code' : 'Remarque', 'Fichier', 'Ligne', 'Identifiant']}
            numeric={[2]}
            multiline={seesCodes ? [1, 3] : [0, 1, 3]}
            empty="Aucune remarque ne vise une ligne, ou leur détail n’est plus gardé."
            rows={lines.map(({ code, file, line, subject }, index) => ({
              key: `${code} ${file} ${line} ${subject} ${index}`,
              cells: [
                <span key="code" className={seesCodes ? 'cell--code' : 'cell--text'}>
                  {seesCodes ? code : (says.get(code) ?? code)}
                </span>,
                <span key="file" className="cell--code">
                  {file || '—'}
                </span>,
                line === 0 ? '—' : count(line),
                <span key="subject" className="cell--code">
                  {subject || '—'}
                </span>,
              ],
            }))}
          />
        )}
      </Paged>
    </>
  );
}
