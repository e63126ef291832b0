import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { CorrectionBody, CorrectionPreviewBody } from './corrections.dto.js';
import { toOrder, toRefusal, toSeatsLost, toTimeline } from './members.mapping.js';
import { OwnMembership } from './own-membership.js';

/** Changes of the past, recorded by the coordinator: membership decides, the console carries (ORD-4). */
@Injectable()
export class MemberCorrections {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async preview(visitor: Visitor, membershipId: string, { lines }: CorrectionPreviewBody) {
    await this.own.require(visitor, membershipId);
    const answer = await this.clients
      .of(visitor)
      .corrections.previewCorrection({ membershipId, lines: lines.map(toLine) });
    return {
      refusals: answer.refusals.map(toRefusal),
      warnings: answer.warnings,
      after: answer.after.map(toTimeline),
      seatsLost: answer.seatsLost.map(toSeatsLost),
    };
  }

  /** A refusal comes as a problem with figures (BELOW_COMMITMENT, AGREEMENT_MISSING…), and nothing changes. */
  async record(
    visitor: Visitor,
    membershipId: string,
    { lines, reason, documentId, confirmedSeatsLost }: CorrectionBody,
    idempotencyKey: string,
  ) {
    await this.own.require(visitor, membershipId);
    const { order, warnings } = await this.clients.of(visitor).corrections.recordCorrection({
      idempotencyKey,
      membershipId,
      lines: lines.map(toLine),
      reason,
      documentId,
      confirmedSeatsLost,
    });
    return { order: order && toOrder(order), warnings };
  }
}

const toLine = ({ delta, ...line }: CorrectionBody['lines'][number]) => ({
  ...line,
  delta,
});
