import { type EntAnswer, fieldsOf } from './ent-answer.js';
import { refusalCode } from './ent-creation.js';
import {
  type CheckedFile,
  type EntFilePerson,
  type EntFileSchool,
  type EntProfile,
  EntRefused,
  EntUnavailable,
} from './ent-gateway.js';
import type { Upload } from './multipart.js';

/** With eight children of 40 signs and names of 100 letters a file stays below the mebibyte that is refused. */
export const filePeopleMax = 800;
const nameMax = 100;
const childrenMax = 8;

/** The import takes name and identifier of a school apart at these signs (§3.1, 1). */
export const canBeInFiles = ({ name, externalId }: Pick<EntFileSchool, 'name' | 'externalId'>) =>
  name !== '' && externalId !== '' && !/[_@]/.test(`${name}${externalId}`);

/**
 * Whether a line says a person as a call would: what the reader of files takes apart (quotes, its escape sign, line ends) or
 * takes away (blanks of an identifier), and what no mail can be said of, goes by calls.
 */
export function canBeALine({
  externalId,
  firstName,
  lastName,
  classLabel,
}: EntFilePerson): boolean {
  const cells = [externalId, firstName, lastName, classLabel];
  return (
    cells.every((cell) => cell.length <= nameMax && !/["\\\p{Cc}\u2028\u2029]/u.test(cell)) &&
    !/\s/.test(externalId) &&
    classLabel !== ''
  );
}

/** One file for each profile; a guardian's children in repeated columns. Never `predelete`, never `transition`. */
export function uploadOf(school: EntFileSchool, people: readonly EntFilePerson[]): Upload {
  const { structureId, name: structureName, externalId: structureExternalId, uai } = school;
  return {
    fields: { type: 'CSV', structureId, structureName, structureExternalId, UAI: uai },
    files: linesByProfile(people).map(([profile, lines]) => ({
      ...{ part: profile, name: `${profile}.csv`, type: 'text/csv' },
      text: `\ufeff${[headerOf(lines), ...lines.map(cellsOf)].map(lineOf(lines)).join('')}`,
    })),
  };
}

function linesByProfile(people: readonly EntFilePerson[]): [EntProfile, EntFilePerson[]][] {
  return [...Map.groupBy(people, ({ profile }) => profile)];
}

const childColumnsOf = (lines: readonly EntFilePerson[]) =>
  Math.max(
    0,
    ...lines.map(({ childExternalIds }) => Math.min(childrenMax, childExternalIds.length)),
  );

const headerOf = (lines: readonly EntFilePerson[]) => [
  ...['Id', 'Nom', 'Prénom', 'Date de naissance', 'Classe'],
  ...Array.from({ length: childColumnsOf(lines) }, () => 'IdEnfant'),
];

const cellsOf = (person: EntFilePerson) => [
  ...[person.externalId, person.lastName, person.firstName, person.birthDate, person.classLabel],
  ...person.childExternalIds.slice(0, childrenMax),
];

/** As wide as the header: child columns are matched by their place. */
const lineOf = (lines: readonly EntFilePerson[]) => {
  const width = 5 + childColumnsOf(lines);
  return (cells: readonly string[]) =>
    `${[...cells, ...Array<string>(width - cells.length).fill('')]
      .map((cell) => (/[;]/.test(cell) ? `"${cell}"` : cell))
      .join(';')}\r\n`;
};

/** Step 3 of the wizard: `softErrors` come with status 200, what stops all with 400 (§3.1). */
export function checkedFile(answer: EntAnswer, people: readonly EntFilePerson[]): CheckedFile {
  const lineOfPerson = personAtLine(people);
  if (!answer.isDone) return stoppedBy(answer.words, lineOfPerson);
  const { importId, softErrors } = fieldsOf(answer.body);
  if (typeof importId !== 'string' || importId === '') throw new EntUnavailable('ENT_FAULT');
  const rows = linesByProfile(people).flatMap(([profile]) => listIn(answer.body, profile));
  // Whoever is not shown, or is shown to go, is not what was sent.
  const shown = new Map(rows.map((row) => [String(row.externalId), row]));
  const isWhole =
    rows.length === people.length && people.every(({ externalId }) => shown.has(externalId));
  if (!isWhole || rows.some(({ oState }) => oState === 'DELETED'))
    throw new EntUnavailable('ENT_FAULT');
  // In whatever other words: nobody is written over.
  const isNew = ({ state }: Readonly<Record<string, unknown>>) => state === 'Créé';
  const known = [...shown].filter(([, row]) => !isNew(row)).map(([externalId]) => externalId);
  return {
    ...{ is: 'READY', importId, known: new Set(known) },
    refused: refusedIn(softErrors, lineOfPerson),
  };
}

/** The report of the check is not saved yet: nothing was written (row D of the ENT's reference). */
export const isTooEarly = (answer: EntAnswer): boolean =>
  !answer.isDone && answer.words === '{"global":[null]}';

/** Step 4: written, but for who is in `ignored` (§3.1, 11). Throws EntRefused, EntUnavailable. */
export function importedFile(answer: EntAnswer): ReadonlyMap<string, string> {
  // An ENT that was restarted after the check has the checked file no more.
  if (!answer.isDone && answer.status === 404)
    throw new EntUnavailable('ENT_FAULT', { isUndone: true });
  if (!answer.isDone) throw new EntRefused('ENT_FILE_REFUSED');
  const { ignored, usersExternalIds } = fieldsOf(answer.body);
  if (!Array.isArray(usersExternalIds)) throw new EntUnavailable('ENT_FAULT');
  const lists = Object.values(fieldsOf(ignored ?? {}));
  return new Map(
    lists
      .flatMap((list) => (Array.isArray(list) ? list : []))
      .flatMap((each: unknown) => {
        const { reason, object } = fieldsOf(each);
        const { externalId } = fieldsOf(object ?? {});
        return typeof externalId === 'string' ? [[externalId, refusalCode(String(reason))]] : [];
      }),
  );
}

type PersonAtLine = (profile: string, line: number) => string | undefined;

/** The header is line 1 (§3.1). */
function personAtLine(people: readonly EntFilePerson[]): PersonAtLine {
  const byProfile = new Map<string, EntFilePerson[]>(linesByProfile(people));
  return (profile, line) => byProfile.get(profile)?.[line - 2]?.externalId;
}

/** Of softErrors those alone that leave a line out; a link that is not made is made by a call. */
function refusedIn(softErrors: unknown, personAt: PersonAtLine): Map<string, string> {
  const found = Object.entries(fieldsOf(softErrors ?? {})).flatMap(([profile, list]) =>
    (profile === 'reasons' || !Array.isArray(list) ? [] : list).flatMap((each: unknown) => {
      const { line, hardError, attribute, translation } = fieldsOf(each);
      const externalId = hardError === true ? personAt(profile, Number(line)) : undefined;
      const code = codeOfAttribute[String(attribute)] ?? refusalCode(String(translation));
      return externalId === undefined ? [] : [[externalId, code] as const];
    }),
  );
  return new Map(found);
}

const codeOfAttribute: Readonly<Record<string, string>> = {
  birthDate: 'ENT_BIRTH_DATE_MISSING',
  firstName: 'ENT_NAME_MISSING',
  lastName: 'ENT_NAME_MISSING',
};

/** Throws EntRefused where something stops it that is no line's. */
function stoppedBy(words: string, personAt: PersonAtLine): CheckedFile {
  const externalIds = Object.entries(errorsIn(words)).flatMap(([key, list]) =>
    (Array.isArray(list) ? list : [list]).map((message: unknown) => {
      const line = /^Ligne (\d+)\b/.exec(String(message))?.[1];
      const profile = /^error\.(.+)$/.exec(key)?.[1] ?? '';
      const externalId = line === undefined ? undefined : personAt(profile, Number(line));
      if (externalId === undefined) throw new EntRefused('ENT_FILE_REFUSED');
      return externalId;
    }),
  );
  if (externalIds.length === 0) throw new EntRefused('ENT_FILE_REFUSED');
  return { is: 'STOPPED', externalIds: new Set(externalIds) };
}

/** `errors` of the wizard; `error` of the upload is one word. */
function errorsIn(words: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(words));
  } catch {
    return { '': words };
  }
}

function listIn(body: unknown, profile: string): Readonly<Record<string, unknown>>[] {
  const list = fieldsOf(body)[profile];
  if (!Array.isArray(list)) throw new EntUnavailable('ENT_FAULT');
  return list.map(fieldsOf);
}
