import { isUai } from '#libs/identifiers';
import type { LineFault } from '#libs/trade';
import type {
  Annexe2Cell,
  Annexe2Item,
  Annexe2Line,
  Annexe2Reading,
  Annexe2Row,
} from './annexe2.js';
import { type Columns, findHeader } from './annexe2-header.js';
import {
  beneficiaryFault,
  beneficiaryOf,
  categoryKey,
  isBeneficiary,
  plain,
  quantityOf,
  type Reason,
  shown,
  textOf,
  unusable,
} from './annexe2-cells.js';
import { disagreements, type Total } from './annexe2-totals.js';

export const linesMax = 20_000;
/** So that an answer can be carried and read; the last one then says how many more there are. */
export const faultsMax = 5_000;

/** Reads the rows of an annex 2. All faults are found at once; with one of them nothing may be taken. */
export function readAnnexe2(
  rows: readonly Annexe2Row[],
  items: readonly Annexe2Item[],
): Annexe2Reading {
  const header = findHeader(rows);
  if ('code' in header) return { lines: [], faults: [header] };
  const body = rows.slice(header.index + 1);
  if (body.length > linesMax) {
    const message = `Une annexe 2 compte au plus ${linesMax} lignes, ce fichier en a ${body.length}.`;
    return { lines: [], faults: [{ line: 0, code: 'TOO_MANY_LINES', message }] };
  }
  const reader = new Annexe2Reader(header.columns, items);
  for (const row of rows.slice(0, header.index)) reader.readAbove(row);
  for (const row of body) reader.read(row);
  const { lines, faults } = reader.finish();
  if (faults.length <= faultsMax) return { lines, faults };
  const more = `${faults.length - faultsMax} autres points à corriger ne sont pas montrés.`;
  return {
    lines,
    faults: [...faults.slice(0, faultsMax), { line: 0, code: 'MORE_FAULTS', message: more }],
  };
}

/** A commitment is of one account at least, unless the member may commit to nothing (ADH-2). */
export function checkCommitment(lines: readonly Annexe2Line[], mayBeNothing: boolean): LineFault[] {
  const committed = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  if (committed > 0 || mayBeNothing) return [];
  const message = 'L’engagement doit porter sur au moins un compte.';
  return [{ line: 0, code: 'COMMITMENT_TOO_SMALL', message }];
}

/** Reads the rows under the header, one by one; what is wrong with one does not stop the others. */
export class Annexe2Reader {
  private readonly lines: Annexe2Line[] = [];
  private readonly faults: LineFault[] = [];
  private readonly totals: Total[] = [];
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly columns: Columns,
    private readonly items: readonly Annexe2Item[],
  ) {}

  /** A letterhead, unless it says how many a school needs: a table that was sorted with its titles, or another one. */
  readAbove({ line, cells }: Annexe2Row): void {
    const school = cells.find((cell) => isUai(beneficiaryOf(cell)));
    if (school === undefined || cells.every((cell) => typeof quantityOf(cell) === 'object')) return;
    const message = `« ${shown(textOf(school))} » est au-dessus de la ligne des titres, où rien n’est lu : placez les titres au-dessus de toutes les écoles.`;
    this.fault(line, 'LINE_ABOVE_TITLES', message);
  }

  read(row: Annexe2Row): void {
    const first = row.cells.map(textOf).find((text) => text.trim() !== '');
    if (first === undefined && row.cells.every((cell) => typeof cell !== 'object')) return;
    if (row.hidden) {
      this.fault(row.line, 'HIDDEN_LINE', 'Cette ligne est masquée : affichez-la ou supprimez-la.');
    }
    const total = /^(sous )?total\b(.*)/.exec(plain(first ?? ''));
    if (total) this.readTotal(row, total[1] !== undefined, total[2] ?? '');
    else if (!this.isNote(row)) this.readLine(row);
  }

  finish(): { lines: Annexe2Line[]; faults: LineFault[] } {
    if (this.lines.length === 0 && this.faults.length === 0) {
      this.fault(0, 'EMPTY', 'L’annexe 2 ne contient aucune ligne.');
    }
    // With a faulty line the sum is wrong for that reason already.
    if (this.faults.length === 0) this.faults.push(...disagreements(this.lines, this.totals));
    return { lines: this.lines, faults: this.faults };
  }

  /** Under the total people write place, day and signature: a row without identifier and number. */
  private isNote({ cells }: Annexe2Row): boolean {
    return (
      this.totals.some(({ isSubtotal }) => !isSubtotal) &&
      textOf(cells[this.columns.quantity]).trim() === '' &&
      !isBeneficiary(beneficiaryOf(cells[this.columns.beneficiary]))
    );
  }

  private readTotal({ line, cells }: Annexe2Row, isSubtotal: boolean, label: string): void {
    const quantity = quantityOf(cells[this.columns.quantity]);
    if (typeof quantity === 'object') {
      const message = 'Le total n’est pas un nombre entier de comptes.';
      return this.fault(line, 'TOTAL_INVALID', message);
    }
    const category = textOf(cells[this.columns.category]);
    const itemCode = this.itemNamed(category) ?? this.itemNamed(label.replace(/\bgeneral\b/, ''));
    this.totals.push({ line, after: this.lines.length, isSubtotal, itemCode, quantity });
  }

  private readLine({ line, cells }: Annexe2Row): void {
    const before = this.faults.length;
    if (cells.some(isFormulaText)) {
      const message = 'Une cellule contient le texte d’une formule : saisissez sa valeur.';
      this.fault(line, 'FORMULA_IN_TEXT', message);
    }
    const lost = cells.find((one, at) => !this.columns.titled.has(at) && isUai(beneficiaryOf(one)));
    if (lost !== undefined) {
      const message = `« ${shown(textOf(lost))} » est dans une colonne sans titre, qui n’est pas lue : écrivez une école par ligne.`;
      this.fault(line, 'CELL_WITHOUT_TITLE', message);
    }
    const cell = cells[this.columns.beneficiary];
    const beneficiary = beneficiaryOf(cell);
    this.take(line, beneficiaryFault(cell, beneficiary));
    const itemCode = this.itemOf(cells[this.columns.category]);
    if (typeof itemCode === 'object') this.take(line, itemCode);
    const quantity = quantityOf(cells[this.columns.quantity]);
    if (typeof quantity === 'object') this.take(line, quantity);
    if (isBeneficiary(beneficiary) && typeof itemCode === 'string') {
      this.checkOnce(line, beneficiary, itemCode);
    }
    if (this.faults.length > before) return;
    if (typeof itemCode === 'object' || typeof quantity === 'object') return;
    this.lines.push({ line, beneficiary, itemCode, quantity });
  }

  private checkOnce(line: number, beneficiary: string, itemCode: string): void {
    const key = `${beneficiary} ${itemCode}`;
    const earlier = this.seen.get(key);
    if (earlier === undefined) return void this.seen.set(key, line);
    const message = `${shown(beneficiary)} figure déjà à la ligne ${earlier} pour cette catégorie : gardez une seule ligne.`;
    this.fault(line, 'DUPLICATE_LINE', message);
  }

  /** By code or label; a market with one item needs no category. */
  private itemOf(cell: Annexe2Cell | undefined): string | Reason {
    const category = textOf(cell).trim();
    const only = this.items.length === 1 ? this.items[0]?.code : undefined;
    if (category === '' && only !== undefined) return only;
    if (typeof cell === 'object') return unusable(cell.unusable, cell.text);
    const code = this.itemNamed(category);
    if (code !== undefined) return code;
    const labels = this.items.map((item) => item.label).join(', ');
    return category === ''
      ? { code: 'ITEM_MISSING', message: 'La catégorie de compte manque.' }
      : {
          code: 'ITEM_UNKNOWN',
          message: `« ${shown(category)} » n’est pas une catégorie de ce marché : ${labels}.`,
        };
  }

  private itemNamed(category: string): string | undefined {
    const wanted = categoryKey(category);
    return this.items.find(
      ({ code, label }) =>
        wanted !== '' && (categoryKey(code) === wanted || categoryKey(label) === wanted),
    )?.code;
  }

  private take(line: number, reason: Reason | undefined): void {
    if (reason) this.fault(line, reason.code, reason.message);
  }

  private fault(line: number, code: string, message: string): void {
    this.faults.push({ line, code, message });
  }
}

/** Text that a spreadsheet would run when the table is exported again. */
const isFormulaText = (cell: Annexe2Cell): boolean =>
  typeof cell === 'string' && /^\s*[=@]/.test(cell);
