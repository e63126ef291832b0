import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Checkbox } from '@codegouvfr/react-dsfr/Checkbox';
import type { RevisionProposed } from '../../api-types.js';
import { DecisionForm } from '../../parts/decisions.js';
import { DateField, PaperField, TextField } from '../../parts/fields.js';
import { PriceEffects } from '../../parts/price-effects.js';
import { AppliedRevision, PriceChanges } from '../../parts/proposals.js';
import { useAction } from '../../parts/use-action.js';
import { noPaper, useDecide } from '../../parts/use-decide.js';

type Value = { value: string; on: string; source: string };
type Term = { index: string; coefficient: string; base: Value; current: Value };
const noValue: Value = { value: '', on: '', source: '' };
const noTerm: Term = { index: '', coefficient: '', base: noValue, current: noValue };
const termsMax = 10;

/** First what the formula gives, then the same with its paper (BIL-2): whatever is changed in between is calculated anew. */
export function RevisionForm({
  market,
  giveUp,
  done,
}: {
  market: string;
  giveUp: () => void;
  done: (words: string) => void;
}) {
  const [dates, setDates] = useState({ baseOn: '', effectiveFrom: '' });
  const [constant, setConstant] = useState('');
  const [roundsFactor, setRoundsFactor] = useState(false);
  const [terms, setTerms] = useState<readonly Term[]>([noTerm]);
  const [judged, setJudged] = useState<RevisionProposed | null>(null);
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { deposit, decide } = useDecide();
  const changed = () => setJudged(null);
  const setTerm = (at: number, term: Term) => {
    setTerms(terms.with(at, term));
    changed();
  };
  const propose = () =>
    action.attempt(async () => {
      const revision = { ...dates, constant, roundsFactor, terms };
      const asked = { marketCode: market, revision };
      const path = '/api/billing/proposals/price-revision';
      if (!judged) {
        setJudged(await decide<RevisionProposed>(path, { ...asked, dryRun: true }));
        return;
      }
      const title = 'Bordereau des prix révisé';
      const documentId = await deposit({ market, kind: 'BPU', title }, paper);
      await decide<RevisionProposed>(path, { ...asked, documentId });
      done('Les prix révisés sont proposés : le coordinateur vérifie les indices et le calcul.');
    });
  return (
    <DecisionForm
      title="Réviser les prix par la formule du marché"
      submit={judged ? 'Proposer ces prix révisés' : 'Calculer'}
      action={action}
      giveUp={giveUp}
      decide={propose}
    >
      <p>
        Prix révisé = prix de base × (part fixe + coefficient × dernière valeur ÷ valeur de base).
      </p>
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-1w">
        <div className="fr-col-12 fr-col-md-4">
          <DateField
            field="revision.baseOn"
            label="Jour du prix de base"
            hint="Les prix en vigueur ce jour-là sont révisés."
            value={dates.baseOn}
            change={(baseOn) => {
              setDates({ ...dates, baseOn });
              changed();
            }}
          />
        </div>
        <div className="fr-col-12 fr-col-md-4">
          <DateField
            field="revision.effectiveFrom"
            label="Prix révisés à partir du"
            hint="Aucun jour déjà facturé."
            value={dates.effectiveFrom}
            change={(effectiveFrom) => {
              setDates({ ...dates, effectiveFrom });
              changed();
            }}
          />
        </div>
        <div className="fr-col-12 fr-col-md-4">
          <Decimal
            field="constant"
            label="Part fixe"
            hint="Avec les coefficients, elle fait 1."
            value={constant}
            change={(text) => {
              setConstant(text);
              changed();
            }}
          />
        </div>
      </div>
      {terms.map((term, at) => (
        <TermFields key={at} at={at} term={term} change={(next) => setTerm(at, next)} />
      ))}
      {terms.length < termsMax && (
        <Button
          size="small"
          priority="secondary"
          nativeButtonProps={{ type: 'button' }}
          onClick={() => {
            setTerms([...terms, noTerm]);
            changed();
          }}
        >
          Ajouter un indice
        </Button>
      )}
      <Checkbox
        className="fr-mt-2w"
        options={[
          {
            label: 'La clause arrondit le coefficient de révision à quatre décimales',
            nativeInputProps: {
              checked: roundsFactor,
              onChange: ({ target }) => {
                setRoundsFactor(target.checked);
                changed();
              },
            },
          },
        ]}
      />
      {judged?.applied && <AppliedRevision applied={judged.applied} />}
      {judged && <PriceChanges changes={judged.changes} />}
      {judged && <PriceEffects effects={judged.effects} />}
      {judged && judged.changes.length > 0 && (
        <PaperField
          label="Le bordereau révisé (BPU)"
          hint="Avec les publications des indices : la pièce contre laquelle le coordinateur vérifie."
          paper={paper}
          change={setPaper}
        />
      )}
    </DecisionForm>
  );
}

function TermFields({ at, term, change }: { at: number; term: Term; change: (t: Term) => void }) {
  const name = term.index === '' ? `indice ${at + 1}` : term.index;
  return (
    <fieldset className="fr-fieldset fr-mb-1w">
      <legend className="fr-fieldset__legend">Indice {at + 1}</legend>
      <div className="fr-fieldset__element fr-grid-row fr-grid-row--gutters">
        <div className="fr-col-12 fr-col-md-6">
          <TextField
            field={`terms[${at}].index`}
            label="Nom de l’indice"
            nativeInputProps={{
              value: term.index,
              required: true,
              maxLength: 60,
              onChange: ({ target }) => change({ ...term, index: target.value }),
            }}
          />
        </div>
        <div className="fr-col-12 fr-col-md-6">
          <Decimal
            field={`terms[${at}].coefficient`}
            label={`Coefficient (${name})`}
            value={term.coefficient}
            change={(coefficient) => change({ ...term, coefficient })}
          />
        </div>
        {(['base', 'current'] as const).map((which) => (
          <ValueFields
            key={which}
            field={`terms[${at}].${which}`}
            label={which === 'base' ? 'Valeur de base' : 'Dernière valeur'}
            value={term[which]}
            change={(value) => change({ ...term, [which]: value })}
          />
        ))}
      </div>
    </fieldset>
  );
}

function ValueFields({
  field,
  label,
  value,
  change,
}: {
  field: string;
  label: string;
  value: Value;
  change: (value: Value) => void;
}) {
  return (
    <>
      <div className="fr-col-12 fr-col-md-4">
        <Decimal
          field={`${field}.value`}
          label={label}
          value={value.value}
          change={(text) => change({ ...value, value: text })}
        />
      </div>
      <div className="fr-col-12 fr-col-md-4">
        <DateField
          field={`${field}.on`}
          label={`${label} : jour ou mois`}
          value={value.on}
          change={(on) => change({ ...value, on })}
        />
      </div>
      <div className="fr-col-12 fr-col-md-4">
        <TextField
          field={`${field}.source`}
          label={`${label} : publiée où ?`}
          nativeInputProps={{
            value: value.source,
            required: true,
            maxLength: 200,
            onChange: ({ target }) => change({ ...value, source: target.value }),
          }}
        />
      </div>
    </>
  );
}

function Decimal({
  field,
  label,
  hint,
  value,
  change,
}: {
  field: string;
  label: string;
  hint?: string;
  value: string;
  change: (text: string) => void;
}) {
  return (
    <TextField
      field={field}
      label={label}
      hintText={hint}
      nativeInputProps={{
        value,
        required: true,
        maxLength: 20,
        inputMode: 'decimal',
        autoComplete: 'off',
        onChange: ({ target }) => change(target.value),
      }}
    />
  );
}
