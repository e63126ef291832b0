import { type LocalDate, isLocalDate } from '#libs/time';
import type { SuccessionKind } from './succession.js';

/** A row of the file; a cell that is not plain text or number comes as the text it shows. */
export type MovementRow = { readonly line: number; readonly cells: readonly string[] };
export type MovementFault = {
  readonly line: number;
  readonly code: string;
  readonly message: string;
};

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

/** Reads the file whole: every fault at once (all or nothing). */
export function readMovements(rows: readonly MovementRow[]): {
  readonly movements: Movement[];
  readonly faults: MovementFault[];
} {
  const [header, ...body] = rows;
  const at = header ? columnsOf(header) : new Map<Column, number>();
  const missing = required.filter((column) => !at.has(column));
  if (!header || missing.length > 0) {
    const names = missing.map((column) => `« ${columns[column][0]} »`).join(', ');
    return fileFault(
      header?.line ?? 0,
      'HEADER_UNKNOWN',
      `La première ligne nomme les colonnes ; il manque ${names}.`,
    );
  }
  if (body.length === 0) return fileFault(0, 'FILE_EMPTY', 'Le fichier n’a aucun mouvement.');
  if (body.length > movementsMax) {
    return fileFault(
      0,
      'TOO_MANY_ROWS',
      `Un fichier compte au plus ${movementsMax} mouvements : répartissez-les.`,
    );
  }
  const movements: Movement[] = [];
  const faults: MovementFault[] = [];
  for (const row of body) {
    const cell = (column: Column) => (row.cells[at.get(column) ?? -1] ?? '').trim();
    const read = movementOf(row.line, cell);
    if ('code' in read) faults.push(read);
    else movements.push(read);
  }
  return { movements, faults };
}

function movementOf(line: number, cell: (column: Column) => string): Movement | MovementFault {
  const fault = (code: string, message: string): MovementFault => ({ line, code, message });
  const effectiveOn = dayOf(cell('effectiveOn'));
  const datedOn = dayOf(cell('datedOn'));
  if (!effectiveOn || !datedOn) {
    return fault('DATE_INVALID', 'Les dates s’écrivent JJ/MM/AAAA ou AAAA-MM-JJ.');
  }
  const kind = kinds[plain(cell('kind'))];
  if (!kind)
    return fault(
      'KIND_UNKNOWN',
      'Le type est « totale » (commune nouvelle, fusion) ou « partielle » (transfert).',
    );
  const predecessor = cell('predecessor').replaceAll(/\s/g, '');
  if (predecessor === '')
    return fault('PREDECESSOR_UNKNOWN', 'Indiquez le SIREN ou le code INSEE de l’ancien membre.');
  const numbers = listOf(cell('lines')).map(Number);
  if (numbers.some((number) => !Number.isInteger(number) || number < 1)) {
    return fault(
      'LINES_INVALID',
      'Les lignes de l’annexe 2 sont des numéros, séparés par des espaces.',
    );
  }
  if (cell('title') === '')
    return fault('DOCUMENT_INVALID', 'Indiquez l’arrêté ou la délibération qui décide.');
  return {
    line,
    effectiveOn,
    kind,
    predecessor,
    successor: {
      siren: cell('successor').replaceAll(/\s/g, ''),
      name: cell('name'),
      kind:
        cell('name') === ''
          ? ''
          : (organisationKinds[plain(cell('organisationKind'))] ?? 'COMMUNE'),
      insee: cell('insee'),
      communes: listOf(cell('communes')),
      address: cell('address'),
    },
    annexe2Lines: numbers,
    schools: listOf(cell('schools')).map((uai) => uai.toUpperCase()),
    document: { title: cell('title').slice(0, 200), datedOn, sha256: cell('sha256').toLowerCase() },
  };
}

const kinds: Readonly<Record<string, SuccessionKind>> = {
  totale: 'FULL',
  full: 'FULL',
  'commune nouvelle': 'FULL',
  fusion: 'FULL',
  partielle: 'PARTIAL',
  partial: 'PARTIAL',
  transfert: 'PARTIAL',
};
const organisationKinds: Readonly<Record<string, string>> = {
  commune: 'COMMUNE',
  'commune nouvelle': 'COMMUNE',
  epci: 'EPCI',
  'communaute de communes': 'EPCI',
  syndicat: 'SYNDICAT',
  'syndicat mixte': 'SYNDICAT',
  'etablissement public': 'PUBLIC_ESTABLISHMENT',
};

function columnsOf({ cells }: MovementRow): Map<Column, number> {
  const headers = cells.map(plain);
  const found = new Map<Column, number>();
  for (const column of Object.keys(columns) as Column[]) {
    const names: readonly string[] = columns[column];
    const index = headers.findIndex((header) => names.includes(header));
    if (index >= 0) found.set(column, index);
  }
  return found;
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();
}

const listOf = (text: string): string[] => text.split(/[\s,;|+]+/).filter((part) => part !== '');

function dayOf(text: string): LocalDate | undefined {
  const french = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  const iso = french ? `${french[3]}-${french[2]}-${french[1]}` : text;
  return isLocalDate(iso) ? iso : undefined;
}

function fileFault(line: number, code: string, message: string) {
  return { movements: [], faults: [{ line, code, message }] };
}
