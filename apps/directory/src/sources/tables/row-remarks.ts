import type { SourceRemark } from '../directory-source.js';

/** What is said about the rows of a table; never a name. */
export class RowRemarks {
  readonly records: SourceRemark[] = [];

  constructor(private readonly file: string) {}

  add(code: string, line: number, subject = ''): void {
    this.records.push({ kind: 'remark', code, subject, file: this.file, line });
  }
}
