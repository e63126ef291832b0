import { plural } from '#libs/money';

/** What a value has to look like. Data, so that a case can be read, filled in and told. */
export type Shape =
  | { readonly is: Kind }
  | { readonly equals: string | number | boolean | null }
  | { readonly matches: string }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly isWhole?: true }
  | { readonly each: Shape }
  /** A list of one. */
  | { readonly only: Shape }
  /** The entry of a list that has this identifier, exactly once. */
  | { readonly entry: string; readonly by: string; readonly shape: Shape }
  | { readonly noEntry: string; readonly by: string }
  | { readonly length: number }
  | { readonly oneOf: readonly Shape[] };

const kinds = {
  text: (value) => typeof value === 'string' && value !== '',
  number: (value) => typeof value === 'number',
  flag: (value) => typeof value === 'boolean',
  nothing: (value) => value === null || value === undefined,
  list: (value) => Array.isArray(value),
  anything: () => true,
  uuid: (value) => matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, value),
  instant: (value) => matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d/, value),
  /** §3.4: eight of 28 signs. */
  'activation code': (value) => matches(/^[abcdefghjkmnprstvwxyz3456789]{8}$/, value),
  profile: (value) => matches(/^(Student|Relative|Teacher|Personnel|Guest)$/, value),
} satisfies Readonly<Record<string, (value: unknown) => boolean>>;
export type Kind = keyof typeof kinds;
const inFrench: Readonly<Record<Kind, string>> = {
  ...{ text: 'texte', number: 'nombre', flag: 'oui ou non', nothing: 'rien', list: 'liste' },
  ...{ anything: 'quoi que ce soit', uuid: 'UUID', instant: 'instant', profile: 'profil' },
  'activation code': 'code d’activation',
};

export const is = (kind: Kind): Shape => ({ is: kind });
export const equals = (value: string | number | boolean | null): Shape => ({ equals: value });
export const matching = (pattern: string): Shape => ({ matches: pattern });
/** Other fields may stand beside. */
export const fields = (each: Readonly<Record<string, Shape>>): Shape => ({ fields: each });
export const nothingIn: Shape = { fields: {}, isWhole: true };
export const each = (shape: Shape): Shape => ({ each: shape });
export const entry = (id: string, shape: Shape = is('anything'), by = 'id'): Shape => ({
  ...{ entry: id, by, shape },
});
export const noEntry = (id: string, by = 'id'): Shape => ({ noEntry: id, by });
export const oneOf = (...shapes: readonly Shape[]): Shape => ({ oneOf: shapes });
export const orNothing = (shape: Shape): Shape => oneOf(shape, is('nothing'));

/** What does not fit, in French, without saying what stands there: it may be somebody's name. Undefined: it fits. */
export function misfit(shape: Shape, value: unknown, at = 'corps'): string | undefined {
  const unless = (fits: boolean) => (fits ? undefined : `${at} : ${kindOf(value)}`);
  if ('is' in shape) return unless(kinds[shape.is](value));
  if ('equals' in shape) return unless(value === shape.equals);
  if ('matches' in shape) return unless(matches(new RegExp(shape.matches, 'u'), value));
  if ('oneOf' in shape) return unless(shape.oneOf.some((one) => misfit(one, value) === undefined));
  if ('fields' in shape) return misfitOfFields(shape, value, at);
  if (!Array.isArray(value)) return `${at} : ${kindOf(value)}`;
  const list = value as readonly unknown[];
  if ('only' in shape)
    return list.length === 1 ? misfit(shape.only, list[0], `${at}[0]`) : unless(false);
  if ('length' in shape) return unless(list.length === shape.length);
  if ('each' in shape)
    return list.map((one, index) => misfit(shape.each, one, `${at}[${index}]`)).find(Boolean);
  if ('noEntry' in shape) return unless(found(list, shape.by, shape.noEntry).length === 0);
  const entries = found(list, shape.by, shape.entry);
  if (entries.length !== 1) return `${at} : ${entries.length} de ces entrées sur ${list.length}`;
  return misfit(shape.shape, entries[0], `${at}[]`);
}

function misfitOfFields(
  { fields: wanted, isWhole }: Extract<Shape, { fields: unknown }>,
  value: unknown,
  at: string,
): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `${at} : ${kindOf(value)}`;
  const has = value as Readonly<Record<string, unknown>>;
  const others = Object.keys(has).filter((name) => !(name in wanted));
  if (isWhole && others.length > 0)
    return `${at} : ${plural(others.length, 'champ', 'champs')} de plus`;
  return Object.entries(wanted)
    .map(([name, shape]) => misfit(shape, has[name], `${at}.${name}`))
    .find(Boolean);
}

const found = (list: readonly unknown[], by: string, id: string) =>
  list.filter((one) => (one as Readonly<Record<string, unknown>> | null)?.[by] === id);

function matches(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'rien';
  if (Array.isArray(value)) return `liste de ${value.length}`;
  if (typeof value === 'object')
    return `objet de ${plural(Object.keys(value).length, 'champ', 'champs')}`;
  if (typeof value === 'string')
    return `texte de ${plural(value.length, 'caractère', 'caractères')}`;
  return typeof value === 'number' ? 'nombre' : 'oui ou non';
}

/** As a person reads it in a report, in French. */
export function told(shape: Shape): string {
  if ('is' in shape) return inFrench[shape.is];
  if ('equals' in shape) return JSON.stringify(shape.equals);
  if ('matches' in shape) return `/${shape.matches}/`;
  if ('oneOf' in shape) return shape.oneOf.map(told).join(' ou ');
  if ('each' in shape) return `liste dont chaque entrée est ${told(shape.each)}`;
  if ('only' in shape) return `liste d’une entrée : ${told(shape.only)}`;
  if ('length' in shape) return `liste de ${shape.length}`;
  if ('noEntry' in shape) return `liste sans ${shape.by} ${shape.noEntry}`;
  if ('entry' in shape) return `liste avec ${shape.by} ${shape.entry} : ${told(shape.shape)}`;
  const inner = Object.entries(shape.fields).map(([name, one]) => `${name} : ${told(one)}`);
  return shape.isWhole && inner.length === 0 ? '{}' : `{ ${inner.join(', ')} }`;
}
