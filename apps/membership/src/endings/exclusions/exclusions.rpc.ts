import { Controller } from '@nestjs/common';
import {
  type DecisionReceived,
  ExclusionService,
  type GetExclusionRequest,
  type ListExclusionsRequest,
  plain,
  type RecordExclusionRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { type DecisionGiven, RecordExclusion } from './record-exclusion.js';
import { ViewExclusions } from './view-exclusions.js';
import { defineProblem } from '#libs/problems';

@Controller()
export class ExclusionsRpc {
  constructor(
    private readonly recordUseCase: RecordExclusion,
    private readonly views: ViewExclusions,
  ) {}

  @Answers(ExclusionService.method.recordExclusion)
  async recordExclusion(request: RecordExclusionRequest, caller: Caller) {
    const decision = fromDecision(request.decision);
    await this.recordUseCase.execute({ ...plain(request), decision, caller });
    return this.exclusion(request.membershipId, caller);
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

export class CourtDecisionInvalid extends defineProblem('COURT_DECISION_INVALID', 'invalid') {}

const sumsDueMaxCents = 100_000_000_000n;

/** The contract's bounds hold by now. Throws CourtDecisionInvalid. */
function fromDecision(message: DecisionReceived | undefined): DecisionGiven {
  const decision = plain(message!);
  if (decision.sumsDueCents <= sumsDueMaxCents) return decision as DecisionGiven;
  throw new CourtDecisionInvalid(
    'La somme due dépasse un milliard d’euros : vérifiez-la dans la décision du juge.',
    { fields: ['sumsDueCents'] },
  );
}
