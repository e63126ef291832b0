import { useState } from 'react';
import type { EntFaultView } from '../../api-types.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { SelectField } from '../../parts/fields.js';
import { ReasonFields, useReason } from '../../parts/reason-fields.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { count, decisionReasons } from '../../words.js';

type Props = { readonly faults: readonly EntFaultView[]; readonly done: (words: string) => void };

/** All of one cause, in one decision. */
export function EntFaultRetry(props: Props) {
  const choice = {
    label: 'Reprendre une cause',
    form: (giveUp: () => void) => <Form {...props} giveUp={giveUp} />,
  };
  return <Decisions choices={[choice]} />;
}

function Form({ faults, done, giveUp }: Props & { giveUp: () => void }) {
  const [code, setCode] = useState(faults[0]?.code ?? '');
  const reason = useReason();
  const action = useAction();
  const { decide } = useDecide();
  const send = () =>
    action.attempt(async () => {
      const body = { reason: reason.sent };
      await decide(`/api/support/ent-faults/${encodeURIComponent(code)}/retries`, body);
      done('La reprise a commencé : cette page dit où elle en est.');
    });
  return (
    <DecisionForm
      title="Reprendre tous les comptes d’une cause"
      submit="Reprendre"
      action={action}
      decide={send}
      giveUp={giveUp}
    >
      <p>
        Vingt comptes sont essayés d’abord : si presque aucun ne passe, la cause est encore là, et
        la reprise s’arrête d’elle-même. Sinon les autres suivent par portions.
      </p>
      <SelectField
        field="code"
        label="Cause"
        nativeSelectProps={{
          name: 'code',
          value: code,
          required: true,
          onChange: (event) => setCode(event.target.value),
        }}
      >
        {faults.map(({ code: each, inWords, failed, refused }) => (
          <option key={each} value={each}>
            {inWords} ({count(failed + refused)})
          </option>
        ))}
      </SelectField>
      <ReasonFields reasons={decisionReasons} of={reason} />
    </DecisionForm>
  );
}
