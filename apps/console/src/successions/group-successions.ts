import { Injectable } from '@nestjs/common';
import { type Succession } from '#libs/contracts';
import { NotVisible, requireMarket, seesEveryMember } from '#libs/identity';
import { defineProblem, pointsToMend } from '#libs/problems';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import type {
  CancellationBody,
  MovementsQuery,
  OwnQuery,
  PlansBody,
  PreviewBody,
  SuccessionsQuery,
} from './successions.dto.js';
import { fromPlan, toPreview, toSuccession } from './successions.mapping.js';

export class MovementsFaulty extends defineProblem('MOVEMENTS_FAULTY', 'invalid') {}

/** Successions: membership judges and carries them out (ADH-5), the console carries what is said. */
@Injectable()
export class GroupSuccessions {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  /** Writes nothing: a refusal is part of the answer. */
  async preview(visitor: Visitor, { market: marketCode, plan }: PreviewBody) {
    requireMarket(visitor, marketCode);
    const { successions } = this.clients.of(visitor);
    return toPreview(await successions.previewSuccession({ marketCode, plan: fromPlan(plan) }));
  }

  async plan(visitor: Visitor, { market: marketCode, plans }: PlansBody, idempotencyKey: string) {
    requireMarket(visitor, marketCode);
    const answer = await this.clients.of(visitor).successions.planSuccessions({
      idempotencyKey,
      marketCode,
      plans: plans.map(fromPlan),
    });
    return { successions: answer.successions.map(toSuccession) };
  }

  async cancel(
    visitor: Visitor,
    successionId: string,
    { reason }: CancellationBody,
    idempotencyKey: string,
  ) {
    const { successions } = await this.clients
      .of(visitor)
      .successions.cancelSuccession({ idempotencyKey, successionId, reason });
    return { successions: successions.map(toSuccession) };
  }

  /** All movements or none: with a fault nothing is planned, and the faults come as the problem's details. */
  async import(
    visitor: Visitor,
    { market: marketCode, fileName, dryRun }: MovementsQuery,
    content: Uint8Array,
    idempotencyKey: string,
  ) {
    requireMarket(visitor, marketCode);
    const answer = await this.clients.of(visitor).successions.importMovements({
      ...{ idempotencyKey, marketCode, fileName, content, dryRun },
    });
    const faults = answer.faults.map(({ line, code, message }) => ({ line, code, message }));
    if (faults.length > 0 && !dryRun) {
      throw new MovementsFaulty(
        `Le fichier comporte ${pointsToMend(faults.length)}, rien n’a été prévu : corrigez et renvoyez-le.`,
        { faults },
      );
    }
    return {
      movements: answer.movements,
      faults,
      successions: answer.successions.map(toSuccession),
    };
  }

  async list(visitor: Visitor, { market: marketCode, status, ...page }: SuccessionsQuery) {
    requireMarket(visitor, marketCode);
    const answer = await this.clients
      .of(visitor)
      .successions.listSuccessions({ marketCode, status, page });
    return toPage(answer);
  }

  async ofMember(visitor: Visitor, membershipId: string, { status, ...page }: OwnQuery) {
    const { marketCode } = await this.own.membership(visitor, membershipId);
    const answer = await this.clients
      .of(visitor)
      .successions.listSuccessions({ marketCode, status, membershipId, page });
    return toPage(answer);
  }

  /** Throws NotVisible for a succession in which the visitor's organisation neither gives nor receives (SUP-3). */
  async show(visitor: Visitor, successionId: string) {
    const { succession } = await this.clients
      .of(visitor)
      .successions.getSuccession({ successionId });
    if (!succession) throw new NotVisible();
    requireSide(visitor, succession);
    return toSuccession(succession);
  }
}

function requireSide(visitor: Visitor, succession: Succession): void {
  requireMarket(visitor, succession.marketCode);
  const sides = [succession.predecessorOrganisationId, succession.successorOrganisationId];
  if (!seesEveryMember(visitor) && !sides.includes(visitor.organisationId ?? '')) {
    throw new NotVisible();
  }
}

const toPage = (answer: {
  readonly successions: readonly Succession[];
  readonly page?: { readonly nextCursor: string };
}) => ({
  successions: answer.successions.map(toSuccession),
  nextCursor: answer.page?.nextCursor ?? '',
});
