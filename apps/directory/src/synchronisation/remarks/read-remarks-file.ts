import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf } from '#libs/http';
import { plural } from '#libs/money';
import { csvLines, writeCsv } from '#libs/spreadsheets';
import { subjectOfHead } from '../domain/remarks.js';
import { type ImportReport, Imports } from '../imports.pg.js';
import { RemarkLines } from './remark-lines.pg.js';

const rowsOfPiece = 2_000;
const headers = ['Code', 'Fichier', 'Ligne', 'Identifiant', 'Constat', 'À faire'];

/** The remarks of an import as a file for a spreadsheet, a piece at a time: nobody holds it whole. */
@Injectable()
export class ReadRemarksFile {
  constructor(
    private readonly imports: Imports,
    private readonly lines: RemarkLines,
  ) {}

  /** `seen`: for the heads of these schools, in sentences alone. Throws ImportUnknown, CursorInvalid. */
  async execute(
    importId: string,
    cursor: string,
    seen?: readonly string[],
  ): Promise<{ content: Buffer; nextCursor: string; fileName: string }> {
    const { remarks, source, datedOn, startedOn } = await this.imports.get(importId, seen);
    const after = decodeCursor(cursor, 'text', 'integer');
    const found = await this.lines.page(importId, { code: '', limit: rowsOfPiece, after });
    const { rows, nextCursor } = pageOf(found, rowsOfPiece, ({ code, seq }) => [code, seq]);
    const sentences = new Map(remarks.map((remark) => [remark.code, remark]));
    const table = rows.map(({ code, file, line, subject }) => {
      const { message = code, todo = '' } = sentences.get(code) ?? {};
      return [code, file, line || null, seen ? subjectOfHead(subject) : subject, message, todo];
    });
    const whole = [...table, ...(nextCursor === '' ? remarks.flatMap(withoutPlace) : [])];
    const shown = (row: (typeof whole)[number]) => (seen ? row.slice(1) : row);
    const lines = whole.map(shown);
    const content = after ? Buffer.from(csvLines(lines)) : writeCsv([shown(headers), ...lines]);
    const fileName = `remarques-${source}-${datedOn || startedOn}.csv`;
    return { content, nextCursor, fileName };
  }
}

/** What was only counted, so that the file says as much as the report. */
function withoutPlace({ code, message, todo, count, kept }: ImportReport['remarks'][number]) {
  if (count <= kept) return [];
  const says = kept === 0 ? message : `${plural(count - kept, 'autre', 'autres')} : ${message}`;
  return [[code, '', null, '', kept === 0 && count > 1 ? `${message} (${count})` : says, todo]];
}
