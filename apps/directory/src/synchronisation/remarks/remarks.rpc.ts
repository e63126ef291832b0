import { Controller } from '@nestjs/common';
import {
  DirectoryService,
  type ListRemarkLinesRequest,
  type ReadRemarksFileRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { subjectOfHead } from '../domain/remarks.js';
import { Imports } from '../imports.pg.js';
import { ReadRemarksFile } from './read-remarks-file.js';
import { RemarkLines } from './remark-lines.pg.js';
import { schoolsSeen } from '../schools-seen.js';

@Controller()
export class RemarksRpc {
  constructor(
    private readonly imports: Imports,
    private readonly remarkLines: RemarkLines,
    private readonly readRemarksFile: ReadRemarksFile,
  ) {}

  @Answers(DirectoryService.method.listRemarkLines)
  async list({ importId, code, ...page }: ListRemarkLinesRequest, caller: Caller) {
    const seen = schoolsSeen(caller);
    await this.imports.get(importId, seen);
    const limit = pageLimitOf(page.limit);
    const after = decodeCursor(page.cursor, 'text', 'integer');
    const found = await this.remarkLines.page(importId, { code, limit, after });
    const { rows, nextCursor } = pageOf(found, limit, (row) => [row.code, row.seq]);
    const lines = rows.map(({ seq: _seq, subject, ...line }) => ({
      ...line,
      subject: seen ? subjectOfHead(subject) : subject,
    }));
    return { lines, nextCursor };
  }

  @Answers(DirectoryService.method.readRemarksFile)
  readFile({ importId, cursor }: ReadRemarksFileRequest, caller: Caller) {
    return this.readRemarksFile.execute(importId, cursor, schoolsSeen(caller));
  }
}
