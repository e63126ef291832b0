import { Controller } from '@nestjs/common';
import {
  type ApproveImportRequest,
  DirectoryService,
  type GetImportRequest,
  type ListImportsRequest,
  type RejectImportRequest,
  type RetryImportRequest,
  type StartImportRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { toImport } from './imports.dto.js';
import { Imports } from './imports.pg.js';
import { DecidePlan } from './plans/decide-plan.js';
import { RetryImport } from './retry-import.js';
import { schoolsSeen } from './schools-seen.js';
import { StartImport } from './start-import.js';

@Controller()
export class ImportsRpc {
  constructor(
    private readonly startImport: StartImport,
    private readonly decidePlan: DecidePlan,
    private readonly retryImport: RetryImport,
    private readonly imports: Imports,
  ) {}

  @Answers(DirectoryService.method.startImport)
  start({ source: sourceCode, ...asked }: StartImportRequest, caller: Caller) {
    const { folder, datedOn, uai, planOnly } = asked;
    return this.startImport.execute({ folder, sourceCode, datedOn, uai, planOnly, caller });
  }

  @Answers(DirectoryService.method.approveImport)
  async approve({ importId, reason }: ApproveImportRequest, caller: Caller) {
    await this.decidePlan.execute({ of: { importId }, verdict: 'APPROVED', reason, caller });
    return {};
  }

  @Answers(DirectoryService.method.rejectImport)
  async reject({ importId, reason }: RejectImportRequest, caller: Caller) {
    await this.decidePlan.execute({ of: { importId }, verdict: 'REJECTED', reason, caller });
    return {};
  }

  @Answers(DirectoryService.method.retryImport)
  async retry({ importId }: RetryImportRequest, caller: Caller) {
    await this.retryImport.execute({ importId, caller });
    return {};
  }

  @Answers(DirectoryService.method.getImport)
  async get({ importId }: GetImportRequest, caller: Caller) {
    return { import: toImport(await this.imports.get(importId, schoolsSeen(caller))) };
  }

  @Answers(DirectoryService.method.listImports)
  async list(page: ListImportsRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const found = await this.imports.list(
      { source: page.source, seen: schoolsSeen(caller) },
      limit,
      decodeCursor(page.cursor, 'instant', 'uuid'),
    );
    const { rows, nextCursor } = pageOf(found, limit, ({ cursor }) => cursor);
    return { imports: rows.map(toImport), nextCursor };
  }
}
