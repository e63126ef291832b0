import { heldInWords, planReasons } from '../../ent-night-words.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { ReasonFields, useReason } from '../../parts/reason-fields.js';
import { lookPath } from './ent-night-paths.js';

const verdicts = {
  approval: {
    label: 'Accepter',
    means:
      'L’école est relue dans l’ENT, puis exactement ces différences sont réparées. Si l’une d’elles a changé depuis, rien n’est fait.',
    done: 'C’est accepté : l’ENT est mis en accord avec nos comptes pour ces différences.',
  },
  rejection: {
    label: 'Rejeter',
    means: 'Rien n’est fait, et la question n’est plus posée tant que rien d’autre ne change.',
    done: 'C’est rejeté : rien n’est fait dans l’ENT.',
  },
} as const;
type Verdict = keyof typeof verdicts;
type Props = {
  readonly day: string;
  readonly uai: string;
  readonly held: number;
  readonly done: (words: string) => void;
};

/** What a night held of a school, decided as a whole (PRV-8). */
export function NightDecision(props: Props) {
  const choices = (['approval', 'rejection'] as const).map((verdict) => ({
    label: verdicts[verdict].label,
    form: (giveUp: () => void) => <Form {...props} verdict={verdict} giveUp={giveUp} />,
  }));
  return <Decisions choices={choices} />;
}

function Form({
  day,
  uai,
  held,
  done,
  verdict,
  giveUp,
}: Props & { verdict: Verdict; giveUp: () => void }) {
  const reason = useReason();
  const action = useAction();
  const { decide } = useDecide();
  const { label, means, done: words } = verdicts[verdict];
  const send = () =>
    action.attempt(async () => {
      const body = { reason: reason.sent };
      await decide(`${lookPath(day, uai)}/${verdict}`, body);
      done(words);
    });
  return (
    <DecisionForm
      title={`${label} : école ${uai}`}
      submit={label}
      action={action}
      decide={send}
      giveUp={giveUp}
    >
      <p>
        <strong>{heldInWords(held)}</strong> {means}
      </p>
      <ReasonFields reasons={planReasons} of={reason} />
    </DecisionForm>
  );
}
