import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Mistakes } from './mistakes.js';
import { ProblemAlert } from './problem-alert.js';
import type { Action } from './use-action.js';

export type Choice = {
  readonly label: string;
  readonly form: (giveUp: () => void) => ReactNode;
};

/** What may be decided here, the likeliest first; then the form of what the person chose. */
export function Decisions({ choices }: { choices: readonly Choice[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const choice = choices.find(({ label }) => label === chosen);
  if (choice) return choice.form(() => setChosen(null));
  return (
    <div className="fr-btns-group fr-btns-group--inline fr-mb-2w">
      {choices.map(({ label }, index) => (
        <Button
          key={label}
          priority={index === 0 ? 'primary' : 'secondary'}
          onClick={() => setChosen(label)}
        >
          {label}
        </Button>
      ))}
    </div>
  );
}

/** One decision with what it needs, and beside its button what went against it. */
export function DecisionForm({
  title,
  submit,
  action: { busy, problem },
  decide,
  giveUp,
  children,
}: {
  title: string;
  /** What the button says. */
  submit: string;
  action: Action;
  decide: () => void;
  giveUp: () => void;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that opened the form is gone: who uses a keyboard goes on from here.
  useEffect(() => heading.current?.focus(), []);
  return (
    <form
      className="figure figure--aside figure--strong fr-mb-4w"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        decide();
      }}
    >
      <h3 ref={heading} tabIndex={-1} className="fr-h6">
        {title}
      </h3>
      <Mistakes>
        {children}
        {problem && <ProblemAlert problem={problem} />}
      </Mistakes>
      <div className="fr-btns-group fr-btns-group--inline fr-mt-3w">
        <Button type="submit" disabled={busy}>
          {submit}
        </Button>
        <Button type="button" priority="tertiary" disabled={busy} onClick={giveUp}>
          Renoncer
        </Button>
      </div>
    </form>
  );
}
