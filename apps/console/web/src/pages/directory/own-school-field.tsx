import { SelectField } from '../../parts/fields.js';

/** Which of their schools, for a head of several. */
export function OwnSchoolField({
  uais,
  value,
  change,
}: {
  uais: readonly string[];
  value: string;
  change: (uai: string) => void;
}) {
  return (
    <SelectField
      field="uai"
      label="École"
      nativeSelectProps={{
        name: 'uai',
        value,
        required: true,
        onChange: (event) => change(event.target.value),
      }}
    >
      <option value="" disabled>
        Choisissez une école
      </option>
      {uais.map((uai) => (
        <option key={uai} value={uai}>
          {uai}
        </option>
      ))}
    </SelectField>
  );
}
