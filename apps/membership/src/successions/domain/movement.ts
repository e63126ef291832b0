import { parseInseeCode, parseSiren, parseUai } from '#libs/identifiers';
import { DomainError } from '#libs/problems';
import { type LocalDate, isLocalDate } from '#libs/time';
import { type LineFault, plainWords, whatIsCalled } from '#libs/trade';
import type { SuccessionKind } from './succession.js';

/** A cell as the file gives it: an object holds a day, or nothing that may be taken. */
export type MovementCell = string | number | { readonly text: string; readonly day?: string };
export type MovementRow = {
  readonly line: number;
  readonly cells: readonly MovementCell[];
  /** Nobody sees it in the spreadsheet. */
  readonly hidden?: true;
};

const textOf = (cell: MovementCell = ''): string =>
  typeof cell === 'object' ? (cell.day ?? cell.text) : String(cell);
/** A dated movement as an office writes it: who becomes what, on which day, by which decision. */
export type Movement = {
  readonly line: number;
  readonly effectiveOn: LocalDate;
  readonly kind: SuccessionKind;
  /** SIREN of the former member, or INSEE code of a commune. */
  readonly predecessor: string;
  readonly successor: {
    readonly siren: string;
    readonly name: string;
    readonly kind: string;
    readonly insee: string;
    readonly communes: readonly string[];
    readonly address: string;
  };
  readonly annexe2Lines: readonly number[];
  readonly schools: readonly string[];
  readonly document: {
    readonly title: string;
    readonly datedOn: LocalDate;
    readonly sha256: string;
  };
};

export const movementsMax = 200;

// Each column with the headers that offices give it, without accents.
const columns = {
  effectiveOn: ['date', 'date d effet', 'date effet'],
  kind: ['type', 'nature du mouvement', 'mouvement'],
  predecessor: ['ancien membre', 'ancien', 'predecesseur'],
  successor: ['successeur', 'siren du successeur', 'siren successeur'],
  name: ['nom', 'nom du successeur'],
  organisationKind: ['nature', 'nature du successeur'],
  insee: ['insee', 'code insee'],
  communes: ['communes', 'composition'],
  address: ['adresse'],
  lines: ['lignes', 'lignes de l annexe 2', 'lignes annexe 2'],
  schools: ['ecoles', 'uai'],
  title: ['document', 'decision', 'arrete'],
  datedOn: ['date du document', 'date document', 'date de l arrete'],
  sha256: ['empreinte', 'sha256'],
} as const;
type Column = keyof typeof columns;
const required: readonly Column[] = [
  'effectiveOn',
  'kind',
  'predecessor',
  'successor',
  'title',
  'datedOn',
];

/**
 * Reads the file whole: every fault at once (all or nothing). Without a column the others are read all the same; a
 * movement of a line with a fault is there as far as it can be read.
 */
export function readMovements(rows: readonly MovementRow[]): {
  readonly movements: Movement[];
  readonly faults: LineFault[];
} {
  const [header, ...body] = rows;
  const at = header ? columnsOf(header) : new Map<Column, number>();
  const missing = required.filter((column) => !at.has(column));
  const faults: LineFault[] = [];
  const refuse = (line: number, code: string, message: string) =>
    faults.push({ line, code, message });
  if (missing.length > 0) {
    const names = missing.map((column) => `« ${columns[column][0]} »`).join(', ');
    const message = `La première ligne nomme les colonnes ; il manque ${names}.`;
    refuse(header?.line ?? 0, 'HEADER_UNKNOWN', message);
  }
  if (body.length === 0 && missing.length === 0) {
    refuse(0, 'FILE_EMPTY', 'Le fichier n’a aucun mouvement.');
  }
  if (body.length > movementsMax || missing.length === required.length) {
    const message = `Un fichier compte au plus ${movementsMax} mouvements : répartissez-les.`;
    if (body.length > movementsMax) refuse(0, 'TOO_MANY_ROWS', message);
    return { movements: [], faults };
  }
  const movements = body.map(({ line, cells, hidden }) => {
    if (hidden) refuse(line, 'HIDDEN_LINE', hiddenTold);
    const cell = (column: Column) => textOf(cells[at.get(column) ?? -1]).trim();
    for (const [column, index] of at) {
      // What is merged, hidden or not calculated looks empty or filled, and is neither.
      const given = cells[index];
      if (typeof given !== 'object' || given.day !== undefined) continue;
      refuse(line, 'CELL_UNUSABLE', `« ${columns[column][0]} » ${unusableTold}`);
    }
    const { movement, wrong } = movementOf(line, cell);
    for (const { column, code, message } of wrong) {
      if (at.has(column)) refuse(line, code, message);
    }
    return movement;
  });
  return { movements, faults };
}

type Wrong = { readonly column: Column; readonly code: string; readonly message: string };

function movementOf(line: number, cell: (column: Column) => string) {
  const wrong: Wrong[] = [];
  // A list may hold thousands: of one line the first fifty are told.
  const refuse = (column: Column, code: string, message: string) =>
    wrong.length < 50 && wrong.push({ column, code, message });
  /** Whatever the text says once; what cannot be read is told and stays as it is. */
  const parsed = (column: Column, text: string, parse: (text: string) => string): string => {
    try {
      return text === '' ? text : parse(text);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refuse(column, error.code, error.message);
      return text;
    }
  };
  const day = (column: 'effectiveOn' | 'datedOn') => {
    const found = dayOf(cell(column));
    const what = `« ${cell(column).slice(0, 20)} » (${columns[column][0]}) n’est pas une date`;
    if (!found) refuse(column, 'DATE_INVALID', `${what} : écrivez JJ/MM/AAAA ou AAAA-MM-JJ.`);
    return found as LocalDate;
  };
  const oneOf = <Kind extends string>(
    column: Column,
    known: Readonly<Record<Kind, readonly string[]>>,
    otherwise: string,
  ) => {
    const found = whatIsCalled(known, plainWords(cell(column)));
    if (found === undefined) refuse(column, 'KIND_UNKNOWN', otherwise);
    return found as Kind;
  };
  const effectiveOn = day('effectiveOn');
  const kind = oneOf('kind', kinds, kindsTold);
  const predecessor = cell('predecessor').replaceAll(/\s/g, '');
  if (predecessor === '') refuse('predecessor', 'PREDECESSOR_UNKNOWN', predecessorTold);
  if (cell('successor') === '') refuse('successor', 'SIREN_REQUIRED', successorTold);
  const isNew = cell('name') !== '';
  const siren = parsed('successor', cell('successor').replaceAll(/\s/g, ''), parseSiren);
  const numbers = listOf(cell('lines')).map(Number);
  if (numbers.some((number) => !Number.isInteger(number) || number < 1)) {
    refuse('lines', 'LINES_INVALID', linesTold);
  }
  if (cell('title') === '') refuse('title', 'DOCUMENT_INVALID', titleTold);
  const movement: Movement = {
    line,
    effectiveOn,
    kind,
    predecessor,
    successor: {
      siren,
      name: cell('name'),
      kind: !isNew
        ? ''
        : cell('organisationKind') === ''
          ? 'COMMUNE'
          : oneOf('organisationKind', organisationKinds, organisationKindsTold),
      insee: isNew ? parsed('insee', cell('insee'), parseInseeCode) : cell('insee'),
      communes: listOf(cell('communes')).map((code) => parsed('communes', code, parseInseeCode)),
      address: cell('address'),
    },
    annexe2Lines: numbers,
    schools: listOf(cell('schools')).map((uai) => parsed('schools', uai, parseUai)),
    document: {
      title: cell('title').slice(0, 200),
      datedOn: day('datedOn'),
      sha256: cell('sha256').toLowerCase(),
    },
  };
  return { movement, wrong };
}

const hiddenTold = 'Cette ligne est masquée : affichez-la ou supprimez-la.';
const unusableTold =
  'n’a pas de valeur qui se lit (cellules fusionnées, colonne masquée, texte barré ou en exposant, formule sans résultat ou en erreur) : saisissez la valeur elle-même.';
const kindsTold = 'Le type est « totale » (commune nouvelle, fusion) ou « partielle » (transfert).';
const organisationKindsTold =
  'La nature du successeur est « commune », « EPCI », « syndicat » ou « établissement public ».';
const predecessorTold = 'Indiquez le SIREN ou le code INSEE de l’ancien membre.';
const successorTold = 'Indiquez le SIREN du successeur.';
const linesTold = 'Les lignes de l’annexe 2 sont des numéros, séparés par des espaces.';
const titleTold = 'Indiquez l’arrêté ou la délibération qui décide.';

const kinds: Readonly<Record<SuccessionKind, readonly string[]>> = {
  FULL: ['totale', 'full', 'commune nouvelle', 'fusion'],
  PARTIAL: ['partielle', 'partial', 'transfert'],
};
const organisationKinds = {
  COMMUNE: ['commune', 'commune nouvelle'],
  EPCI: ['epci', 'communaute de communes'],
  SYNDICAT: ['syndicat', 'syndicat mixte'],
  PUBLIC_ESTABLISHMENT: ['etablissement public'],
};

function columnsOf({ cells }: MovementRow): Map<Column, number> {
  const headers = cells.map((cell) => plainWords(textOf(cell)));
  const found = new Map<Column, number>();
  for (const [index, header] of headers.entries()) {
    const column = whatIsCalled(columns, header);
    if (column && !found.has(column)) found.set(column, index);
  }
  return found;
}

const listOf = (text: string): string[] => text.split(/[\s,;|+]+/).filter((part) => part !== '');

function dayOf(text: string): LocalDate | undefined {
  const french = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  const iso = french ? `${french[3]}-${french[2]}-${french[1]}` : text;
  return isLocalDate(iso) ? iso : undefined;
}
