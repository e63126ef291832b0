import { useState } from 'react';
import { Checkbox } from '@codegouvfr/react-dsfr/Checkbox';
import { Upload } from '@codegouvfr/react-dsfr/Upload';
import type { Source } from '../../api-types.js';
import { DecisionForm } from '../../parts/decisions.js';
import { DateField, TextField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { navigate } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { importPage } from './directory-paths.js';
import { OwnSchoolField } from './own-school-field.js';
import { sendDelivery } from './send-delivery.js';
import { SourceField } from './source-field.js';

/** As the back end bounds it. */
const filesMax = 20;

/** Sends the files of a delivery; the page of the import then shows what they would change. */
export function UploadForm({
  sources,
  giveUp,
}: {
  sources: readonly Source[];
  giveUp: () => void;
}) {
  const session = useSession();
  const isHead = !hasRole(session, 'support-2');
  const [source, setSource] = useState(sources.length === 1 ? sources[0]!.sourceCode : '');
  const [uai, setUai] = useState(isHead && session.uais.length === 1 ? session.uais[0]! : '');
  const [datedOn, setDatedOn] = useState('');
  const [planOnly, setPlanOnly] = useState(true);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [sending, setSending] = useState('');
  const action = useAction();
  const send = () =>
    action.attempt(async () => {
      const importId = await sendDelivery(
        { source, uai: uai.trim(), datedOn, planOnly },
        files,
        setSending,
      );
      navigate(importPage(importId));
    });
  return (
    <DecisionForm
      title={isHead ? 'Envoyer les fichiers de mon école' : 'Envoyer des fichiers'}
      submit="Envoyer"
      action={action}
      giveUp={giveUp}
      decide={send}
    >
      <p>
        {isHead
          ? 'Rien n’est modifié par l’envoi : vous lirez d’abord ce qui changerait dans votre école, puis vous déciderez.'
          : 'Les fichiers sont lus et comparés à l’annuaire, puis effacés.'}
      </p>
      <SourceField
        hint="Celle qui a produit ces fichiers."
        sources={sources}
        value={source}
        change={setSource}
      />
      <Upload
        className="fr-mb-3w"
        label="Fichiers"
        hint="Une archive (.zip, .tgz), ou un ou plusieurs fichiers .csv tels que la source les a produits."
        nativeInputProps={{
          name: 'files',
          accept: '.zip,.tgz,.gz,.csv',
          multiple: true,
          required: true,
          onChange: ({ target }) => {
            const chosen = [...(target.files ?? [])];
            target.setCustomValidity(
              chosen.length > filesMax
                ? `Choisissez ${filesMax} fichiers au plus, ou une archive.`
                : '',
            );
            setFiles(chosen);
          },
        }}
      />
      <DateField
        field="datedOn"
        label={isHead ? 'Date des données' : 'Date des données (facultative)'}
        hint="Le jour de l’extraction. ONDE et les fichiers CSV ne la portent pas."
        value={datedOn}
        required={isHead}
        change={setDatedOn}
      />
      {isHead && session.uais.length > 1 ? (
        <OwnSchoolField uais={session.uais} value={uai} change={setUai} />
      ) : (
        !isHead && (
          <TextField
            field="uai"
            label="UAI de l’école (facultatif)"
            hintText="À indiquer si ni les fichiers ni la source ne disent de quelle école ils sont."
            nativeInputProps={{
              name: 'uai',
              value: uai,
              maxLength: 8,
              autoComplete: 'off',
              onChange: (event) => setUai(event.target.value),
            }}
          />
        )
      )}
      {!isHead && (
        <Checkbox
          options={[
            {
              label: 'Ne rien appliquer avant que j’aie lu ce qui changerait',
              nativeInputProps: {
                name: 'planOnly',
                checked: planOnly,
                onChange: (event) => setPlanOnly(event.target.checked),
              },
            },
          ]}
        />
      )}
      <p role="status">{action.busy ? sending : ''}</p>
    </DecisionForm>
  );
}
