import type { DoubleView } from '../../api-types.js';
import { Decisions, DecisionForm } from '../../parts/decisions.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { doublePath } from './directory-paths.js';

const answers = {
  SAME: {
    label: 'C’est la même personne',
    submit: 'Réunir les deux fiches',
    means:
      'Les deux fiches sont réunies : le compte déjà connu reste, celui de l’autre fiche se ferme. Une réunion se défait.',
    done: 'Les deux fiches sont réunies. Si c’est une erreur, défaites la réunion depuis la liste.',
  },
  DIFFERENT: {
    label: 'Ce sont deux personnes',
    submit: 'Garder deux personnes',
    means: 'Rien ne change : chacune garde son compte, et la question n’est plus posée.',
    done: 'C’est noté : ce sont deux personnes, la question n’est plus posée.',
  },
} as const;
type AnswerCode = keyof typeof answers;

/** One person or two (DIR-2). */
export function DoubleDecision({
  pair,
  done,
}: {
  pair: Pick<DoubleView, 'pairId' | 'version'>;
  done: (words: string) => void;
}) {
  const choices = (['SAME', 'DIFFERENT'] as const).map((code) => ({
    label: answers[code].label,
    form: (giveUp: () => void) => (
      <AnswerForm pair={pair} code={code} done={done} giveUp={giveUp} />
    ),
  }));
  return <Decisions choices={choices} />;
}

function AnswerForm({
  pair: { pairId, version },
  code,
  done,
  giveUp,
}: {
  pair: Pick<DoubleView, 'pairId' | 'version'>;
  code: AnswerCode;
  done: (words: string) => void;
  giveUp: () => void;
}) {
  const action = useAction();
  const { decide } = useDecide();
  const { label, submit, means, done: words } = answers[code];
  const send = () =>
    action.attempt(async () => {
      await decide(`${doublePath(pairId)}/answer`, { answer: code }, version);
      done(words);
    });
  return (
    <DecisionForm title={label} submit={submit} action={action} decide={send} giveUp={giveUp}>
      <p>{means}</p>
    </DecisionForm>
  );
}
