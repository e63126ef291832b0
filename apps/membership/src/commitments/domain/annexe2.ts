import { isUai } from '#libs/identifiers';

/** A line of annex 2 (COM-1): who benefits, what is needed, how many. */
export type Annexe2Line = {
  /** Line number in the file, from 1. */
  readonly line: number;
  /** UAI of a school, or an identifier of ours for another beneficiary. */
  readonly beneficiary: string;
  readonly itemCode: string;
  readonly quantity: number;
};

/** What is wrong with a line, in French for the person who sent the file. Line 0: the file as a whole. */
export type Annexe2Fault = {
  readonly line: number;
  readonly code: string;
  readonly message: string;
};

/** A row as the file gives it. */
export type Annexe2Row = { readonly line: number; readonly cells: readonly string[] };
export type Annexe2Item = { readonly code: string; readonly label: string };

export type Annexe2Reading = {
  readonly lines: readonly Annexe2Line[];
  /** All of them at once; empty where the file can be taken. */
  readonly faults: readonly Annexe2Fault[];
};

export const linesMax = 20_000;
const quantityMax = 2_147_483_647;
const headerRowsMax = 15;

/** Headers as people write them, without accents, capitals and punctuation; the best one first. */
const headers = {
  beneficiary: [
    ['uai', 'code uai', 'n uai', 'no uai', 'numero uai', 'uai ecole', 'uai de l ecole', 'rne'],
    ['code rne', 'code ecole', 'identifiant', 'beneficiaire', 'etablissement', 'structure'],
    ['ecole', 'ecoles'],
  ].flat(),
  category: [
    ['categorie', 'categorie de compte', 'categorie de besoin', 'categorie de comptes', 'compte'],
    ['type de compte', 'type', 'besoin', 'nature du besoin', 'nature', 'profil', 'item'],
  ].flat(),
  quantity: [
    ['nombre', 'nombre de comptes', 'nombre de compte', 'nb', 'nb comptes', 'nb de comptes'],
    [
      'quantite',
      'comptes',
      'nombre d eleves',
      'nombre eleves',
      'nb eleves',
      'effectif',
      'effectifs',
    ],
  ].flat(),
} as const;

type Columns = { beneficiary: number; category: number; quantity: number };

/** Reads the rows of an annex 2. All faults are found at once; with one of them nothing may be taken. */
export function readAnnexe2(
  rows: readonly Annexe2Row[],
  items: readonly Annexe2Item[],
): Annexe2Reading {
  const header = findHeader(rows);
  if (header === undefined) {
    return failed(
      0,
      'HEADER_MISSING',
      'Les titres de colonnes n’ont pas été reconnus : il faut au moins « UAI » et « Nombre de comptes ».',
    );
  }
  const body = rows.slice(header.index + 1);
  if (body.length > linesMax) {
    return failed(0, 'TOO_MANY_LINES', `Une annexe 2 compte au plus ${linesMax} lignes.`);
  }
  const reader = new Reader(header.columns, items);
  for (const row of body) reader.read(row);
  return reader.finish();
}

/** C per item: the sum of its lines, 0 where an item has none (COM-1). */
export function commitmentOf(
  lines: readonly Annexe2Line[],
  items: readonly Annexe2Item[],
): { itemCode: string; quantity: number }[] {
  return items.map(({ code }) => ({
    itemCode: code,
    quantity: lines
      .filter(({ itemCode }) => itemCode === code)
      .reduce((sum, { quantity }) => sum + quantity, 0),
  }));
}

class Reader {
  private readonly lines: Annexe2Line[] = [];
  private readonly faults: Annexe2Fault[] = [];
  private readonly totals: { line: number; itemCode?: string; quantity: number }[] = [];
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly columns: Columns,
    private readonly items: readonly Annexe2Item[],
  ) {}

  read({ line, cells }: Annexe2Row): void {
    const cell = (column: number) => (cells[column] ?? '').trim();
    const first = cells.find((text) => text.trim() !== '');
    if (first === undefined) return;
    const quantity = quantityOf(cell(this.columns.quantity));
    const itemCode = this.itemOf(cell(this.columns.category));
    if (/^(sous )?total/.test(plain(first))) {
      if (quantity === undefined)
        this.fault(line, 'QUANTITY_INVALID', 'Le total n’est pas un nombre entier.');
      else {
        const ofItem = cell(this.columns.category) !== '' && itemCode !== undefined;
        this.totals.push({ line, quantity, ...(ofItem ? { itemCode } : {}) });
      }
      return;
    }
    const beneficiary = cell(this.columns.beneficiary).toUpperCase();
    const wrong = this.checkLine(line, beneficiary, itemCode, cell, quantity);
    if (wrong || quantity === undefined || itemCode === undefined) return;
    this.lines.push({ line, beneficiary, itemCode, quantity });
  }

  finish(): Annexe2Reading {
    if (this.lines.length === 0 && this.faults.length === 0) {
      this.fault(0, 'EMPTY', 'L’annexe 2 ne contient aucune ligne.');
    }
    const sumOf = (itemCode?: string) =>
      this.lines
        .filter((line) => itemCode === undefined || line.itemCode === itemCode)
        .reduce((sum, { quantity }) => sum + quantity, 0);
    // With a faulty line the sum is wrong for that reason already.
    if (this.faults.length === 0) {
      for (const { line, itemCode, quantity } of this.totals) {
        const sum = sumOf(itemCode);
        if (sum !== quantity) {
          this.fault(
            line,
            'TOTAL_MISMATCH',
            `Le total annonce ${quantity} comptes, les lignes en font ${sum} : vérifiez la saisie.`,
          );
        }
      }
      if (sumOf() > quantityMax)
        this.fault(0, 'QUANTITY_INVALID', 'Le total dépasse le maximum admis.');
    }
    return { lines: this.lines, faults: this.faults };
  }

  private checkLine(
    line: number,
    beneficiary: string,
    itemCode: string | undefined,
    cell: (column: number) => string,
    quantity: number | undefined,
  ): boolean {
    const before = this.faults.length;
    if (beneficiary === '') {
      this.fault(line, 'BENEFICIARY_MISSING', 'L’UAI de l’école manque.');
    } else if (!isBeneficiary(beneficiary)) {
      this.fault(
        line,
        'UAI_INVALID',
        `« ${shown(beneficiary)} » n’est pas un UAI valide : vérifiez les sept chiffres et la lettre.`,
      );
    }
    if (itemCode === undefined) {
      const category = cell(this.columns.category);
      this.fault(
        line,
        'ITEM_UNKNOWN',
        category === ''
          ? 'La catégorie de compte manque.'
          : `« ${shown(category)} » n’est pas une catégorie de ce marché : ${this.items.map((item) => item.label).join(', ')}.`,
      );
    }
    if (quantity === undefined) {
      this.fault(
        line,
        'QUANTITY_INVALID',
        `« ${shown(cell(this.columns.quantity))} » n’est pas un nombre entier de comptes, positif ou nul.`,
      );
    }
    const key = `${beneficiary} ${itemCode ?? ''}`;
    const earlier = this.seen.get(key);
    if (earlier !== undefined && beneficiary !== '') {
      this.fault(
        line,
        'DUPLICATE_LINE',
        `${shown(beneficiary)} figure déjà à la ligne ${earlier} pour cette catégorie : gardez une seule ligne.`,
      );
    }
    this.seen.set(key, earlier ?? line);
    return this.faults.length > before;
  }

  /** By code or label; a market with one item needs no category. */
  private itemOf(category: string): string | undefined {
    if (category === '') return this.items.length === 1 ? this.items[0]?.code : undefined;
    const wanted = categoryKey(category);
    return this.items.find(
      ({ code, label }) => categoryKey(code) === wanted || categoryKey(label) === wanted,
    )?.code;
  }

  private fault(line: number, code: string, message: string): void {
    this.faults.push({ line, code, message });
  }
}

function findHeader(rows: readonly Annexe2Row[]): { index: number; columns: Columns } | undefined {
  for (const [index, { cells }] of rows.slice(0, headerRowsMax).entries()) {
    const names = cells.map(plain);
    const columnOf = (known: readonly string[]) => {
      const name = known.find((candidate) => names.includes(candidate));
      return name === undefined ? -1 : names.indexOf(name);
    };
    const columns = {
      beneficiary: columnOf(headers.beneficiary),
      category: columnOf(headers.category),
      quantity: columnOf(headers.quantity),
    };
    if (columns.beneficiary >= 0 && columns.quantity >= 0) return { index, columns };
  }
  return undefined;
}

/** An UAI, or an identifier of ours, which begins with a letter so that no misspelt UAI passes for one. */
function isBeneficiary(text: string): boolean {
  return isUai(text) || /^[A-Z][A-Z0-9]{0,9}-[A-Z0-9-]{1,30}$/.test(text);
}

/** '1 200' and '1200' are whole numbers; '12,5', '-3' and '1e3' are not. */
function quantityOf(text: string): number | undefined {
  const digits = text.replace(/[\s\u00a0\u202f]/g, '');
  if (!/^\d{1,10}$/.test(digits) || Number(digits) > quantityMax) return undefined;
  return Number(digits);
}

/** Lower case without accents, punctuation as spaces. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** « Comptes élèves », « compte élève », « Élève » and COMPTE_ELEVE are the same category. */
function categoryKey(text: string): string {
  return plain(text)
    .split(' ')
    .map((word) => word.replace(/s$/, ''))
    .filter((word) => !['compte', 'de', 'd', 'pour', 'acce'].includes(word))
    .join(' ');
}

const shown = (text: string): string => text.slice(0, 40);

function failed(line: number, code: string, message: string): Annexe2Reading {
  return { lines: [], faults: [{ line, code, message }] };
}
