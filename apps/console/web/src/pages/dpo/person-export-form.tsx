import { useState, type FormEvent } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { ButtonsGroup } from '@codegouvfr/react-dsfr/ButtonsGroup';
import { dateInWords } from '#libs/time';
import { post } from '../../api.js';
import type { PersonExport } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { SelectField, TextField } from '../../parts/fields.js';
import { Mistakes } from '../../parts/mistakes.js';
import { Outcome } from '../../parts/outcome.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';

const reasons = {
  DEMANDE_PERSONNE: 'Demande de la personne, ou d’un responsable légal',
  CONTROLE: 'Contrôle',
  RECLAMATION: 'Réclamation',
};

/** Looked at here, or kept as a file to be handed over: it is a look, and stands in the journal. */
export function PersonExportForm() {
  const [asked, setAsked] = useState({ personId: '', reason: 'DEMANDE_PERSONNE', ticket: '' });
  const [told, setTold] = useState<PersonExport | null>(null);
  const { busy, problem, attempt } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { personId, reason, ticket } = asked;
    setTold(null);
    attempt(async () => {
      const path = `/api/dpo/people/${encodeURIComponent(personId.trim())}/export`;
      setTold(await post<PersonExport>(path, { reason: `${reason} ${ticket}`.trim() }));
    });
  };
  return (
    <Mistakes>
      <p>
        L’identifiant d’une personne se trouve dans le journal des consultations, ou auprès de
        l’assistance. La remise est inscrite au journal. Les données d’autres personnes (enfants,
        autre parent, agents) n’y sont pas.
      </p>
      <form onSubmit={submit}>
        <div className="fr-grid-row fr-grid-row--gutters fr-grid-row--bottom">
          <div className="fr-col-12 fr-col-md-6">
            <TextField
              field="personId"
              label="Identifiant de la personne"
              nativeInputProps={{
                value: asked.personId,
                required: true,
                onChange: (event) => setAsked({ ...asked, personId: event.target.value }),
              }}
            />
          </div>
          <div className="fr-col-12 fr-col-md-3">
            <SelectField
              field="reason"
              label="Motif"
              nativeSelectProps={{
                value: asked.reason,
                onChange: (event) => setAsked({ ...asked, reason: event.target.value }),
              }}
            >
              {Object.entries(reasons).map(([code, words]) => (
                <option key={code} value={code}>
                  {words}
                </option>
              ))}
            </SelectField>
          </div>
          <div className="fr-col-12 fr-col-md-3">
            <TextField
              field="ticket"
              label="Numéro de dossier (facultatif)"
              nativeInputProps={{
                value: asked.ticket,
                onChange: (event) => setAsked({ ...asked, ticket: event.target.value }),
              }}
            />
          </div>
        </div>
        <Button type="submit" className="fr-mt-2w fr-mb-3w" disabled={busy}>
          Réunir ses données
        </Button>
      </form>
      {problem && <ProblemAlert problem={problem} />}
      <Outcome words={told ? 'Données réunies, et remise inscrite au journal.' : ''} />
      {told && <Told told={told} />}
    </Mistakes>
  );
}

function Told({ told }: { told: PersonExport }) {
  return (
    <>
      <ButtonsGroup
        inlineLayoutWhen="sm and up"
        buttons={[
          {
            children: 'Enregistrer pour la personne (PDF)',
            onClick: () =>
              keepFile(`${fileName(told)}.pdf`, 'application/pdf', bytesOf(told.paper)),
          },
          {
            children: 'Enregistrer le fichier (JSON)',
            priority: 'secondary',
            onClick: () => {
              const { paper: _paper, ...data } = told;
              const json = JSON.stringify(data, null, 2);
              keepFile(`${fileName(told)}.json`, 'application/json', json);
            },
          },
        ]}
      />
      {told.services.flatMap(({ service, tables }) =>
        tables.map((table) => (
          <section key={`${service} ${table.title}`} className="fr-mb-3w">
            <h3 className="fr-h6">{table.title}</h3>
            <p className="fr-text--sm">
              {table.purpose} <strong>Durée :</strong> {table.kept} <strong>Destinataires :</strong>{' '}
              {table.recipients}
            </p>
            <DataTable
              hideCaption
              caption={table.title}
              headers={table.columns}
              multiline={table.columns.map((_column, at) => at)}
              empty="Rien."
              rows={table.rows.map(({ cells }, at) => ({
                key: String(at),
                cells: cells.map(dateInWords),
              }))}
            />
          </section>
        )),
      )}
      <p>{told.notice}</p>
    </>
  );
}

const fileName = ({ personId }: PersonExport) => `donnees-${personId}`;
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));

/** Kept from what the page has: it lies nowhere else. */
function keepFile(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
