import { useState } from 'react';
import { get } from '../../api.js';
import type { FedSchoolPreview } from '../../api-types.js';
import { fedSchoolReasons, previewInWords } from '../../fed-school-words.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { DateField, SelectField, TextField } from '../../parts/fields.js';
import { ReasonFields, useReason } from '../../parts/reason-fields.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';

type Props = { readonly academies: readonly string[]; readonly done: (words: string) => void };
const path = '/api/support/fed-schools';

/** A school is declared once its preview was read; the end is a day, too. */
export function FedSchoolDecisions(props: Props) {
  return (
    <Decisions
      choices={[
        {
          label: 'Déclarer une école',
          form: (giveUp) => <Declaration {...props} giveUp={giveUp} />,
        },
        { label: 'Mettre fin', form: (giveUp) => <End {...props} giveUp={giveUp} /> },
      ]}
    />
  );
}

function Declaration({ academies, done, giveUp }: Props & { giveUp: () => void }) {
  const [uai, setUai] = useState('');
  const [academy, setAcademy] = useState(academies[0] ?? '');
  const [startsOn, setStartsOn] = useState('');
  const [preview, setPreview] = useState<FedSchoolPreview>();
  const reason = useReason();
  const action = useAction();
  const { decide } = useDecide();
  const send = () =>
    action.attempt(async () => {
      if (preview === undefined) {
        const school = encodeURIComponent(uai);
        setPreview(await get<FedSchoolPreview>(`${path}/${school}/preview`, { academy }));
        return;
      }
      await decide(path, { uai, academy, startsOn, reason: reason.sent });
      done('C’est déclaré : à partir de ce jour, nous n’y créons plus de compte.');
    });
  return (
    <DecisionForm
      title="Déclarer une école alimentée par l’académie"
      submit={preview === undefined ? 'Voir ce que fera l’alimentation' : 'Déclarer'}
      action={action}
      decide={send}
      giveUp={giveUp}
    >
      <SchoolField
        value={uai}
        change={(value) => {
          setUai(value);
          setPreview(undefined);
        }}
      />
      <SelectField
        field="academy"
        label="Académie"
        nativeSelectProps={{
          name: 'academy',
          value: academy,
          required: true,
          onChange: (event) => {
            setAcademy(event.target.value);
            setPreview(undefined);
          },
        }}
      >
        {academies.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </SelectField>
      <DateField
        field="startsOn"
        label="Premier jour"
        hint="Aujourd’hui ou plus tard."
        value={startsOn}
        change={setStartsOn}
      />
      <ReasonFields reasons={fedSchoolReasons} of={reason} />
      {preview && (
        <ul role="status">
          {previewInWords(preview).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </DecisionForm>
  );
}

function End({ done, giveUp }: Props & { giveUp: () => void }) {
  const [uai, setUai] = useState('');
  const [endsOn, setEndsOn] = useState('');
  const reason = useReason();
  const action = useAction();
  const { decide } = useDecide();
  const send = () =>
    action.attempt(async () => {
      await decide(`${path}/${encodeURIComponent(uai)}/end`, { endsOn, reason: reason.sent });
      done('C’est noté : ce jour-là, les comptes en attente sont créés comme partout ailleurs.');
    });
  return (
    <DecisionForm
      title="Mettre fin à l’alimentation d’une école"
      submit="Mettre fin"
      action={action}
      decide={send}
      giveUp={giveUp}
    >
      <SchoolField value={uai} change={setUai} />
      <DateField
        field="endsOn"
        label="Premier jour sans alimentation"
        hint="Le premier jour de la période l’annule."
        value={endsOn}
        change={setEndsOn}
      />
      <ReasonFields reasons={fedSchoolReasons} of={reason} />
    </DecisionForm>
  );
}

function SchoolField({ value, change }: { value: string; change: (value: string) => void }) {
  return (
    <TextField
      field="uai"
      label="UAI de l’école"
      nativeInputProps={{
        name: 'uai',
        value,
        required: true,
        maxLength: 8,
        onChange: (event) => change(event.target.value),
      }}
    />
  );
}
