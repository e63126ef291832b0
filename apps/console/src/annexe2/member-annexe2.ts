import { Injectable } from '@nestjs/common';
import { defineProblem, pointsToMend } from '#libs/problems';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import type { Annexe2Query, LinesQuery, VerificationBody } from './annexe2.dto.js';
import { toAnnexe2, toJudgement } from './annexe2.mapping.js';

export class Annexe2Faulty extends defineProblem('ANNEXE2_FAULTY', 'invalid') {}

type Annexe2File = Annexe2Query & { readonly content: Uint8Array };

/** Annex 2 of one member: membership judges it (COM-1, COM-3), the console carries. */
@Injectable()
export class MemberAnnexe2 {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async show(visitor: Visitor, membershipId: string, page: LinesQuery) {
    await this.own.require(visitor, membershipId);
    return toAnnexe2(await this.clients.of(visitor).annexe2.getAnnexe2({ membershipId, page }));
  }

  /** Writes nothing: what the file commits to, or every fault of it. */
  async preview(visitor: Visitor, membershipId: string, file: Annexe2File) {
    await this.own.require(visitor, membershipId);
    const { membership } = this.clients.of(visitor);
    return toJudgement(await membership.importAnnexe2({ ...file, membershipId, dryRun: true }));
  }

  /** All lines or none: with a fault nothing is written, and the faults come as the problem's details. */
  async import(visitor: Visitor, membershipId: string, file: Annexe2File, idempotencyKey: string) {
    await this.own.require(visitor, membershipId);
    const { membership } = this.clients.of(visitor);
    const answer = await membership.importAnnexe2({ ...file, membershipId, idempotencyKey });
    const judgement = toJudgement(answer);
    if (answer.written) return judgement;
    const { faults } = judgement;
    throw new Annexe2Faulty(
      `Le fichier comporte ${pointsToMend(faults.length)}, rien n’a été enregistré : corrigez et renvoyez-le.`,
      { faults },
    );
  }

  async verify(visitor: Visitor, membershipId: string, body: VerificationBody) {
    await this.own.require(visitor, membershipId);
    await this.clients.of(visitor).membership.verifyAnnexe2({ ...body, membershipId });
    return { verified: true };
  }
}
