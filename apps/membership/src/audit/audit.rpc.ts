import { Controller } from '@nestjs/common';
import { AuditService, type ListAuditEntriesRequest } from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ListAuditEntries } from './list-audit-entries.js';

@Controller()
export class AuditRpc {
  constructor(private readonly listUseCase: ListAuditEntries) {}

  @Answers(AuditService.method.listAuditEntries)
  async listAuditEntries(
    { marketCode, membershipId, subject, action, ...page }: ListAuditEntriesRequest,
    caller: Caller,
  ) {
    const limit = pageLimitOf(page.limit);
    const [seen] = decodeCursor(page.cursor, 'rowId') ?? [];
    const before = seen === undefined ? undefined : Number(seen);
    const asked = { marketCode, membershipId, subject, action, before, limit, caller };
    const found = await this.listUseCase.execute(asked);
    const { rows, nextCursor } = pageOf(found, limit, ({ auditEntryId }) => [String(auditEntryId)]);
    const entries = rows.map((entry) => ({ ...entry, auditEntryId: BigInt(entry.auditEntryId) }));
    return { entries, nextCursor };
  }
}
