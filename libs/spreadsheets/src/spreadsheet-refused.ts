import { DomainError } from '#libs/problems';

/** Why a file is not taken. Stable, for programs; the message is for the person who sent it. */
export type SpreadsheetRefusal =
  | 'CELL_TOO_LONG'
  | 'CSV_MALFORMED'
  | 'ENCODING_UNKNOWN'
  | 'FILE_DAMAGED'
  | 'FILE_EMPTY'
  | 'FILE_ENCRYPTED'
  | 'FILE_EXPANDS_TOO_MUCH'
  | 'FILE_FORMAT_OLD'
  | 'FILE_HAS_MACROS'
  | 'FILE_TOO_LARGE'
  | 'FILE_TYPE_UNKNOWN'
  | 'SHEET_HIDDEN'
  | 'SHEETS_SEVERAL'
  | 'TOO_MANY_COLUMNS'
  | 'TOO_MANY_MERGED_CELLS'
  | 'TOO_MANY_ROWS'
  | 'XML_FORBIDDEN';

/** The file is refused as a whole, from line `details.line` on (0: no line is to blame). */
export class SpreadsheetRefused extends DomainError {
  readonly kind = 'invalid';

  constructor(
    readonly code: SpreadsheetRefusal,
    message: string,
    line = 0,
  ) {
    super(message, { line });
  }

  get line(): number {
    return Number(this.details.line);
  }
}

export const damaged = () =>
  new SpreadsheetRefused(
    'FILE_DAMAGED',
    'Le fichier est incomplet ou endommagé : enregistrez-le de nouveau et renvoyez-le.',
  );
