import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { addDays, isLocalDate } from '#libs/time';
import { get } from '../../api.js';
import type { Withdrawal } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { hasRole, useSession } from '../../session-context.js';
import { date, noticeState, reminderKind } from '../../words.js';
import { memberPath, MemberPage } from './member-page.js';
import { WithdrawalLetters } from './withdrawal-letters.js';

/** May this member leave, from when, and what it has sent already; the coordinator records its letters (WDR-1, WDR-2). */
export function WithdrawalPage({ membershipId }: { membershipId: string }) {
  const session = useSession();
  const [done, setDone] = useState('');
  const answer = useAnswer(`withdrawal ${membershipId}`, () =>
    get<Withdrawal>(`${memberPath(membershipId)}/withdrawal`),
  );
  const recorded = (words: string) => {
    setDone(words);
    answer.reload();
  };
  return (
    <MemberPage
      membershipId={membershipId}
      title="Retrait"
      lead="La convention (art. 3) lie chaque membre pendant une première période ; le retrait se demande par lettre recommandée, dans un délai fixé avant qu’elle ne finisse."
    >
      {() => (
        <>
          <div aria-live="polite">
            {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
          </div>
          <Answer of={answer}>
            {(withdrawal) => (
              <>
                <Alert className="fr-mb-4w" {...stateOf(withdrawal)} />
                {hasRole(session, 'coordinator') && (
                  <WithdrawalLetters
                    membershipId={membershipId}
                    withdrawal={withdrawal}
                    done={recorded}
                  />
                )}
                <Shown withdrawal={withdrawal} />
              </>
            )}
          </Answer>
        </>
      )}
    </MemberPage>
  );
}

function Shown({ withdrawal }: { withdrawal: Withdrawal }) {
  const { notices, reminders } = withdrawal;
  return (
    <>
      {notices.length > 0 && (
        <DataTable
          caption="Demandes de retrait enregistrées"
          headers={['Lettre n°', 'Envoyée le', 'Reçue le', 'Prend effet le', 'État']}
          rows={notices.map((notice) => ({
            key: notice.withdrawalId,
            cells: [
              notice.letter?.number,
              date(notice.letter?.sentOn ?? ''),
              date(notice.letter?.receivedOn ?? ''),
              date(notice.takesEffectOn),
              notice.status === 'REVOKED'
                ? `${noticeState(notice.status)} le ${date(notice.revokedOn)}`
                : noticeState(notice.status),
            ],
          }))}
        />
      )}
      <DataTable
        caption="Rappels avant la fin du délai (les conseils doivent se réunir)"
        headers={['Rappel', 'Le', 'Dernier jour pour envoyer']}
        empty="Aucun rappel n’a été envoyé."
        rows={reminders.map((reminder) => ({
          key: reminder.kind,
          cells: [reminderKind(reminder.kind), date(reminder.dueOn), date(reminder.lastDay)],
        }))}
      />
    </>
  );
}

function stateOf({ state, window, takesEffectOn }: Withdrawal) {
  const opensOn = date(window?.startsOn ?? '');
  const lastDay = window && isLocalDate(window.endsOn) ? date(addDays(window.endsOn, -1)) : '—';
  switch (state) {
    case 'NOT_YET':
      return {
        severity: 'info' as const,
        title: 'Trop tôt pour demander le retrait',
        description: `La lettre s’envoie du ${opensOn} au ${lastDay} inclus. Le retrait prendrait effet le ${date(takesEffectOn)}.`,
      };
    case 'OPEN':
      return {
        severity: 'warning' as const,
        title: 'Le retrait peut être demandé',
        description: `Par lettre recommandée envoyée le ${lastDay} au plus tard. Il prendrait effet le ${date(takesEffectOn)}. Sans lettre, l’adhésion continue jusqu’à la fin du marché.`,
      };
    case 'NOTIFIED':
      return {
        severity: 'warning' as const,
        title: 'Le retrait est demandé',
        description: `Il prend effet le ${date(takesEffectOn)}. Il peut être révoqué jusqu’à la veille, par lettre recommandée.`,
      };
    case 'CLOSED':
      return {
        severity: 'info' as const,
        title: 'Le délai de retrait est passé',
        description: `Il courait du ${opensOn} au ${lastDay}. L’adhésion dure jusqu’à la fin du marché.`,
      };
    case 'ENDED':
      return {
        severity: 'info' as const,
        title: 'L’adhésion est terminée',
        description: 'Il n’y a plus rien à demander.',
      };
    default:
      return {
        severity: 'info' as const,
        title: 'Aucun retrait n’est possible',
        description: 'Ce marché n’ouvre pas de délai de retrait à ce membre.',
      };
  }
}
