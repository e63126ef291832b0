import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
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
import { CurrentCaller, type Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { toImport } from './imports.dto.js';
import { Imports } from './imports.pg.js';
import { DecidePlan } from './plans/decide-plan.js';
import { RetryImport } from './retry-import.js';
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
  start(
    @Payload() { folder, source, datedOn }: StartImportRequest,
    @CurrentCaller() caller: Caller,
  ) {
    return this.startImport.execute({ folder, sourceCode: source, datedOn, caller });
  }

  @Answers(DirectoryService.method.approveImport)
  async approve(
    @Payload() { importId, reason }: ApproveImportRequest,
    @CurrentCaller() caller: Caller,
  ) {
    await this.decidePlan.execute({ of: { importId }, verdict: 'APPROVED', reason, caller });
    return {};
  }

  @Answers(DirectoryService.method.rejectImport)
  async reject(
    @Payload() { importId, reason }: RejectImportRequest,
    @CurrentCaller() caller: Caller,
  ) {
    await this.decidePlan.execute({ of: { importId }, verdict: 'REJECTED', reason, caller });
    return {};
  }

  @Answers(DirectoryService.method.retryImport)
  async retry(@Payload() { importId }: RetryImportRequest, @CurrentCaller() caller: Caller) {
    await this.retryImport.execute({ importId, caller });
    return {};
  }

  @Answers(DirectoryService.method.getImport)
  async get(@Payload() { importId }: GetImportRequest) {
    return { import: toImport(await this.imports.get(importId)) };
  }

  @Answers(DirectoryService.method.listImports)
  async list(@Payload() page: ListImportsRequest) {
    const limit = pageLimitOf(page.limit);
    const found = await this.imports.list(limit, decodeCursor(page.cursor, 'instant', 'uuid'));
    const { rows, nextCursor } = pageOf(found, limit, ({ cursor }) => cursor);
    return { imports: rows.map(toImport), nextCursor };
  }
}
