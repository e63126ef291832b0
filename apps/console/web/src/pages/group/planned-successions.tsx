import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import type {
  SuccessionsApproved,
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

/** The list; what was proposed is approved by another coordinator, and cancelled from it before its day (ADH-5). */
export function PlannedSuccessions({
  successions,
  done,
}: {
  successions: readonly Succession[];
  done: Done;
}) {
  const [chosen, setChosen] = useState<{ one: Succession; Form: Form } | null>(null);
  const button = (one: Succession, verb: string, Form: Form) => (
    <Button
      size="small"
      priority="secondary"
      nativeButtonProps={{
        'aria-label': `${verb} la succession de ${one.predecessorName} à ${one.successorName}`,
      }}
      onClick={() => setChosen({ one, Form })}
    >
      {verb}
    </Button>
  );
  return (
    <>
      {chosen && (
        <chosen.Form
          key={chosen.one.successionId}
          succession={chosen.one}
          done={done}
          giveUp={() => setChosen(null)}
        />
      )}
      <Successions
        successions={successions}
        decide={(one) =>
          ['PROPOSED', 'PLANNED'].includes(one.status) ? (
            <>
              {one.status === 'PROPOSED' && !one.isOwn && button(one, 'Approuver', ApprovalForm)}
              {button(one, 'Annuler', CancellationForm)}
            </>
          ) : null
        }
      />
    </>
  );
}

type FormProps = { succession: Succession; done: Done; giveUp: () => void };
type Form = (props: FormProps) => React.ReactNode;

const pathOf = ({ successionId }: Succession) =>
  `/api/coordination/successions/${encodeURIComponent(successionId)}`;

function ApprovalForm({ succession, done, giveUp }: FormProps) {
  const { predecessorName, successorName, effectiveOn, proposalDigest } = succession;
  const action = useAction();
  const { decide } = useDecide();
  const approve = () =>
    action.attempt(async () => {
      const { successions } = await decide<SuccessionsApproved>(`${pathOf(succession)}/approval`, {
        digest: proposalDigest,
      });
      const { length } = successions;
      done(`${plural(length, 'succession est approuvée', 'successions sont approuvées')}.`);
    });
  return (
    <DecisionForm
      title={`Approuver la succession de ${predecessorName} à ${successorName}`}
      submit="Approuver la succession"
      action={action}
      giveUp={giveUp}
      decide={approve}
    >
      <p>
        Vous attestez qu’elle est celle de l’arrêté ou de la délibération déposés. Elle prend effet
        le {date(effectiveOn)} ; celles proposées en même temps sont approuvées avec elle.
      </p>
    </DecisionForm>
  );
}

function CancellationForm({ succession, done, giveUp }: FormProps) {
  const { predecessorName, successorName, effectiveOn } = succession;
  const [reason, setReason] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const cancel = () =>
    action.attempt(async () => {
      const { successions } = await decide<SuccessionsCancelled>(
        `${pathOf(succession)}/cancellation`,
        { reason: reason.trim() },
      );
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
        Elle prend effet le {date(effectiveOn)}. Celles proposées avec elle, ou qui ont lieu avec
        elle pour une même commune nouvelle, sont annulées en même temps.
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
