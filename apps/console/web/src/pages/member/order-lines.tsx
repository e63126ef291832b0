import { Button } from '@codegouvfr/react-dsfr/Button';
import { RadioButtons } from '@codegouvfr/react-dsfr/RadioButtons';
import type { Problem } from '../../api.js';
import type { Dashboard } from '../../api-types.js';
import { DateField, SelectField, TextField } from '../../parts/fields.js';
import { mistakesOf } from '../../parts/mistakes-of.js';
import { earliest, earliestInWords, type Terms } from './order-terms.js';

export type Line = {
  readonly itemCode: string;
  readonly effectiveFrom: string;
  readonly delta: number;
};

/** A line as it is being typed. */
export type LineInput = {
  readonly key: string;
  readonly itemCode: string;
  readonly more: boolean;
  readonly quantity: string;
  readonly from: string;
};

export const newLine = (itemCode: string, today: string): LineInput => ({
  key: crypto.randomUUID(),
  itemCode,
  more: true,
  quantity: '',
  from: today,
});

export const toLines = (inputs: readonly LineInput[]): Line[] =>
  inputs.map(({ itemCode, more, quantity, from }) => ({
    itemCode,
    effectiveFrom: from,
    delta: Number(quantity) * (more ? 1 : -1),
  }));

export const fromLines = (lines: readonly Line[]): LineInput[] =>
  lines.map(({ itemCode, effectiveFrom, delta }) => ({
    key: crypto.randomUUID(),
    itemCode,
    more: delta > 0,
    quantity: String(Math.abs(delta)),
    from: effectiveFrom,
  }));

/** While lines are mended one by one, what is told of them stays; with a line more or less each would bear another's. */
export const staysAtFields = (
  problem: Problem | null,
  before: readonly LineInput[],
  after: readonly LineInput[],
) => problem !== null && mistakesOf(problem).length > 0 && before.length === after.length;

type LinesProps = {
  readonly lines: readonly LineInput[];
  readonly items: Dashboard['items'];
  readonly terms: Terms;
  readonly change: (lines: LineInput[]) => void;
};

/** The lines of an order: what, how many more or fewer, from which day. */
export function OrderLines({ lines, items, terms, change }: LinesProps) {
  const replace = (at: number, by: Partial<LineInput>) =>
    change(lines.map((line, i) => (i === at ? { ...line, ...by } : line)));
  return (
    <>
      {lines.map((line, at) => (
        <fieldset key={line.key} className="line-of-order">
          {lines.length > 1 && <legend className="fr-text--bold">Ligne {at + 1}</legend>}
          <OneLine
            at={`lines.${at}`}
            line={line}
            items={items}
            terms={terms}
            change={(by) => replace(at, by)}
          />
          {lines.length > 1 && (
            <Button
              type="button"
              priority="tertiary"
              size="small"
              className="fr-mt-2w"
              iconId="fr-icon-delete-line"
              onClick={() => change(lines.filter((_line, i) => i !== at))}
            >
              Retirer la ligne {at + 1}
            </Button>
          )}
        </fieldset>
      ))}
      {lines.length < terms.orderLinesMax && (
        <Button
          type="button"
          priority="tertiary no outline"
          size="small"
          iconId="fr-icon-add-line"
          className="fr-mb-3w line-to-add"
          onClick={() => change([...lines, newLine(items[0]?.itemCode ?? '', terms.on)])}
        >
          Ajouter une ligne
        </Button>
      )}
    </>
  );
}

function OneLine({
  at,
  line,
  items,
  terms,
  change,
}: {
  /** Where the line stands in what is sent. */
  at: string;
  line: LineInput;
  items: Dashboard['items'];
  terms: Terms;
  change: (by: Partial<LineInput>) => void;
}) {
  const { more } = line;
  const choose = (wanted: boolean) =>
    change({
      more: wanted,
      ...(line.from === earliest(!wanted, terms) && { from: earliest(wanted, terms) }),
    });
  return (
    <>
      {items.length > 1 && (
        <SelectField
          field={`${at}.itemCode`}
          label="Comptes concernés"
          nativeSelectProps={{
            value: line.itemCode,
            onChange: (event) => change({ itemCode: event.target.value }),
          }}
        >
          {items.map((one) => (
            <option key={one.itemCode} value={one.itemCode}>
              {one.label}
            </option>
          ))}
        </SelectField>
      )}
      <RadioButtons
        legend="Vous souhaitez"
        name={`direction-${line.key}`}
        orientation="horizontal"
        options={[
          {
            label: 'commander plus de comptes',
            nativeInputProps: { value: 'more', checked: more, onChange: () => choose(true) },
          },
          {
            label: 'réduire la commande',
            nativeInputProps: { value: 'less', checked: !more, onChange: () => choose(false) },
          },
        ]}
      />
      <div className="fr-grid-row fr-grid-row--gutters">
        <div className="fr-col-12 fr-col-sm-6">
          <TextField
            field={`${at}.delta`}
            label={more ? 'Nombre de comptes en plus' : 'Nombre de comptes en moins'}
            hintText="Un nombre entier."
            nativeInputProps={{
              type: 'number',
              min: 1,
              step: 1,
              required: true,
              value: line.quantity,
              onChange: (event) => change({ quantity: event.target.value }),
            }}
          />
        </div>
        <div className="fr-col-12 fr-col-sm-6">
          <DateField
            field={`${at}.effectiveFrom`}
            label="À partir du"
            hint={earliestInWords(more, terms)}
            min={earliest(more, terms)}
            value={line.from}
            change={(from) => change({ from })}
          />
        </div>
      </div>
    </>
  );
}
