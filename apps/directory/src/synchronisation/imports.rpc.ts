import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type {
  ApproveImportRequest,
  GetImportRequest,
  ListImportsRequest,
  StartImportRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { CurrentCaller, type Caller } from '#libs/identity';
import { ApproveImport } from './approve-import.js';
import { toImport } from './imports.dto.js';
import { ReadImports } from './read-imports.js';
import { StartImport } from './start-import.js';

@Controller()
export class ImportsRpc {
  constructor(
    private readonly startImport: StartImport,
    private readonly approveImport: ApproveImport,
    private readonly readImports: ReadImports,
  ) {}

  @GrpcMethod('DirectoryService', 'StartImport')
  start(@Payload() { folder }: StartImportRequest, @CurrentCaller() caller: Caller) {
    return this.startImport.execute({ folder, startedBy: caller.actingUser ?? caller.userId });
  }

  @GrpcMethod('DirectoryService', 'ApproveImport')
  async approve(
    @Payload() { importId, reason }: ApproveImportRequest,
    @CurrentCaller() caller: Caller,
  ) {
    await this.approveImport.execute({ importId, reason, approvedBy: caller.userId });
    return {};
  }

  @GrpcMethod('DirectoryService', 'GetImport')
  async get(@Payload() { importId }: GetImportRequest) {
    return { import: toImport(await this.readImports.one(importId)) };
  }

  @GrpcMethod('DirectoryService', 'ListImports')
  async list(@Payload() page: ListImportsRequest) {
    const limit = pageLimitOf(page.limit);
    const found = await this.readImports.page(limit, decodeCursor(page.cursor, 2));
    const { rows, nextCursor } = pageOf(found, limit, ({ cursor }) => cursor);
    return { imports: rows.map(toImport), nextCursor };
  }
}
