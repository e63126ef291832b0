import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type {
  GetExclusionRequest,
  ListExclusionsRequest,
  RecordExclusionRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { type Caller, CurrentCaller } from '#libs/identity';
import { fromDecision, toExclusionMessage } from './exclusions.dto.js';
import { RecordExclusion } from './record-exclusion.js';
import { ViewExclusions } from './view-exclusions.js';

@Controller()
export class ExclusionsRpc {
  constructor(
    private readonly recordUseCase: RecordExclusion,
    private readonly views: ViewExclusions,
  ) {}

  @GrpcMethod('ExclusionService', 'RecordExclusion')
  async recordExclusion(
    @Payload() { idempotencyKey, membershipId, decision }: RecordExclusionRequest,
    @CurrentCaller() caller: Caller,
  ) {
    await this.recordUseCase.execute({
      idempotencyKey,
      membershipId,
      decision: fromDecision(decision),
      caller,
    });
    return this.exclusion(membershipId, caller);
  }

  @GrpcMethod('ExclusionService', 'GetExclusion')
  getExclusion(@Payload() { membershipId }: GetExclusionRequest, @CurrentCaller() caller: Caller) {
    return this.exclusion(membershipId, caller);
  }

  @GrpcMethod('ExclusionService', 'ListExclusions')
  async listExclusions(
    @Payload() { marketCode, page }: ListExclusionsRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const limit = pageLimitOf(page?.limit);
    const cursor = decodeCursor(page?.cursor, 2);
    const after = cursor && ([String(cursor[0]), String(cursor[1])] as const);
    const found = await this.views.list({ marketCode, after, limit, caller });
    const { rows, nextCursor } = pageOf(found, limit, (row) => [row.recordedOn, row.exclusionId]);
    return { exclusions: rows.map(toExclusionMessage), page: { nextCursor } };
  }

  private async exclusion(membershipId: string, caller: Caller) {
    const found = await this.views.of({ membershipId, caller });
    return found ? { exclusion: toExclusionMessage(found) } : {};
  }
}
