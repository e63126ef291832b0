import { parse } from 'csv-parse/sync';
import type { EntProfile } from '../graph/nodes.js';
import { attributeOf, childGroupOf } from './csv-columns.js';

/** One line of a file, by attribute; `line` counts the header as 1. */
export type Row = {
  readonly line: number;
  readonly profile: EntProfile;
  readonly values: Readonly<Record<string, string>>;
  readonly classes: readonly string[];
  /** Of a relative: one entry per repetition of the child's columns (§3.1). */
  readonly children: readonly Readonly<Record<string, string>>[];
};

/** What stops the whole import, by the wizard's key `error.<profile>` (§3.1). */
export type HardErrors = Record<string, string[]>;

export const fileBytesMax = 1024 * 1024;

/** Header and records; UTF-8 where there is a BOM or it is sound, else ISO-8859-1. */
export function recordsOf(bytes: Buffer): { header: string[]; records: string[][] } {
  const [header = [], ...records] = parse(textOf(bytes), {
    delimiter: ';',
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: false,
  });
  return { header, records };
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

export type Mapping = Readonly<Record<string, string>>;

/** What each header of a file is taken for; empty where nobody knows. */
export const mappingOf = (profile: EntProfile, header: readonly string[]): Record<string, string> =>
  Object.fromEntries(header.map((name) => [name, attributeOf(profile, name) ?? '']));

/** Rows of one file. What it adds to `errors` stops the import. */
export function rowsOf(
  profile: EntProfile,
  { bytes, mapping }: { readonly bytes: Buffer; readonly mapping: Mapping | undefined },
  errors: HardErrors,
): Row[] {
  const { header, records } = recordsOf(bytes);
  const refuse = (message: string) => (errors[`error.${profile}`] ??= []).push(message);
  const attributes = header.map((name) => mapping?.[name] || attributeOf(profile, name) || '');
  header.forEach((name, index) => {
    if (name.trim() === '') refuse('Une colonne n’a pas de nom.');
    else if (attributes[index] === '') refuse(`Nom de colonne "${name}" invalide.`);
  });
  const groups = childGroups(attributes);
  const lacksClass =
    namesOfChild.some((name) => attributes.includes(name)) && !attributes.includes('childClasses');
  if (lacksClass || new Set(groups.map(({ length }) => length)).size > 1)
    refuse('invalid.child.mapping');
  return records.flatMap((cells, index) => {
    if (cells.every((cell) => cell.trim() === '')) return [];
    return [rowOf(profile, { line: index + 2, cells, attributes, groups })];
  });
}

/** A column of these needs that of the child's class (row N). */
const namesOfChild = ['childLastName', 'childFirstName'];

/** Positions of each child column, repetition by repetition; the groups of one file have one size. */
function childGroups(attributes: readonly string[]): number[][] {
  const groups: number[][] = [];
  let seen = new Set<string>();
  attributes.forEach((attribute, index) => {
    if (!childGroupOf.has(attribute)) return;
    if (groups.length === 0 || seen.has(attribute)) {
      groups.push([]);
      seen = new Set();
    }
    seen.add(attribute);
    groups.at(-1)!.push(index);
  });
  return groups;
}

function rowOf(
  profile: EntProfile,
  {
    line,
    cells,
    attributes,
    groups,
  }: {
    readonly line: number;
    readonly cells: readonly string[];
    readonly attributes: readonly string[];
    readonly groups: readonly (readonly number[])[];
  },
): Row {
  const values: Record<string, string> = {};
  const classes: string[] = [];
  attributes.forEach((attribute, index) => {
    const value = (cells[index] ?? '').trim();
    if (value === '' || attribute === 'ignore' || childGroupOf.has(attribute)) return;
    if (attribute === 'classes') classes.push(value);
    else values[attribute] = attribute === 'birthDate' ? isoDateOf(value) : value;
  });
  if (values.externalId) values.externalId = values.externalId.replaceAll(' ', '');
  const children = groups
    .map((group) =>
      Object.fromEntries(
        group.map((index) => [attributes[index] ?? '', (cells[index] ?? '').trim()]),
      ),
    )
    .filter((child) => Object.values(child).some((value) => value !== ''));
  return { line, profile, values, classes, children };
}

/** `dd/MM/yyyy` is taken, too. */
function isoDateOf(value: string): string {
  const [, day, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value) ?? [];
  return year === undefined ? value : `${year}-${month}-${day}`;
}
