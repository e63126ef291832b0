import { useState } from 'react';
import type { EntPlanSchoolView } from '../../api-types.js';
import { planDecisionReasons } from '../../ent-plan-words.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { SelectField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { ReasonFields, useReason } from '../../parts/reason-fields.js';
import { schoolInWords } from '../../words.js';
import { planPath } from './ent-plan-paths.js';

const verdicts = {
  approval: {
    label: 'Accepter',
    means:
      'L’ENT est averti d’exactement ce que vous lisez ici. Si cela a changé entre-temps, rien n’est fait et un nouveau plan vous est soumis.',
    done: 'C’est accepté : l’ENT en est averti.',
  },
  rejection: {
    label: 'Rejeter',
    means:
      'L’ENT n’en est pas averti : ces comptes y restent ouverts. Nos comptes et les places ne changent pas. Corrigez la source de l’erreur.',
    done: 'C’est rejeté : l’ENT n’en est pas averti.',
  },
} as const;
type Verdict = keyof typeof verdicts;
type Props = {
  readonly planId: string;
  /** Schools of this page that wait. */
  readonly held: readonly EntPlanSchoolView[];
  readonly done: (words: string) => void;
};

/** What a plan holds, all of it or one school (PRV-8). */
export function EntPlanDecision(props: Props) {
  const choices = (['approval', 'rejection'] as const).map((verdict) => ({
    label: verdicts[verdict].label,
    form: (giveUp: () => void) => <Form {...props} verdict={verdict} giveUp={giveUp} />,
  }));
  return <Decisions choices={choices} />;
}

function Form({
  planId,
  held,
  done,
  verdict,
  giveUp,
}: Props & { verdict: Verdict; giveUp: () => void }) {
  const [uai, setUai] = useState('');
  const reason = useReason();
  const action = useAction();
  const { decide } = useDecide();
  const { label, means, done: words } = verdicts[verdict];
  const send = () =>
    action.attempt(async () => {
      const body = { uai, reason: reason.sent };
      await decide(`${planPath(planId)}/${verdict}`, body);
      done(words);
    });
  return (
    <DecisionForm
      title={`${label} ce plan`}
      submit={label}
      action={action}
      decide={send}
      giveUp={giveUp}
    >
      <p>{means}</p>
      <SelectField
        field="uai"
        label="Pour"
        nativeSelectProps={{
          name: 'uai',
          value: uai,
          onChange: (event) => setUai(event.target.value),
        }}
      >
        <option value="">toutes les écoles en attente</option>
        {held.map(({ uai: each, schoolName }) => (
          <option key={each} value={each}>
            {schoolInWords(each, schoolName)}
          </option>
        ))}
      </SelectField>
      <ReasonFields reasons={planDecisionReasons} of={reason} />
    </DecisionForm>
  );
}
