import { useState, type FormEvent } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { get } from '../api.js';
import type {
  JournalAgents,
  JournalPage as JournalAnswer,
  JournalSubjects,
  JournalVerification,
} from '../api-types.js';
import { DateField } from '../parts/fields.js';
import { Mistakes } from '../parts/mistakes.js';
import { DataTable } from '../parts/data-table.js';
import { Answer, Page } from '../parts/page.js';
import { useAnswer } from '../parts/use-answer.js';
import { instant, lookAction, lookReason, lookRefusal, plural, role } from '../words.js';

type Filter = { userId: string; personId: string; from: string; to: string };
const everything: Filter = { userId: '', personId: '', from: '', to: '' };

/**
 * Who looked at whom, when and why (SUP-2). People are counted; their names are shown line by line to who asks,
 * and that is a look too.
 */
export function JournalPage() {
  const [written, setWritten] = useState(everything);
  const [filter, setFilter] = useState(everything);
  const [person, setPerson] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFilter({ ...written, personId: filter.personId });
  };
  const day = (name: 'from' | 'to', label: string, hint: string) => (
    <div className="fr-col-12 fr-col-md-3">
      <DateField
        field={name}
        label={label}
        hint={hint}
        required={false}
        value={written[name]}
        change={(day) => setWritten({ ...written, [name]: day })}
      />
    </div>
  );
  return (
    <Page
      title="Journal des consultations"
      crumbs={[]}
      lead="Toute consultation de données personnelles y est inscrite avant l’affichage ; rien n’y est jamais modifié. Afficher les noms d’une ligne est une consultation, inscrite à son tour."
    >
      <Verification />
      <Mistakes>
        <form onSubmit={submit}>
          <div className="fr-grid-row fr-grid-row--gutters fr-grid-row--bottom">
            <div className="fr-col-12 fr-col-md-4">
              <Agents
                value={written.userId}
                onChange={(userId) => setWritten({ ...written, userId })}
              />
            </div>
            {day('from', 'Du', 'Ce jour compris')}
            {day('to', 'Avant le', 'Ce jour non compris')}
          </div>
          <Button type="submit" className="fr-mt-2w fr-mb-3w">
            Filtrer
          </Button>
        </form>
        {filter.personId && (
          <p>
            Consultations de <strong>{person}</strong>{' '}
            <Button
              priority="tertiary"
              size="small"
              onClick={() => setFilter({ ...filter, personId: '' })}
            >
              Toutes les personnes
            </Button>
          </p>
        )}
        <Looks
          key={JSON.stringify(filter)}
          filter={filter}
          only={({ personId, displayName }) => {
            setPerson(displayName);
            setFilter({ ...filter, personId });
          }}
        />
      </Mistakes>
    </Page>
  );
}

type Choice = { value: string; onChange: (userId: string) => void };

function Agents({ value, onChange }: Choice) {
  const answer = useAnswer('journal agents', () => get<JournalAgents>('/api/journal/agents'));
  const agents = answer.status === 'READY' ? answer.value.agents : [];
  return (
    <Select
      label="Agent"
      hint="Qui a consulté"
      nativeSelectProps={{
        name: 'userId',
        value,
        onChange: (event) => onChange(event.target.value),
      }}
    >
      <option value="">Tous</option>
      {agents.map(({ userId, name }) => (
        <option key={userId} value={userId}>
          {name}
        </option>
      ))}
    </Select>
  );
}

type Subject = JournalSubjects['people'][number];

function Looks({ filter, only }: { filter: Filter; only: (subject: Subject) => void }) {
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
            headers={['Quand', 'Qui', 'Quoi', 'Motif', 'Suite', 'Personnes']}
            empty="Aucune consultation ne correspond."
            rows={looks.map((look) => ({
              key: look.id,
              cells: [
                <span key="when" className="day">
                  {instant(look.recordedAt)}
                </span>,
                <>
                  {look.userName || 'Une personne jamais connectée ici'}
                  <br />
                  <span className="fr-text--xs">{look.roles.map(role).join(', ')}</span>
                </>,
                lookAction(look.action),
                `${lookReason(look.reason)}${look.ticket ? ` (${look.ticket})` : ''}`,
                look.refusal ? lookRefusal(look.refusal) : 'Affichée',
                <Subjects key="whom" lookId={look.id} number={look.subjects.length} only={only} />,
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

type SubjectsProps = { lookId: string; number: number; only: (subject: Subject) => void };

function Subjects({ lookId, number, only }: SubjectsProps) {
  const [shown, setShown] = useState(false);
  if (number === 0) return 'Aucun résultat';
  return (
    <>
      {plural(number, 'personne', 'personnes')}{' '}
      <Button
        priority="tertiary"
        size="small"
        onClick={() => setShown(!shown)}
        nativeButtonProps={{ 'aria-expanded': shown }}
      >
        {shown ? 'Masquer les noms' : 'Afficher les noms'}
      </Button>
      {shown && <SubjectNames lookId={lookId} only={only} />}
    </>
  );
}

function SubjectNames({ lookId, only }: Pick<SubjectsProps, 'lookId' | 'only'>) {
  const answer = useAnswer(`journal people ${lookId}`, () =>
    get<JournalSubjects>(`/api/journal/${encodeURIComponent(lookId)}/people`),
  );
  return (
    <Answer of={answer}>
      {({ people }) => (
        <ul className="fr-text--sm">
          {people.map((subject) => (
            <li key={subject.personId}>
              {subject.displayName}{' '}
              <Button priority="tertiary no outline" size="small" onClick={() => only(subject)}>
                Ses consultations
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}

function Verification() {
  const answer = useAnswer('verification', () =>
    get<JournalVerification>('/api/journal/verification'),
  );
  return (
    <Answer of={answer}>
      {({ lines, findings, next }) =>
        findings.length === 0 ? (
          <Alert
            small
            className="fr-mb-3w"
            severity="success"
            description={`Journal vérifié : ${plural(lines, 'ligne intacte', 'lignes intactes')}.`}
          />
        ) : (
          <Alert
            className="fr-mb-3w"
            severity="error"
            title="Le journal a été altéré"
            description={[...findings.slice(0, 20), next].join(' ')}
          />
        )
      }
    </Answer>
  );
}
