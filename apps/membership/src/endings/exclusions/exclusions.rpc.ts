import { Controller } from '@nestjs/common';
import {
  ExclusionService,
  type GetExclusionRequest,
  type ListExclusionsRequest,
  type RecordExclusionRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { fromDecision } from './exclusions.dto.js';
import { RecordExclusion } from './record-exclusion.js';
import { ViewExclusions } from './view-exclusions.js';

@Controller()
export class ExclusionsRpc {
  constructor(
    private readonly recordUseCase: RecordExclusion,
    private readonly views: ViewExclusions,
  ) {}

  @Answers(ExclusionService.method.recordExclusion)
  async recordExclusion(
    { idempotencyKey, membershipId, decision }: RecordExclusionRequest,
    caller: Caller,
  ) {
    await this.recordUseCase.execute({
      idempotencyKey,
      membershipId,
      decision: fromDecision(decision),
      caller,
    });
    return this.exclusion(membershipId, caller);
  }

  @Answers(ExclusionService.method.getExclusion)
  getExclusion({ membershipId }: GetExclusionRequest, caller: Caller) {
    return this.exclusion(membershipId, caller);
  }

  @Answers(ExclusionService.method.listExclusions)
  async listExclusions({ marketCode, ...page }: ListExclusionsRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.views.list({ marketCode, ...part, caller }),
      (row) => [row.recordedOn, row.exclusionId],
    );
    return { exclusions: rows, nextCursor };
  }

  private async exclusion(membershipId: string, caller: Caller) {
    const found = await this.views.of({ membershipId, caller });
    return found ? { exclusion: found } : {};
  }
}
