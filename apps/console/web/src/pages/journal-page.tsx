import { useState, type FormEvent } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Input } from '@codegouvfr/react-dsfr/Input';
import { get } from '../api.js';
import type { JournalPage as JournalAnswer, JournalVerification } from '../api-types.js';
import { Answer, DataTable, Page } from '../parts/page.js';
import { useAnswer } from '../parts/use-answer.js';
import { instant, lookAction, lookReason, plural, role } from '../words.js';

type Filter = { userId: string; personId: string; from: string; to: string };
const everything: Filter = { userId: '', personId: '', from: '', to: '' };

/** Who looked at whom, when and why (SUP-2). People are ids here: the journal must not leak names. */
export function JournalPage() {
  const [written, setWritten] = useState(everything);
  const [filter, setFilter] = useState(everything);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFilter(written);
  };
  const field = (name: keyof Filter, label: string, hint: string, type = 'text') => (
    <div className="fr-col-12 fr-col-md-3">
      <Input
        label={label}
        hintText={hint}
        nativeInputProps={{
          name,
          type,
          value: written[name],
          onChange: (event) => setWritten({ ...written, [name]: event.target.value }),
        }}
      />
    </div>
  );
  return (
    <Page
      title="Journal des consultations"
      crumbs={[]}
      lead="Toute consultation de données personnelles y est inscrite avant l’affichage ; rien n’y est jamais modifié."
    >
      <Verification />
      <form onSubmit={submit}>
        <div className="fr-grid-row fr-grid-row--gutters fr-grid-row--bottom">
          {field('userId', 'Agent', 'Identifiant de l’agent')}
          {field('personId', 'Personne consultée', 'Identifiant de la personne')}
          {field('from', 'Du', 'Inclus', 'date')}
          {field('to', 'Avant le', 'Exclu', 'date')}
        </div>
        <Button type="submit" className="fr-mt-2w fr-mb-3w">
          Filtrer
        </Button>
      </form>
      <Looks key={JSON.stringify(filter)} filter={filter} />
    </Page>
  );
}

function Looks({ filter }: { filter: Filter }) {
  const [cursors, setCursors] = useState(['']);
  const cursor = cursors.at(-1)!;
  const answer = useAnswer(`journal ${JSON.stringify(filter)} ${cursor}`, () =>
    get<JournalAnswer>('/api/journal', { ...filter, cursor, limit: 25 }),
  );
  return (
    <Answer of={answer}>
      {({ looks, nextCursor }) => (
        <>
          <DataTable
            caption="Consultations, la plus récente d’abord"
            headers={['Quand', 'Qui', 'Quoi', 'Motif', 'Personnes']}
            empty="Aucune consultation ne correspond."
            rows={looks.map((look) => ({
              key: look.id,
              cells: [
                <span key="when" className="day">
                  {instant(look.recordedAt)}
                </span>,
                <>
                  {look.userName || look.userId}
                  <br />
                  <span className="fr-text--xs">
                    {look.userId} — {look.roles.map(role).join(', ')}
                  </span>
                </>,
                lookAction(look.action),
                `${lookReason(look.reason)}${look.ticket ? ` (${look.ticket})` : ''}`,
                <Subjects key="whom" ids={look.subjects} />,
              ],
            }))}
          />
          <div className="fr-btns-group fr-btns-group--inline">
            {cursors.length > 1 && (
              <Button priority="secondary" onClick={() => setCursors(cursors.slice(0, -1))}>
                Plus récentes
              </Button>
            )}
            {nextCursor && (
              <Button priority="secondary" onClick={() => setCursors([...cursors, nextCursor])}>
                Plus anciennes
              </Button>
            )}
          </div>
        </>
      )}
    </Answer>
  );
}

function Subjects({ ids }: { ids: readonly string[] }) {
  if (ids.length === 0) return 'Aucun résultat';
  return (
    <details>
      <summary>{plural(ids.length, 'personne', 'personnes')}</summary>
      <ul className="fr-text--xs">
        {ids.map((id) => (
          <li key={id}>
            <code>{id}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Verification() {
  const answer = useAnswer('verification', () =>
    get<JournalVerification>('/api/journal/verification'),
  );
  return (
    <Answer of={answer}>
      {({ lines, broken }) =>
        broken.length === 0 ? (
          <Alert
            small
            className="fr-mb-3w"
            severity="success"
            description={`Chaîne vérifiée : ${plural(lines, 'ligne intacte', 'lignes intactes')}.`}
          />
        ) : (
          <Alert
            className="fr-mb-3w"
            severity="error"
            title="Le journal a été altéré"
            description={`Lignes qui ne se suivent plus : ${broken.slice(0, 20).join(', ')}.`}
          />
        )
      }
    </Answer>
  );
}
