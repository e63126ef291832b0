import { createHash, randomInt } from 'node:crypto';
import { isBirthDate } from '../graph/attributes.js';
import type { Graph } from '../graph/graph.js';
import { loginBase } from '../graph/login-and-code.js';
import { type EntProfile, profiles, type User } from '../graph/nodes.js';
import { type HardErrors, type Mapping, type Row, rowsOf } from './csv-file.js';

/** What a desk sends with its files (§3.1). */
export type Upload = {
  readonly structureName: string;
  readonly structureExternalId: string;
  readonly uai: string | null;
  readonly files: ReadonlyMap<EntProfile, Buffer>;
  readonly mappings: Readonly<Partial<Record<EntProfile, Mapping>>>;
  readonly isPredeleting: boolean;
  readonly isTransition: boolean;
  /** Of a checked upload: milliseconds, when its report is saved. */
  readonly savedAtMs?: number;
};

export type SoftError = {
  readonly line: string;
  readonly reason: string;
  readonly attribute: string;
  readonly value: string;
  readonly translation: string;
  readonly hardError?: true;
};

/** A row that knows who it is about. `known` is undefined for one who is to be made. */
export type Matched = Row & { readonly externalId: string; readonly known: User | undefined };

export type Checked = {
  readonly errors: HardErrors;
  readonly rows: readonly Matched[];
  /** Of relatives, by row: externalIds of their children. */
  readonly children: ReadonlyMap<Matched, readonly string[]>;
  readonly softErrors: Readonly<Record<string, readonly SoftError[]>>;
  /** Whom a complete file does not have any more. */
  readonly leaving: readonly User[];
};

const deletedFirst: readonly EntProfile[] = [
  'Teacher',
  'Student',
  'Relative',
  'Personnel',
  'Guest',
];

/**
 * Validation: reads, matches, writes nothing. `scope`: structures of an ADML, which the check alone is told of (§3.1, quirk);
 * undefined: nobody's.
 */
export function checkUpload(graph: Graph, upload: Upload, scope?: readonly string[]): Checked {
  const errors: HardErrors = {};
  const refuse = (message: string) => (errors['error.global'] ??= []).push(message);
  if (upload.structureName.includes('@')) refuse('error.file.separator');
  const read = deletedFirst.flatMap((profile) => {
    const bytes = upload.files.get(profile);
    return bytes ? rowsOf(profile, { bytes, mapping: upload.mappings[profile] }, errors) : [];
  });
  const rows = match(graph, upload, read, errors);
  for (const { profile, known } of rows) {
    const isOutside = known?.structureIds.some((id) => scope?.includes(id) === false) ?? false;
    if (isOutside) errors[`error.${profile}`] ??= ['externalId.used.in.not.adml.structure'];
  }
  const softErrors: Record<string, SoftError[]> = {};
  const children = new Map<Matched, string[]>();
  for (const row of rows) {
    const told = (softErrors[row.profile] ??= []);
    told.push(...missingAttributes(row));
    if (row.profile === 'Relative') children.set(row, childrenOf(graph, upload, rows, row, told));
  }
  const found = Object.entries(softErrors).filter(([, list]) => list.length > 0);
  return {
    ...{ errors, rows, children, softErrors: Object.fromEntries(found) },
    leaving: upload.isPredeleting ? leaving(graph, upload, rows) : [],
  };
}

/**
 * By externalId where the row has one; else by names (and birth date of a pupil) within the school: exactly one hit is
 * that person, none or several is somebody new (§3.1, 2 to 4).
 */
function match(graph: Graph, upload: Upload, read: readonly Row[], errors: HardErrors): Matched[] {
  const structure = graph.structureOfExternalId(upload.structureExternalId);
  const byName = new Map<string, User[]>();
  for (const user of structure ? graph.usersOf(structure.id) : []) {
    const key = nameOf(user.type, user.firstName, user.lastName, user.birthDate ?? '');
    byName.set(key, [...(byName.get(key) ?? []), user]);
  }
  const lines = new Map<string, number>();
  return read.map((row) => {
    const { firstName = '', lastName = '', birthDate = '', externalId: given } = row.values;
    const hits = byName.get(nameOf(row.profile, firstName, lastName, birthDate)) ?? [];
    const found = given ? graph.userOfExternalId(given) : hits.length === 1 ? hits[0] : undefined;
    if (given) refuseTwiceOrFed(row, given, { found, lines, errors });
    const externalId = given ?? found?.externalId ?? drawnId(upload, row);
    return { ...row, externalId, known: found ?? graph.userOfExternalId(externalId) };
  });
}

function refuseTwiceOrFed(
  { line, profile }: Row,
  externalId: string,
  {
    found,
    lines,
    errors,
  }: {
    readonly found: User | undefined;
    readonly lines: Map<string, number>;
    readonly errors: HardErrors;
  },
): void {
  const refuse = (message: string) => (errors[`error.${profile}`] ??= []).push(message);
  const before = lines.get(externalId);
  if (before !== undefined)
    refuse(
      `Ligne ${line} : ${externalId} est en double dans le fichier (en doublon avec la ligne ${before}).`,
    );
  lines.set(externalId, line);
  if (found?.source.startsWith('AAF')) refuse("L'import contient des identifiants AAF");
}

/** What its profile needs and the row has not: a desk stops there, the platform does not. */
export function missingAttributes({ line, profile, values }: Matched): SoftError[] {
  const needed = [
    ...[['firstName', 'prénom'] as const, ['lastName', 'nom'] as const],
    ...(profile === 'Student' ? [['birthDate', 'date de naissance'] as const] : []),
  ];
  return needed.flatMap(([attribute, word]) => {
    const value = values[attribute] ?? '';
    const isThere = attribute === 'birthDate' ? isBirthDate(value) : value !== '';
    if (isThere) return [];
    const translation = `Ligne ${line} : Attribut ${word} manquant.`;
    const reason = value === '' ? 'missing.attribute' : 'invalid.value';
    return [{ ...{ line: String(line), reason, attribute, value, translation }, hardError: true }];
  });
}

/** By the children's externalIds; else by their names, where exactly one pupil bears them (§3.1, 6). */
function childrenOf(
  graph: Graph,
  upload: Upload,
  rows: readonly Matched[],
  relative: Matched,
  told: SoftError[],
): string[] {
  const structure = graph.structureOfExternalId(upload.structureExternalId);
  const there = (structure ? graph.usersOf(structure.id) : []).filter(
    ({ type }) => type === 'Student',
  );
  const pupils = new Map<string, string>([
    ...there.map((user) => [user.externalId, sanitised(user.firstName, user.lastName)] as const),
    ...rows
      .filter(({ profile }) => profile === 'Student')
      .map(({ externalId, values }) => {
        const { firstName = '', lastName = '' } = values;
        return [externalId, sanitised(firstName, lastName)] as const;
      }),
  ]);
  return relative.children.flatMap((child) => {
    const { childExternalId = '', childFirstName = '', childLastName = '' } = child;
    const wanted = sanitised(childFirstName, childLastName);
    const named = [...pupils].filter(([, name]) => name === wanted).map(([id]) => id);
    const found =
      childExternalId === '' ? named : pupils.has(childExternalId) ? [childExternalId] : [];
    if (found.length === 1) return found;
    const { firstName = '', lastName = '' } = relative.values;
    const translation = `Ligne ${relative.line} : le parent ${firstName} ${lastName} référence un élève non retrouvé.`;
    const line = String(relative.line);
    const about = { attribute: 'NO_ATTR', value: firstName, translation };
    told.push({ line, reason: 'missing.student.soft', ...about });
    return [];
  });
}

/** Of the school, from a CSV, of the profiles of these files, and in none of them (§3.1, 12). */
function leaving(graph: Graph, upload: Upload, rows: readonly Matched[]): User[] {
  const structure = graph.structureOfExternalId(upload.structureExternalId);
  const stays = new Set(rows.map(({ externalId }) => externalId));
  return (structure ? graph.usersOf(structure.id) : []).filter(
    (user) => user.source === 'CSV' && upload.files.has(user.type) && !stays.has(user.externalId),
  );
}

export const isProfile = (name: string): name is EntProfile =>
  profiles.includes(name as EntProfile);

/** Of a relative from its names alone, so that homonyms are one; of all others never the same twice (§3.1, 4). */
function drawnId({ structureExternalId }: Upload, { profile, values, line }: Row): string {
  const { firstName = '', lastName = '' } = values;
  const seed = profile === 'Relative' ? '' : `${line}${randomInt(2 ** 40)}`;
  return createHash('sha1')
    .update(`${structureExternalId}${lastName}${firstName}${seed}`)
    .digest('hex');
}

const sanitised = (firstName: string, lastName: string) => loginBase(firstName, lastName);

const nameOf = (profile: EntProfile, firstName: string, lastName: string, birthDate: string) =>
  [profile, sanitised(firstName, lastName), profile === 'Student' ? birthDate : ''].join('|');
