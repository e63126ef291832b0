import { Select } from '@codegouvfr/react-dsfr/Select';

/** Narrows a list to one state; the empty one stands for all. */
export function StateChoice({
  states,
  inWords,
  value,
  onChange,
}: {
  states: readonly string[];
  inWords: (state: string) => string;
  value: string;
  onChange: (state: string) => void;
}) {
  return (
    <Select
      label="État"
      nativeSelectProps={{ value, onChange: (event) => onChange(event.target.value) }}
    >
      <option value="">Tous</option>
      {states.map((state) => (
        <option key={state} value={state}>
          {inWords(state)}
        </option>
      ))}
    </Select>
  );
}
