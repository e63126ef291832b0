import { useState } from 'react';
import { Input } from '@codegouvfr/react-dsfr/Input';
import { Select } from '@codegouvfr/react-dsfr/Select';
import type { PlanChangesPage } from '../../api-types.js';
import { reasonsInWords } from '#libs/trade';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { changeKind, changeKinds, changeReason, classChange } from '../../plan-words.js';
import { planPath } from './directory-paths.js';

/** Each difference of a plan and its reason: a key of the source, never a name (DIR-3). */
export function PlanChanges({ planId }: { planId: string }) {
  const [kind, setKind] = useState('');
  const [typed, setTyped] = useState('');
  const school = typed.trim().toUpperCase();
  const uai = /^\d{7}[A-Z]$/.test(school) ? school : '';
  return (
    <section className="fr-mb-4w">
      <h2 className="fr-h4">Chaque différence et sa raison</h2>
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-2w">
        <div className="fr-col-12 fr-col-md-4">
          <Select
            label="Différences"
            nativeSelectProps={{ value: kind, onChange: (event) => setKind(event.target.value) }}
          >
            <option value="">Toutes</option>
            {changeKinds.map(([code, words]) => (
              <option key={code} value={code}>
                {words}
              </option>
            ))}
          </Select>
        </div>
        <div className="fr-col-12 fr-col-md-4">
          <Input
            label="Code UAI de l’école (facultatif)"
            nativeInputProps={{
              name: 'uai-of-changes',
              value: typed,
              maxLength: 8,
              onChange: (event) => setTyped(event.target.value),
            }}
          />
        </div>
      </div>
      <Paged<PlanChangesPage>
        key={`${kind} ${uai}`}
        path={`${planPath(planId)}/changes`}
        query={{ kind, uai, limit: 50 }}
      >
        {({ changes }) => <Changes changes={changes} />}
      </Paged>
    </section>
  );
}

function Changes({ changes }: { changes: PlanChangesPage['changes'] }) {
  return (
    <DataTable
      hideCaption
      caption="Différences du plan et leur raison"
      headers={['Différence', 'Raison', 'Écoles', 'Identifiant de la source']}
      multiline={[1, 2, 3]}
      empty="Aucune différence de ce genre."
      rows={changes.map(
        ({ seq, kind, reason, uais, sourceKey, waits, matchReasons, classChanges }) => ({
          key: String(seq),
          cells: [
            changeKind(kind),
            <span key="reason" className="cell--text">
              {changeReason(reason)}
              {waits && ' (en attente d’une décision)'}
              {matchReasons.length > 0 && `. ${reasonsInWords(matchReasons)}`}
              {classChanges.map((change) => (
                <span key={JSON.stringify(change)}>
                  <br />
                  {classChange(change, uais.length > 1)}
                </span>
              ))}
            </span>,
            uais.join(', ') || '—',
            <span key="key" className="cell--code">
              {sourceKey}
            </span>,
          ],
        }),
      )}
    />
  );
}
