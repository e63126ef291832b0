import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  DirectoryService,
  type ListRemarkLinesRequest,
  type ReadRemarksFileRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { Answers } from '#libs/rpc';
import { Imports } from './imports.pg.js';
import { ReadRemarksFile } from './read-remarks-file.js';
import { RemarkLines } from './remark-lines.pg.js';

@Controller()
export class RemarksRpc {
  constructor(
    private readonly imports: Imports,
    private readonly remarkLines: RemarkLines,
    private readonly readRemarksFile: ReadRemarksFile,
  ) {}

  @Answers(DirectoryService.method.listRemarkLines)
  async list(@Payload() { importId, code, ...page }: ListRemarkLinesRequest) {
    await this.imports.get(importId);
    const limit = pageLimitOf(page.limit);
    const after = decodeCursor(page.cursor, 'text', 'integer');
    const found = await this.remarkLines.page(importId, { code, limit, after });
    const { rows, nextCursor } = pageOf(found, limit, (row) => [row.code, row.seq]);
    return { lines: rows.map(({ seq: _seq, ...line }) => line), nextCursor };
  }

  @Answers(DirectoryService.method.readRemarksFile)
  readFile(@Payload() { importId, cursor }: ReadRemarksFileRequest) {
    return this.readRemarksFile.execute(importId, cursor);
  }
}
