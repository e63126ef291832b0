import { useState, type FormEvent } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Input } from '@codegouvfr/react-dsfr/Input';
import { post, type Problem } from '../api.js';
import type { AccountView } from '../api-types.js';
import { SelectField } from '../parts/fields.js';
import { Mistakes } from '../parts/mistakes.js';
import { ProblemAlert } from '../parts/problem-alert.js';
import { asProblem } from '../parts/use-answer.js';
import { hasRole, useSession } from '../session-context.js';
import { decisionReasons } from '../words.js';

const actions = {
  SUSPEND: { label: 'Suspendre le compte', from: ['PROVISIONED', 'ACTIVATED'] },
  RESUME: { label: 'Lever la suspension', from: ['SUSPENDED'] },
  RETRY: { label: 'Relancer la création', from: ['FAILED'] },
  // Offered beside the three sides alone: what the ENT says of it decides.
  RESTORE: { label: 'Restaurer dans l’ENT', from: [] },
} as const;
type Action = keyof typeof actions;
type Props = {
  readonly account: AccountView;
  readonly done: () => void;
  /** These, whatever the state; else what the state allows. */
  readonly offered?: readonly Action[];
};

/** What level 2 (and 3, for a retry) may decide; provisioning judges, and keeps who and why. */
export function AccountDecision({ account, done, offered }: Props) {
  const session = useSession();
  const [decision, setDecision] = useState<{ action: Action; key: string } | null>(null);
  const [reason, setReason] = useState('');
  const [ticket, setTicket] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const mayDecide = (action: Action) =>
    hasRole(session, 'support-2') || (action === 'RETRY' && hasRole(session, 'support-3'));
  const isFit = (action: Action) =>
    actions[action].from.some((state) => state === account.state) ||
    // A plan still waits to block it in the ENT (PRV-8).
    (action === 'SUSPEND' && account.urgentBlock === 'POSSIBLE') ||
    (action === 'RESUME' && account.urgentBlock === 'DECIDED') ||
    // In the ENT, with a change that it refuses.
    (action === 'RETRY' && account.failureCode !== '');
  const possible = offered ?? (Object.keys(actions) as Action[]).filter(isFit);
  const allowed = possible.filter(mayDecide);
  const labelOf = (action: Action) =>
    action === 'RETRY' && account.state !== 'FAILED'
      ? 'Relancer ce que l’ENT refuse'
      : action === 'SUSPEND' && account.urgentBlock === 'POSSIBLE'
        ? 'Bloquer tout de suite dans l’ENT'
        : action === 'RESUME' && account.state !== 'SUSPENDED'
          ? 'Lever le blocage immédiat'
          : actions[action].label;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!decision) return;
    setBusy(true);
    setProblem(null);
    try {
      const path = `/api/support/accounts/${encodeURIComponent(account.accountId)}/decisions`;
      await post(
        path,
        { action: decision.action, reason: `${reason} ${ticket.trim()}`.trim() },
        { idempotencyKey: decision.key },
      );
      setDecision(null);
      setReason('');
      setTicket('');
      done();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  if (!decision) {
    return allowed.map((action) => (
      <Button
        key={action}
        priority="tertiary"
        size="small"
        className="fr-mt-2w fr-mr-1w"
        onClick={() => setDecision({ action, key: crypto.randomUUID() })}
      >
        {labelOf(action)}
      </Button>
    ));
  }
  return (
    <Mistakes>
      <form onSubmit={(event) => void submit(event)} className="fr-mt-2w">
        {problem && <ProblemAlert problem={problem} />}
        <SelectField
          field="reason"
          label="Pourquoi ?"
          hint="Le motif est conservé avec la décision."
          nativeSelectProps={{
            name: 'decision-reason',
            value: reason,
            required: true,
            autoFocus: true,
            onChange: (event) => setReason(event.target.value),
          }}
        >
          <option value="" disabled>
            Choisissez un motif
          </option>
          {Object.entries(decisionReasons).map(([code, label]) => (
            <option key={code} value={code}>
              {label}
            </option>
          ))}
        </SelectField>
        <Input
          label="Numéro de ticket (facultatif)"
          hintText="Par exemple SUP-1234. Aucun nom."
          nativeInputProps={{
            name: 'decision-ticket',
            value: ticket,
            pattern: '([A-Z]{1,5}-)?[0-9]{1,12}',
            maxLength: 18,
            onChange: (event) => setTicket(event.target.value),
          }}
        />
        <Button type="submit" size="small" disabled={busy} className="fr-mr-1w">
          {labelOf(decision.action)}
        </Button>
        <Button type="button" size="small" priority="tertiary" onClick={() => setDecision(null)}>
          Renoncer
        </Button>
      </form>
    </Mistakes>
  );
}
