import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../api.js';
import type {
  AccountHistory,
  AccountView,
  PersonPage as PersonAnswer,
  PersonView,
} from '../api-types.js';
import { DataTable } from '../parts/data-table.js';
import { Answer, Page } from '../parts/page.js';
import { useAnswer } from '../parts/use-answer.js';
import { useLocation } from '../router.js';
import {
  cause,
  date,
  instant,
  maskedField,
  period,
  profile,
  sourcesInWords,
  state,
  wayIn,
  decisionReason,
} from '../words.js';
import { hasRole, useSession } from '../session-context.js';
import { AccountDecision } from './account-decision.js';
import { AccountSides } from './account-sides.js';
import { PrintButton } from './letters/print-button.js';
import { RequestLetter } from './letters/request-letter.js';
import { StateBadge } from './search-page.js';

type Why = { reason?: string; ticket?: string };

/** The page a call is answered with: what state the account is in, and what to do next. */
export function PersonPage({ personId }: { personId: string }) {
  const { query } = useLocation();
  const why: Why = {
    reason: query.get('reason') ?? undefined,
    ticket: query.get('ticket') ?? undefined,
  };
  const answer = useAnswer(`person ${personId}`, () =>
    get<PersonAnswer>(`/api/support/people/${encodeURIComponent(personId)}`, why),
  );
  const title =
    answer.status === 'READY' ? answer.value.person.displayName : 'Fiche d’une personne';
  return (
    <Page title={title} crumbs={[{ label: 'Retrouver un compte', href: '/assistance' }]}>
      <Answer of={answer}>
        {({ person, attributeSources, fresh, mayReadHistory }) => (
          <>
            {!fresh && (
              <Alert
                small
                severity="info"
                className="fr-mb-3w"
                description="Le service des comptes ne répond pas : l’état affiché est le dernier connu."
              />
            )}
            <Identity person={person} sources={attributeSources ?? []} />
            <h2>{person.accounts.length > 1 ? 'Ses comptes' : 'Son compte'}</h2>
            {person.accounts.length === 0 && (
              <p>Cette personne n’a pas encore de compte : il sera demandé au prochain import.</p>
            )}
            {person.accounts.map((account) => (
              <Account
                key={account.accountId}
                account={account}
                why={why}
                mayReadHistory={mayReadHistory}
                reload={answer.reload}
              />
            ))}
          </>
        )}
      </Answer>
    </Page>
  );
}

type Sources = NonNullable<PersonAnswer['attributeSources']>;

function Identity({ person, sources }: { person: PersonView; sources: Sources }) {
  const relatives = [
    ...(person.guardianCount > 0
      ? [{ label: 'Responsables', names: person.guardians, number: person.guardianCount }]
      : []),
    ...(person.childCount > 0
      ? [{ label: 'Enfants', names: person.children, number: person.childCount }]
      : []),
  ];
  return (
    <section className="fr-mb-4w">
      <dl className="facts">
        {person.birthDate && (
          <>
            <dt>Date de naissance</dt>
            <dd>{date(person.birthDate)}</dd>
          </>
        )}
        {person.places.map((place, i) => (
          <Fact key={i} label={profile(place.profile)}>
            {place.schoolName}
            {place.commune ? `, ${place.commune}` : ''} ({place.uai})
            {place.classLabel && <> — classe {place.classLabel}</>}
            {place.furtherClasses.map((label) => `, classe ${label}`)}
            {place.groups.map((label) => `, groupe ${label}`)}
            {place.endsOn && <> — {period({ startsOn: place.startsOn, endsOn: place.endsOn })}</>}
          </Fact>
        ))}
        {person.furtherSchools.map((school) => (
          <Fact key={school.uai} label="Autre école">
            {school.schoolName}
            {school.commune ? `, ${school.commune}` : ''} ({school.uai}) — sans compte
          </Fact>
        ))}
        {person.isElsewhere && (
          <Fact label="Autre école">Il y en a une, qui ne vous est pas montrée.</Fact>
        )}
        {relatives.map(({ label, names, number }) => (
          <Fact key={label} label={label}>
            {names.length > 0
              ? names.map(({ displayName }) => displayName).join(', ')
              : `${number} (noms masqués)`}
          </Fact>
        ))}
        {sources.length > 0 && <Fact label="Sources">{sourcesInWords(sources)}</Fact>}
      </dl>
      {person.masked.length > 0 && (
        <p className="fr-text--sm fr-mt-2w" data-testid="masked">
          <span className="fr-icon-eye-off-line fr-icon--sm" aria-hidden="true" /> Masqué pour votre
          niveau : {person.masked.map(maskedField).join(', ')}.
        </p>
      )}
    </section>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

type AccountProps = {
  account: AccountView;
  why: Why;
  mayReadHistory: boolean;
  reload: () => void;
};

function Account({ account, why, mayReadHistory, reload }: AccountProps) {
  const session = useSession();
  const [open, setOpen] = useState(false);
  const [compares, setCompares] = useState(false);
  return (
    <article className="account" data-testid="account">
      <h3 className="fr-h5">
        Compte {profile(account.profile).toLowerCase()} <StateBadge value={account.state} />
      </h3>
      <p data-testid="state-in-words">{account.stateInWords}</p>
      <p className="next-step">
        <strong>Que faire :</strong> {account.nextStep}
      </p>
      <dl className="facts">
        <Fact label="Depuis le">{date(account.since)}</Fact>
        {account.login && <Fact label="Identifiant">{account.login}</Fact>}
        {wayIn(account.wayIn) && <Fact label="Connexion par">{wayIn(account.wayIn)}</Fact>}
        {account.waitingRank > 0 && (
          <Fact label="Rang dans la file d’attente">{account.waitingRank}</Fact>
        )}
        {account.failureCode && <Fact label="Cause technique">{account.failureCode}</Fact>}
      </dl>
      {hasRole(session, 'school') && hasOpened(account) && (
        <PrintButton
          label="Imprimer la lettre d’accès"
          path={`/api/accounts/${encodeURIComponent(account.accountId)}/letter`}
          body={{}}
        />
      )}
      {hasRole(session, 'support-1', 'support-2') && hasOpened(account) && (
        <RequestLetter accountId={account.accountId} />
      )}
      {mayReadHistory && (
        <>
          <Button
            priority="secondary"
            size="small"
            className="fr-mt-2w fr-mr-1w"
            onClick={() => setOpen(!open)}
            nativeButtonProps={{ 'aria-expanded': open }}
          >
            {open ? 'Masquer l’historique' : 'Afficher l’historique'}
          </Button>
          {hasRole(session, 'support-2') && (
            <Button
              priority="secondary"
              size="small"
              className="fr-mt-2w fr-mr-1w"
              onClick={() => setCompares(!compares)}
              nativeButtonProps={{ 'aria-expanded': compares }}
            >
              {compares ? 'Masquer la comparaison' : 'Comparer à l’ENT'}
            </Button>
          )}
          <AccountDecision account={account} done={reload} />
          {compares && <AccountSides account={account} why={why} />}
          {open && <History accountId={account.accountId} why={why} />}
        </>
      )}
    </article>
  );
}

/** There is a letter for it at all. */
const hasOpened = ({ state }: AccountView) => state === 'PROVISIONED' || state === 'ACTIVATED';

function History({ accountId, why }: { accountId: string; why: Why }) {
  const answer = useAnswer(`history ${accountId}`, () =>
    get<AccountHistory>(`/api/support/accounts/${encodeURIComponent(accountId)}/history`, why),
  );
  return (
    <Answer of={answer}>
      {({ transitions }) => (
        <DataTable
          caption="Historique du compte"
          headers={['Jour d’effet', 'De', 'À', 'Cause', 'École', 'Décidé par', 'Enregistré']}
          multiline={[2, 3, 4]}
          rows={transitions.map((one) => ({
            key: String(one.sequence),
            cells: [
              date(one.effectiveOn),
              one.fromState ? state(one.fromState) : '—',
              state(one.toState),
              <>
                {cause(one.cause)}
                {one.reason && (
                  <>
                    <br />
                    {decisionReason(one.reason)}
                  </>
                )}
              </>,
              one.schoolName || '—',
              one.decidedByName || '—',
              one.recordedAt ? instant(one.recordedAt) : '—',
            ],
          }))}
        />
      )}
    </Answer>
  );
}
