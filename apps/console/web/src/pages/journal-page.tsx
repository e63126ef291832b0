import { useState, type FormEvent } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../api.js';
import type {
  JournalPage as JournalAnswer,
  JournalSubjects,
  JournalVerification,
} from '../api-types.js';
import { DateField, TextField } from '../parts/fields.js';
import { Mistakes } from '../parts/mistakes.js';
import { DataTable } from '../parts/data-table.js';
import { Answer, Page } from '../parts/page.js';
import { useAnswer } from '../parts/use-answer.js';
import { instant, lookAction, lookReason, lookRefusal, plural, role } from '../words.js';

type Filter = Record<'personName' | 'agentName' | 'personId' | 'from' | 'to', string>;
const everything: Filter = { personName: '', agentName: '', personId: '', from: '', to: '' };

/**
 * Who looked at whom, when and why (SUP-2). People are counted; their names are shown line by line to who asks,
 * and that is a look too, as is to ask who looked at a person by its name.
 */
export function JournalPage() {
  const [written, setWritten] = useState(everything);
  const [filter, setFilter] = useState(everything);
  const [person, setPerson] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFilter({ ...written, personId: written.personName ? '' : filter.personId });
  };
  const name = (field: 'personName' | 'agentName', label: string, hintText: string) => (
    <div className="fr-col-12 fr-col-md-6">
      <TextField
        field={field}
        label={label}
        hintText={hintText}
        nativeInputProps={{
          value: written[field],
          onChange: (event) => setWritten({ ...written, [field]: event.target.value }),
        }}
      />
    </div>
  );
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
      <Alarms />
      <Mistakes>
        <form onSubmit={submit}>
          <div className="fr-grid-row fr-grid-row--gutters fr-grid-row--bottom">
            {name(
              'personName',
              'Personne consultée',
              'Son nom et son prénom, en entier ; cette recherche est inscrite au journal',
            )}
            {name('agentName', 'Agent', 'Le nom, ou son début, de qui a consulté')}
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
            setWritten({ ...written, personName: '' });
            setFilter({ ...filter, personName: '', personId });
          }}
        />
      </Mistakes>
    </Page>
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
      {({ looks, nextCursor, named }) => (
        <>
          {named.people === 0 && (
            <Alert
              small
              className="fr-mb-3w"
              severity="warning"
              description="Personne de ce nom n’est connu aujourd’hui : vérifiez le nom et le prénom. Les consultations d’une personne effacée depuis ne se retrouvent plus par son nom."
            />
          )}
          {named.agents === 0 && (
            <Alert
              small
              className="fr-mb-3w"
              severity="warning"
              description="Aucun agent de ce nom ne s’est jamais connecté : vérifiez son nom, tel que son compte le donne."
            />
          )}
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
                `${lookReason(look.reason)}${look.ticket ? ` (${look.ticket})` : ''}${look.question ? ` : ${look.question}` : ''}`,
                look.refusal
                  ? lookRefusal(look.refusal)
                  : look.action === 'ALARM'
                    ? '—'
                    : 'Affichée',
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
  if (number === 0) return 'Aucune';
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

const week = 7 * 86_400_000;

/** Who looked at a great many people in the last week, or tried to. */
function Alarms() {
  const answer = useAnswer('journal alarms', () =>
    get<JournalAnswer>('/api/journal', {
      alarms: 'true',
      from: new Date(Date.now() - week).toISOString().slice(0, 10),
      limit: 20,
    }),
  );
  if (answer.status !== 'READY' || answer.value.looks.length === 0) return null;
  return (
    <Alert
      className="fr-mb-3w"
      severity="warning"
      title="Des consultations sont inhabituelles"
      description={
        <ul>
          {answer.value.looks.map(({ id, recordedAt, userName, refusal }) => (
            <li key={id}>
              {instant(recordedAt)} : {userName || 'une personne jamais connectée ici'}{' '}
              {refusal
                ? 'a atteint la limite de personnes à l’heure, et n’a pu en consulter davantage.'
                : 'a consulté beaucoup de personnes en une heure.'}
            </li>
          ))}
        </ul>
      }
    />
  );
}

/** A line is compared with its seal, which it gets a minute later: the newest have none yet. */
const verified = (lines: number) =>
  lines === 0
    ? 'Journal vérifié : aucune ligne n’est encore scellée. Les consultations des dernières minutes sont scellées peu après, et vérifiées ensuite.'
    : `Journal vérifié : ${plural(lines, 'ligne scellée, intacte', 'lignes scellées, toutes intactes')}. Les consultations des dernières minutes sont scellées peu après, et vérifiées ensuite.`;

function Verification() {
  const answer = useAnswer('verification', () =>
    get<JournalVerification>('/api/journal/verification'),
  );
  return (
    <Answer of={answer}>
      {({ lines, findings, next }) =>
        findings.length === 0 ? (
          <Alert small className="fr-mb-3w" severity="success" description={verified(lines)} />
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
