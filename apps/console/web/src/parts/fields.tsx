import { Input, type InputProps } from '@codegouvfr/react-dsfr/Input';
import { Select, type SelectProps } from '@codegouvfr/react-dsfr/Select';
import { Upload } from '@codegouvfr/react-dsfr/Upload';
import { useMistake } from './mistakes.js';
import type { Paper } from './use-decide.js';

/** Where what is filled in stands in what is sent, `lines.0.delta`: a mistake told of it is shown here. */
type InField = { readonly field: string };

export function TextField({
  field,
  nativeInputProps,
  ...input
}: InField & Omit<InputProps.RegularInput, 'state' | 'stateRelatedMessage'>) {
  const { shown, native } = useMistake(field);
  return <Input {...input} {...shown} nativeInputProps={{ ...nativeInputProps, ...native }} />;
}

export function SelectField({
  field,
  nativeSelectProps,
  ...select
}: InField & Omit<SelectProps, 'state' | 'stateRelatedMessage'>) {
  const { shown, native } = useMistake(field);
  return <Select {...select} {...shown} nativeSelectProps={{ ...nativeSelectProps, ...native }} />;
}

/** A day that a person gives; whether it is today's or later, only the owner knows for sure. */
export function DateField({
  field,
  label,
  hint,
  value,
  change,
  min,
  required = true,
}: InField & {
  label: string;
  hint?: string;
  value: string;
  change: (day: string) => void;
  min?: string;
  required?: boolean;
}) {
  return (
    <TextField
      field={field}
      label={label}
      {...(hint && { hintText: hint })}
      nativeInputProps={{
        type: 'date',
        value,
        required,
        ...(min && { min }),
        onChange: (event) => change(event.target.value),
      }}
    />
  );
}

/** As the back end bounds it. */
const bytesMax = 20 * 1024 * 1024;
const tooLarge = 'Ce fichier dépasse 20\u00a0Mo : réduisez-le, puis choisissez-le à nouveau.';

/** A document to deposit: its file, and the day printed on it. */
export function PaperField({
  label,
  hint,
  paper,
  change,
  required = true,
}: {
  label: string;
  hint?: string;
  paper: Paper;
  change: (paper: Paper) => void;
  required?: boolean;
}) {
  const isTooLarge = paper.file !== null && paper.file.size > bytesMax;
  return (
    <div className="fr-grid-row fr-grid-row--gutters fr-mb-1w">
      <div className="fr-col-12 fr-col-md-8">
        <Upload
          className="fr-mb-3w"
          label={label}
          hint={`${hint ? `${hint} ` : ''}PDF ou image, 20\u00a0Mo au plus.`}
          state={isTooLarge ? 'error' : 'default'}
          stateRelatedMessage={tooLarge}
          nativeInputProps={{
            accept: '.pdf,.png,.jpg,.jpeg',
            required,
            onChange: ({ target }) => {
              const file = target.files?.[0] ?? null;
              // The browser then sends nothing, and says why.
              target.setCustomValidity(file && file.size > bytesMax ? tooLarge : '');
              change({ ...paper, file });
            },
          }}
        />
      </div>
      <div className="fr-col-12 fr-col-md-4">
        <DateField
          field="datedOn"
          label="Daté du"
          hint="Le jour écrit sur le document."
          value={paper.datedOn}
          required={required || paper.file !== null}
          change={(datedOn) => change({ ...paper, datedOn })}
        />
      </div>
    </div>
  );
}
