import { useState } from 'react';
import { RadioButtons } from '@codegouvfr/react-dsfr/RadioButtons';
import { post } from '../api.js';
import type { BillingRhythms, RhythmChosen } from '../api-types.js';
import { date } from '../words.js';
import { rhythmInWords } from './billing-terms-words.js';
import { decisionKeys } from './decision-keys.js';
import { DecisionForm, Decisions } from './decisions.js';
import { useAction } from './use-action.js';

type Shown = {
  readonly rhythms: BillingRhythms;
  readonly version: number;
  readonly path: string;
  readonly marketCode: string;
  readonly recorded: (words: string) => void;
};

/** One invoice for the contract year or one for each quarter, and the choice for the next year (BIL-3). */
export function BillingRhythm({ mayRecord, ...shown }: Shown & { readonly mayRecord: boolean }) {
  const { current, next, nextFrom, ofMarket } = shown.rhythms;
  return (
    <section aria-labelledby="rythme">
      <h2 id="rythme" className="fr-h5">
        Rythme de facturation
      </h2>
      <dl className="fr-mb-3w">
        <dt className="fr-text--bold">Cette année de contrat</dt>
        <dd>{rhythmInWords(current)}</dd>
        {nextFrom && (
          <>
            <dt className="fr-text--bold">À partir du {date(nextFrom)}</dt>
            <dd>{rhythmInWords(next)}</dd>
          </>
        )}
      </dl>
      {mayRecord && nextFrom && !ofMarket && (
        <Decisions
          choices={[
            {
              label: 'Changer de rythme',
              form: (giveUp) => <ChoiceForm {...shown} giveUp={giveUp} />,
            },
          ]}
        />
      )}
    </section>
  );
}

function ChoiceForm({
  rhythms: { next, nextFrom },
  version,
  path,
  marketCode,
  giveUp,
  recorded,
}: Shown & { readonly giveUp: () => void }) {
  const [rhythm, setRhythm] = useState(next);
  const [underKey] = useState(decisionKeys);
  const action = useAction();
  const choose = () =>
    action.attempt(async () => {
      const body = { marketCode, rhythm };
      await underKey([path, version, body], (idempotencyKey) =>
        post<RhythmChosen>(`${path}/billing-rhythm`, body, { idempotencyKey, version }),
      );
      recorded(
        `Enregistré : ${rhythmInWords(rhythm).toLowerCase()} à partir du ${date(nextFrom)}.`,
      );
    });
  return (
    <DecisionForm
      title="Choisir le rythme de facturation"
      submit="Enregistrer"
      {...{ action, giveUp }}
      decide={choose}
    >
      <RadioButtons
        legend={`Vos factures à partir du ${date(nextFrom)}`}
        hintText="L’année de contrat en cours garde son rythme. Le montant dû est le même, à quelques centimes d’arrondi près."
        options={['QUARTER', 'YEAR'].map((value) => ({
          label: rhythmInWords(value),
          hintText:
            value === 'YEAR'
              ? 'Une seule, à la fin de l’année de contrat.'
              : 'Quatre, chacune à la fin du trimestre de contrat.',
          nativeInputProps: {
            value,
            checked: rhythm === value,
            onChange: () => setRhythm(value),
          },
        }))}
      />
    </DecisionForm>
  );
}
