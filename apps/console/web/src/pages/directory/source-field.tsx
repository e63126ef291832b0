import type { Source } from '../../api-types.js';
import { SelectField } from '../../parts/fields.js';

/** Which of the declared sources a delivery is of (DIR-5). */
export function SourceField({
  hint,
  sources,
  value,
  change,
}: {
  hint: string;
  sources: readonly Source[];
  value: string;
  change: (sourceCode: string) => void;
}) {
  return (
    <SelectField
      field="source"
      label="Source"
      hint={hint}
      nativeSelectProps={{
        name: 'source',
        value,
        required: true,
        onChange: (event) => change(event.target.value),
      }}
    >
      <option value="" disabled>
        Choisissez une source
      </option>
      {sources.map(({ sourceCode, title }) => (
        <option key={sourceCode} value={sourceCode}>
          {title}
        </option>
      ))}
    </SelectField>
  );
}
