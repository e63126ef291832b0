import { Button } from '@codegouvfr/react-dsfr/Button';
import { Input } from '@codegouvfr/react-dsfr/Input';
import { RadioButtons } from '@codegouvfr/react-dsfr/RadioButtons';
import { Select } from '@codegouvfr/react-dsfr/Select';
import type { Dashboard } from '../../api-types.js';
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
          <OneLine line={line} items={items} terms={terms} change={(by) => replace(at, by)} />
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
          className="fr-mb-3w"
          onClick={() => change([...lines, newLine(items[0]?.itemCode ?? '', terms.on)])}
        >
          Ajouter une ligne
        </Button>
      )}
    </>
  );
}

function OneLine({
  line,
  items,
  terms,
  change,
}: {
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
        <Select
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
        </Select>
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
          <Input
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
          <Input
            label="À partir du"
            hintText={earliestInWords(more, terms)}
            nativeInputProps={{
              type: 'date',
              min: earliest(more, terms),
              required: true,
              value: line.from,
              onChange: (event) => change({ from: event.target.value }),
            }}
          />
        </div>
      </div>
    </>
  );
}
