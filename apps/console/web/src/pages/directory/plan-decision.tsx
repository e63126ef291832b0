import { useState } from 'react';
import { get, post } from '../../api.js';
import type { PlanFigures, PlanSchool, PlanSchoolsPage } from '../../api-types.js';
import {
  decisionReasons,
  figuresInWords,
  figureToConfirm,
  isConfirmed,
} from '../../import-words.js';
import { DecisionForm } from '../../parts/decisions.js';
import { TextField } from '../../parts/fields.js';
import { Answer } from '../../parts/page.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { ReasonFields, useReason } from '../../parts/reason-fields.js';
import { plural } from '../../words.js';
import { planPath } from './directory-paths.js';

export type Decided = {
  readonly verdict: 'approval' | 'rejection';
  /** One school; none: all that is held. */
  readonly school?: PlanSchool;
};
type Held = { readonly schools: number; readonly figures: PlanFigures };
type Props = Decided & {
  readonly planId: string;
  /** What was done, in words. */
  readonly done: (words: string) => void;
  readonly giveUp: () => void;
};

/** Approves or rejects exactly the figures that are shown: the person writes the gravest one down (DIR-3). */
export function PlanDecision(props: Props) {
  const { planId, school } = props;
  const held = useAnswer(`held ${planId} ${school?.uai ?? ''}`, () =>
    school ? Promise.resolve({ schools: 1, figures: school.figures }) : heldOf(planId),
  );
  return <Answer of={held}>{(figures) => <Form {...props} held={figures} />}</Answer>;
}

/** Of all held schools the service counts: a person of two schools is one person. */
async function heldOf(planId: string): Promise<Held> {
  const query = { state: 'HELD', limit: 1 };
  const { plan } = await get<PlanSchoolsPage>(`${planPath(planId)}/schools`, query);
  return { schools: plan!.heldSchools, figures: plan!.held! };
}

const words = {
  approval: { verb: 'Approuver', means: 'Cela et rien d’autre est appliqué.' },
  rejection: { verb: 'Rejeter', means: 'Rien de cela n’est appliqué : l’annuaire reste tel quel.' },
} as const;

function Form({ planId, verdict, school, held, done, giveUp }: Props & { held: Held }) {
  const reason = useReason();
  const [typed, setTyped] = useState('');
  const action = useAction();
  const { verb, means } = words[verdict];
  const what = school
    ? `l’école ${school.uai}`
    : plural(BigInt(held.schools), 'école retenue', 'écoles retenues');
  const toConfirm = figureToConfirm(held.figures);
  const mismatch = isConfirmed(typed, toConfirm)
    ? ''
    : `Ce n’est pas le nombre de ${toConfirm.words} indiqué ci-dessus : relisez-le, puis tapez-le.`;
  const send = () =>
    action.attempt(async () => {
      const body = {
        reason: reason.sent,
        uai: school?.uai ?? '',
      };
      await post(`${planPath(planId)}/${verdict}`, body);
      done(
        verdict === 'approval'
          ? `Approbation enregistrée pour ${what} : les changements s’appliquent tels que prévus.`
          : `Rejet enregistré pour ${what} : rien n’en est appliqué.`,
      );
    });
  return (
    <DecisionForm
      title={`${verb} : ${what}`}
      submit={verb}
      action={action}
      giveUp={giveUp}
      decide={send}
    >
      <p>
        <strong>{figuresInWords(held.figures)}</strong> Chaque personne compte une fois. {means}
      </p>
      <ReasonFields reasons={decisionReasons} of={reason} />
      <TextField
        field="figure"
        label={`Nombre de ${toConfirm.words}`}
        hintText="Tapez le nombre indiqué ci-dessus, pour confirmer que vous l’avez lu."
        nativeInputProps={{
          name: 'figure',
          value: typed,
          required: true,
          inputMode: 'numeric',
          autoComplete: 'off',
          // The browser sends nothing while it differs, and says why.
          ref: (input: HTMLInputElement | null) => input?.setCustomValidity(mismatch),
          onChange: (event) => setTyped(event.target.value),
        }}
      />
    </DecisionForm>
  );
}
