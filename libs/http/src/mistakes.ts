import type { z } from 'zod';

/** What is wrong with one field, as people read it beside the field. */
export type Mistake = {
  /** Where it stands in what was sent: `lines.0.delta`; empty for the whole. */
  readonly field: string;
  /** French, one sentence. */
  readonly message: string;
};

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** Every mistake with its own sentence; what the field is called (`title` of its schema) opens it. */
export const mistakesOf = (schema: z.ZodType, issues: readonly Issue[]): Mistake[] =>
  issues.map(({ path, message }) => ({
    field: path.join('.'),
    message: sentence(titleAt(schema, path), lineOf(path), message),
  }));

function sentence(title: string | undefined, line: number | undefined, what: string): string {
  const where = [
    title,
    line === undefined ? undefined : title ? `(ligne ${line})` : `ligne ${line}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
  const whole = where === '' ? what : `${where} : ${what}`;
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}${/[.?!]$/.test(whole) ? '' : '.'}`;
}

const lineOf = (path: readonly PropertyKey[]) => {
  const index = path.find((part) => typeof part === 'number');
  return index === undefined ? undefined : index + 1;
};

/** What zod says in English, for every schema that says nothing itself. */
export function inFrench(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'à renseigner' : `${expected(issue.expected)} attendu`;
    case 'too_small':
      if (issue.origin === 'string') return 'à renseigner';
      if (issue.origin === 'array') return atLeast(Number(issue.minimum));
      return `au moins ${figure(issue.minimum)}`;
    case 'too_big':
      if (issue.origin === 'string') return `au plus ${figure(issue.maximum)} caractères`;
      if (issue.origin === 'array') return `au plus ${figure(issue.maximum)} éléments`;
      return `au plus ${figure(issue.maximum)}`;
    case 'invalid_value':
      return issue.input === undefined || issue.input === ''
        ? 'à renseigner'
        : 'choisissez l’une des valeurs proposées';
    case 'unrecognized_keys':
      return `champ inconnu : ${issue.keys.join(', ')}`;
    default:
      return 'n’a pas la forme attendue';
  }
}

/** « 1 000 000 »: a bound is a whole number. */
const figure = (bound: number | bigint) => BigInt(bound).toLocaleString('fr-FR');

const atLeast = (minimum: number) =>
  minimum === 1 ? 'au moins un élément est attendu' : `au moins ${minimum} éléments`;

const expected = (type: string) =>
  ({ int: 'un nombre entier est', number: 'un nombre est', boolean: 'oui ou non est' })[type] ??
  (type === 'string' ? 'un texte est' : 'une autre forme est');

type Definition = {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly type: string;
};
const definitionOf = (schema: z.ZodType) => schema.def as unknown as Definition;

function titleAt(schema: z.ZodType, path: readonly PropertyKey[]): string | undefined {
  let found: z.ZodType | undefined = schema;
  let title: string | undefined;
  for (const part of path) {
    const { shape, element }: Definition = definitionOf(innermost(found));
    found = typeof part === 'number' ? element : shape?.[String(part)];
    if (!found) return title;
    title = titleOf(found) ?? title;
  }
  return title;
}

function titleOf(schema: z.ZodType): string | undefined {
  const title = schema.meta()?.title;
  const inner = wrapped(schema);
  return title ?? (inner && titleOf(inner));
}

function innermost(schema: z.ZodType): z.ZodType {
  const inner = wrapped(schema);
  return inner ? innermost(inner) : schema;
}

/** What a default, an optional or a preparation stands around. */
function wrapped(schema: z.ZodType): z.ZodType | undefined {
  const { innerType, in: before, out: after } = definitionOf(schema);
  return innerType ?? (before && definitionOf(before).type === 'transform' ? after : before);
}
