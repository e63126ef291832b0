import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import type {
  SuccessionsCancelled,
  SuccessionsPage as SuccessionsAnswer,
} from '../../api-types.js';
import { DecisionForm } from '../../parts/decisions.js';
import { TextField } from '../../parts/fields.js';
import { Successions } from '../../parts/successions.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { date, plural } from '../../words.js';

type Succession = SuccessionsAnswer['successions'][number];
type Done = (words: string) => void;

/** The list; what is only planned may be cancelled from it, before its day (ADH-5). */
export function PlannedSuccessions({
  successions,
  done,
}: {
  successions: readonly Succession[];
  done: Done;
}) {
  const [chosen, setChosen] = useState<Succession | null>(null);
  return (
    <>
      {chosen && (
        <CancellationForm
          key={chosen.successionId}
          succession={chosen}
          done={done}
          giveUp={() => setChosen(null)}
        />
      )}
      <Successions
        successions={successions}
        decide={(one) =>
          one.status === 'PLANNED' ? (
            <Button
              size="small"
              priority="secondary"
              nativeButtonProps={{
                'aria-label': `Annuler la succession de ${one.predecessorName} à ${one.successorName}`,
              }}
              onClick={() => setChosen(one)}
            >
              Annuler
            </Button>
          ) : null
        }
      />
    </>
  );
}

function CancellationForm({
  succession,
  done,
  giveUp,
}: {
  succession: Succession;
  done: Done;
  giveUp: () => void;
}) {
  const { successionId, predecessorName, successorName, effectiveOn } = succession;
  const [reason, setReason] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const cancel = () =>
    action.attempt(async () => {
      const path = `/api/coordination/successions/${encodeURIComponent(successionId)}/cancellation`;
      const { successions } = await decide<SuccessionsCancelled>(path, { reason: reason.trim() });
      const { length } = successions;
      done(`${plural(length, 'succession est annulée', 'successions sont annulées')}.`);
    });
  return (
    <DecisionForm
      title={`Annuler la succession de ${predecessorName} à ${successorName}`}
      submit="Annuler la succession"
      action={action}
      giveUp={giveUp}
      decide={cancel}
    >
      <p>
        Elle est prévue le {date(effectiveOn)}. Celles qui ont lieu avec elle, pour une même commune
        nouvelle, sont annulées en même temps.
      </p>
      <TextField
        field="reason"
        label="Pourquoi ?"
        hintText="Conservé avec la décision et lu par les membres. Aucun nom de personne."
        nativeInputProps={{
          name: 'cancellation-reason',
          value: reason,
          required: true,
          maxLength: 500,
          onChange: (event) => setReason(event.target.value),
        }}
      />
    </DecisionForm>
  );
}
