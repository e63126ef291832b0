import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get, post } from '../../api.js';
import type { LdapAccess, LdapAccessOf, LdapSecret } from '../../api-types.js';
import { type Choice, DecisionForm, Decisions } from '../../parts/decisions.js';
import { DateField, PaperField } from '../../parts/fields.js';
import { LdapWithdrawal } from '../../parts/ldap-withdrawal.js';
import { Answer } from '../../parts/page.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { noPaper, useDecide } from '../../parts/use-decide.js';
import { hasRole, useSession } from '../../session-context.js';
import { date, ldapState } from '../../words.js';
import { memberPath, MemberPage } from './member-page.js';

/** May this member read its schools' staff over LDAP, on whose decision, and how does it connect (SUP-3). */
export function LdapPage({ membershipId }: { membershipId: string }) {
  const path = `${memberPath(membershipId)}/ldap-access`;
  const session = useSession();
  const [done, setDone] = useState('');
  // Kept here: what is below is built anew when the access is asked again.
  const [secret, setSecret] = useState('');
  const answer = useAnswer(`ldap ${membershipId}`, () => get<LdapAccessOf>(path));
  const recorded = (words: string) => {
    setDone(words);
    setSecret('');
    answer.reload();
  };
  const drawn = (told: string) => {
    setSecret(told);
    answer.reload();
  };
  return (
    <MemberPage
      membershipId={membershipId}
      title="Annuaire LDAP"
      lead="Les agents des écoles que vous financez (enseignants et personnels, jamais un élève ni un responsable), lus par votre propre annuaire. L’accès s’ouvre sur une décision du responsable de traitement ; chaque consultation est inscrite au journal."
    >
      {() => (
        <>
          <div aria-live="polite">
            {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
          </div>
          <div role="status">{secret && <SecretOnce secret={secret} />}</div>
          <Answer of={answer}>
            {({ access }) => {
              const isOpen = access?.status === 'OPEN';
              const open: Choice = {
                label: 'Ouvrir l’accès',
                form: (giveUp) => (
                  <OpenForm membershipId={membershipId} path={path} {...{ giveUp, recorded }} />
                ),
              };
              const close: Choice = {
                label: 'Fermer l’accès',
                form: (giveUp) => (
                  <LdapWithdrawal
                    path={`${path}/withdrawal`}
                    reasons={['MEMBER', 'CONTROLLER', 'INCIDENT']}
                    {...{ giveUp, recorded }}
                  />
                ),
              };
              return (
                <>
                  <State access={access} />
                  {isOpen && hasRole(session, 'member-orderer') && (
                    <DrawSecret path={`${path}/secret`} drawn={drawn} />
                  )}
                  {isOpen && hasRole(session, 'member-orderer', 'coordinator') && (
                    <Decisions choices={[close]} />
                  )}
                  {!isOpen && hasRole(session, 'coordinator') && <Decisions choices={[open]} />}
                </>
              );
            }}
          </Answer>
        </>
      )}
    </MemberPage>
  );
}

function State({ access }: { access?: LdapAccess | undefined }) {
  if (access?.status !== 'OPEN') {
    return (
      <Alert
        small
        className="fr-mb-4w"
        severity="info"
        description={`${access ? `L’accès est fermé : ${ldapState(access)}.` : 'L’accès n’a jamais été ouvert.'} Pour l’ouvrir, le coordinateur dépose la décision du responsable de traitement.`}
      />
    );
  }
  const { url, bindDn, decidedOn, secretDrawnOn, document } = access;
  return (
    <>
      <Alert
        small
        className="fr-mb-3w"
        severity="success"
        description={`L’accès est ${ldapState(access)}, sur la décision du ${date(decidedOn)} (${document.title}).`}
      />
      <dl className="fr-mb-3w">
        <dt className="fr-text--bold">Adresse (LDAPS seulement)</dt>
        <dd>
          <code>{url}</code>
        </dd>
        <dt className="fr-text--bold">Identifiant du compte de service</dt>
        <dd style={{ overflowWrap: 'anywhere' }}>
          <code>{bindDn}</code>
        </dd>
        <dt className="fr-text--bold">Mot de passe</dt>
        <dd>{secretDrawnOn ? `Tiré le ${date(secretDrawnOn)}` : 'Pas encore tiré'}</dd>
      </dl>
    </>
  );
}

/** Shown once, here and nowhere else: it is gone with the page. */
function SecretOnce({ secret }: { secret: string }) {
  return (
    <Alert
      className="fr-mb-3w"
      severity="warning"
      title="Recopiez ce mot de passe maintenant"
      description={
        <>
          <code style={{ overflowWrap: 'anywhere' }}>{secret}</code>
          <br />
          Il n’est conservé nulle part et ne sera plus montré. Le précédent n’ouvre plus rien.
        </>
      }
    />
  );
}

function DrawSecret({ path, drawn }: { path: string; drawn: (secret: string) => void }) {
  const { busy, problem, attempt } = useAction();
  const draw = () => attempt(async () => drawn((await post<LdapSecret>(path, {})).secret));
  return (
    <div className="fr-mb-4w">
      {problem && <ProblemAlert problem={problem} />}
      <Button priority="secondary" disabled={busy} onClick={draw}>
        Tirer un nouveau mot de passe
      </Button>
    </div>
  );
}

function OpenForm({
  membershipId,
  path,
  giveUp,
  recorded,
}: {
  membershipId: string;
  path: string;
  giveUp: () => void;
  recorded: (words: string) => void;
}) {
  const [endsOn, setEndsOn] = useState('');
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { deposit } = useDecide();
  const title = 'Décision du responsable de traitement';
  const open = () =>
    action.attempt(async () => {
      const owned = { membershipId, kind: 'CONTROLLER_DECISION', title } as const;
      const documentId = await deposit(owned, paper);
      await post(path, { documentId, decidedOn: paper.datedOn, endsOn });
      recorded('L’accès est ouvert. L’adhérent peut tirer son mot de passe sur cette page.');
    });
  return (
    <DecisionForm
      title="Ouvrir l’annuaire LDAP à cet adhérent"
      submit="Ouvrir l’accès"
      {...{ action, giveUp }}
      decide={open}
    >
      <p>
        La décision du responsable de traitement nomme cet adhérent. Elle est conservée avec son
        empreinte ; l’accès cesse de lui-même à sa fin.
      </p>
      <PaperField label={title} paper={paper} change={setPaper} />
      <DateField
        field="endsOn"
        label="Fin de l’accès"
        hint="Premier jour sans accès, au plus tard la fin de l’adhésion."
        value={endsOn}
        change={setEndsOn}
      />
    </DecisionForm>
  );
}
