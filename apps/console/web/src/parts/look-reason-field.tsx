import { lookReasons } from '../words.js';
import { SelectField } from './fields.js';

/** Why a person of support looks (SUP-2). */
export function LookReasonField({
  hint,
  value,
  change,
}: {
  hint: string;
  value: string;
  change: (reason: string) => void;
}) {
  return (
    <SelectField
      field="reason"
      label="Motif"
      hint={hint}
      nativeSelectProps={{
        name: 'reason',
        value,
        required: true,
        onChange: (event) => change(event.target.value),
      }}
    >
      <option value="" disabled>
        Choisir…
      </option>
      {Object.entries(lookReasons).map(([code, label]) => (
        <option key={code} value={code}>
          {label}
        </option>
      ))}
    </SelectField>
  );
}
