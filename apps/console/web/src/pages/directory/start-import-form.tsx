import { useState } from 'react';
import { post } from '../../api.js';
import type { ImportStarted, Source } from '../../api-types.js';
import { DecisionForm } from '../../parts/decisions.js';
import { DateField, TextField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { navigate } from '../../router.js';
import { importPage } from './directory-paths.js';
import { SourceField } from './source-field.js';

/** Starts the import of a delivered folder; the page of the import then says how far it is. */
export function StartImportForm({
  sources,
  giveUp,
}: {
  sources: readonly Source[];
  giveUp: () => void;
}) {
  const delivering = sources.filter(({ disabled }) => !disabled);
  const [source, setSource] = useState(delivering.length === 1 ? delivering[0]!.sourceCode : '');
  const [folder, setFolder] = useState('');
  const [datedOn, setDatedOn] = useState('');
  const [uai, setUai] = useState('');
  const action = useAction();
  return (
    <DecisionForm
      title="Importer un dossier déposé"
      submit="Lire le dossier"
      action={action}
      giveUp={giveUp}
      decide={() =>
        action.attempt(async () => {
          const body = { source, folder: folder.trim(), datedOn, uai: uai.trim().toUpperCase() };
          const { importId } = await post<ImportStarted>('/api/support/imports', body);
          navigate(importPage(importId));
        })
      }
    >
      <p>
        Le dossier est lu et comparé à l’annuaire. Les écoles qui changent plus que d’habitude
        attendent votre décision ; ses fichiers sont effacés une fois lus.
      </p>
      <SourceField
        hint="Celle qui a livré ce dossier."
        sources={delivering}
        value={source}
        change={setSource}
      />
      <TextField
        field="folder"
        label="Dossier déposé"
        hintText="Son nom dans la zone de dépôt, tel quel."
        nativeInputProps={{
          name: 'folder',
          value: folder,
          required: true,
          maxLength: 200,
          autoComplete: 'off',
          spellCheck: false,
          onChange: (event) => setFolder(event.target.value),
        }}
      />
      <DateField
        field="datedOn"
        label="Date des données (facultative)"
        hint="À indiquer si les fichiers ne la portent pas : c’est le cas d’ONDE et des fichiers CSV."
        value={datedOn}
        required={false}
        change={setDatedOn}
      />
      <TextField
        field="uai"
        label="UAI de l’école (facultatif)"
        hintText="Pour une extraction ONDE, et pour des fichiers CSV qui ne nomment pas l’école ; inutile si la source n’en a qu’une."
        nativeInputProps={{
          name: 'uai',
          value: uai,
          maxLength: 8,
          autoComplete: 'off',
          spellCheck: false,
          onChange: (event) => setUai(event.target.value),
        }}
      />
    </DecisionForm>
  );
}
