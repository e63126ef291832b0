import { useEffect, useState, type FormEvent } from 'react';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { RadioButtons } from '@codegouvfr/react-dsfr/RadioButtons';
import { get, type Problem } from '../api.js';
import type { PeoplePage, PersonView, Session } from '../api-types.js';
import { DateField, TextField } from '../parts/fields.js';
import { LookReasonField } from '../parts/look-reason-field.js';
import { Mistakes } from '../parts/mistakes.js';
import { DataTable } from '../parts/data-table.js';
import { Page } from '../parts/page.js';
import { ProblemAlert } from '../parts/problem-alert.js';
import { asProblem } from '../parts/use-answer.js';
import { Link, navigate, useLocation } from '../router.js';
import { hasRole, useSession } from '../session-context.js';
import { profile, state, stateSeverity } from '../words.js';

const ways = {
  NAME: ['Nom', 'Nom, prénom, ou leurs premières lettres'],
  LOGIN: [
    'Identifiant',
    'L’identifiant entier, ou son début (trois caractères) s’il ne vous est pas masqué',
  ],
  SCHOOL: ['École', 'Nom de l’école, commune ou code UAI'],
} as const;
type Way = keyof typeof ways;

/** Finds people; what was asked stays in the address, so that « back » shows the list again. */
export function SearchPage() {
  const session = useSession();
  const isSupport = hasRole(session, 'support-1', 'support-2', 'support-3');
  const { query } = useLocation();
  const [by, setBy] = useState<Way>(
    (query.get('par') as Way | null) ?? (isSupport ? waysOf(session)[0]! : 'SCHOOL'),
  );
  const [text, setText] = useState(query.get('q') ?? (isSupport ? '' : (session.uais[0] ?? '')));
  const [bornOn, setBornOn] = useState(query.get('naissance') ?? '');
  const [reason, setReason] = useState(query.get('motif') ?? '');
  const [ticket, setTicket] = useState(query.get('dossier') ?? '');
  const [page, setPage] = useState<PeoplePage | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const why: Record<string, string> = isSupport ? { reason, ticket } : {};
  const search = async (cursor = '') => {
    setBusy(true);
    setProblem(null);
    try {
      const found = await get<PeoplePage>('/api/support/people', {
        by,
        q: text,
        ...(bornOn && seesBirthDates(session) ? { bornOn } : {}),
        ...why,
        cursor,
        limit: 20,
      });
      setPage((last) =>
        cursor && last ? { ...found, people: [...last.people, ...found.people] } : found,
      );
    } catch (error) {
      setPage(null);
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  // Coming back to the list is looking again; a head has its own school before it at once.
  useEffect(() => {
    if (text !== '' && (reason !== '' || !isSupport)) void search();
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const asked = new URLSearchParams({ par: by, q: text, motif: reason, dossier: ticket });
    if (bornOn !== '') asked.set('naissance', bornOn);
    navigate(`/assistance?${asked}`);
    void search();
  };

  return (
    <Page
      title={isSupport ? 'Retrouver un compte' : 'Les comptes de mon école'}
      crumbs={[]}
      {...(isSupport
        ? { lead: 'Chaque consultation est inscrite au journal avec son motif.' }
        : {})}
    >
      <Mistakes>
        <form onSubmit={submit} className="fr-mb-4w">
          <RadioButtons
            legend="Rechercher par"
            orientation="horizontal"
            name="by"
            options={waysOf(session).map((way) => ({
              label: ways[way][0],
              nativeInputProps: { value: way, checked: by === way, onChange: () => setBy(way) },
            }))}
          />
          <div className="fr-grid-row fr-grid-row--gutters fr-grid-row--bottom">
            <div className={`fr-col-12 fr-col-md-${isSupport ? 5 : 9}`}>
              <TextField
                field="q"
                label={ways[by][0]}
                hintText={ways[by][1]}
                nativeInputProps={{
                  name: 'q',
                  value: text,
                  required: true,
                  autoFocus: true,
                  onChange: (event) => setText(event.target.value),
                }}
              />
            </div>
            {isSupport && (
              <>
                <div className="fr-col-12 fr-col-md-3">
                  <LookReasonField
                    hint="Pourquoi consultez-vous ?"
                    value={reason}
                    change={setReason}
                  />
                </div>
                <div className="fr-col-12 fr-col-md-2">
                  <TextField
                    field="ticket"
                    label="Dossier"
                    hintText="Numéro, sans nom"
                    nativeInputProps={{
                      name: 'ticket',
                      value: ticket,
                      required: reason === 'TICKET',
                      pattern: '[A-Za-z0-9\\-]{1,30}',
                      onChange: (event) => setTicket(event.target.value),
                    }}
                  />
                </div>
              </>
            )}
            {seesBirthDates(session) && (
              <div className="fr-col-12 fr-col-md-3">
                <DateField
                  field="bornOn"
                  label="Date de naissance"
                  hint="Facultative : parmi les personnes trouvées"
                  value={bornOn}
                  change={setBornOn}
                  required={false}
                />
              </div>
            )}
            <div className="fr-col-12 fr-col-md-2">
              <Button type="submit" disabled={busy} className="fr-mb-3w">
                Rechercher
              </Button>
            </div>
          </div>
        </form>
        {problem && <ProblemAlert problem={problem} />}
      </Mistakes>
      {page && <Results page={page} why={why} />}
      {page?.nextCursor && (
        <>
          {isSupport && !ticket && (
            <p>Pour voir la suite, précisez la recherche ou indiquez le numéro du dossier.</p>
          )}
          <Button
            priority="secondary"
            disabled={busy || (isSupport && !ticket)}
            onClick={() => void search(page.nextCursor)}
          >
            Afficher la suite
          </Button>
        </>
      )}
    </Page>
  );
}

// Level 1 and level 3 see no birth date, and search by none.
const seesBirthDates = (session: Session): boolean => hasRole(session, 'support-2', 'school');

// Level 3 sees no name, and searches by none.
const waysOf = (session: Session): Way[] =>
  hasRole(session, 'support-1', 'support-2', 'school')
    ? ['NAME', 'LOGIN', 'SCHOOL']
    : ['LOGIN', 'SCHOOL'];

function Results({ page, why }: { page: PeoplePage; why: Record<string, string> }) {
  const search = new URLSearchParams(why).toString();
  return (
    <DataTable
      caption={
        page.nextCursor
          ? `Les ${page.people.length} premières personnes`
          : `${page.people.length} ${page.people.length < 2 ? 'personne trouvée' : 'personnes trouvées'}`
      }
      headers={['Personne', 'Profil', 'École et classe', 'Compte']}
      empty="Personne ne correspond dans votre périmètre. Vérifiez l’orthographe, ou cherchez par école."
      rows={page.people.map((person) => ({
        key: person.personId,
        cells: [
          <Link
            key="who"
            href={`/assistance/personnes/${person.personId}${search ? `?${search}` : ''}`}
          >
            {person.displayName}
          </Link>,
          [...new Set(person.places.map((place) => profile(place.profile)))].join(', '),
          <Places key="where" person={person} />,
          <Accounts key="accounts" person={person} />,
        ],
      }))}
    />
  );
}

function Places({ person }: { person: PersonView }) {
  return person.places.map((place, i) => (
    <div key={i}>
      {place.schoolName}
      {place.commune ? `, ${place.commune}` : ''} {place.classLabel && `— ${place.classLabel}`}
    </div>
  ));
}

function Accounts({ person }: { person: PersonView }) {
  if (person.accounts.length === 0) return 'Pas encore de compte';
  return person.accounts.map((account) => (
    <div key={account.accountId}>
      <StateBadge value={account.state} />
      {account.login && <span className="fr-text--sm fr-ml-1w">{account.login}</span>}
    </div>
  ));
}

export function StateBadge({ value }: { value: string }) {
  const severity = stateSeverity(value);
  return (
    <Badge {...(severity ? { severity } : {})} noIcon small as="span">
      {state(value)}
    </Badge>
  );
}
