import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, marketsOf, mayIn, NotVisible, type Role } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { ProblemDetails } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { reasonCode } from '#libs/trade';
import { takeTurns } from '../copies/copies.module.js';
import { Approvals } from './approvals.pg.js';
import {
  EntPlanAboveLevel,
  EntPlanDecided,
  EntPlanExpired,
  EntPlanOwn,
  EntPlanStale,
  mayApprove,
  planReasons,
} from './domain/plan-rights.js';
import { EntPlans, type HeldPart, type Verdict } from './ent-plans.pg.js';

export type PlanDecision = {
  /** As it was read: a plan never changes, another takes its place. */
  readonly planId: string;
  /** One school; empty: all that the plan holds. */
  readonly uai: string;
  readonly verdict: Verdict;
  /** `CODE` or `CODE ticket`. */
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

const commands = {
  APPROVED: { operation: 'ApprovePlan', action: 'ent-plan.approved' },
  REJECTED: { operation: 'RejectPlan', action: 'ent-plan.rejected' },
} as const;

/** A person's word about what waits to be told to the ENT: school by school, or all of a plan, or nothing (PRV-8). */
@Injectable()
export class DecidePlan {
  constructor(
    private readonly commands: Commands,
    private readonly plans: EntPlans,
    private readonly approvals: Approvals,
  ) {}

  /**
   * Throws InputInvalid, NotVisible, EntPlanDecided, EntPlanExpired, EntPlanStale, EntPlanAboveLevel, EntPlanOwn; then
   * nothing of it is decided.
   */
  async execute(input: PlanDecision): Promise<{ schools: number; accounts: number }> {
    const { planId, uai, verdict, idempotencyKey, caller } = input;
    const reason = reasonCode(input.reason, planReasons, 'DEPART_CONFIRME');
    const details = { ...(uai ? { uai } : {}), reason };
    return this.commands.attempt(
      {
        ...commands[verdict],
        request: { planId, uai, verdict, reason },
        ...{ caller, idempotencyKey },
        refused: { subject: `plan:${planId}`, details },
      },
      async (tx, today, journal) => {
        await takeTurns(tx, 'looks');
        const parts = await this.decidable(tx, input);
        const partIds = parts.map(({ partId }) => partId);
        const by = caller.userId;
        await this.plans.decide(tx, partIds, { verdict, by, on: today, reason });
        if (verdict === 'APPROVED') await this.allowDeletions(tx, planId, parts, today);
        const accounts = parts.reduce((sum, part) => sum + part.accounts, 0);
        const answer = { schools: parts.length, accounts };
        await journal({ details: { ...details, ...answer } });
        return answer;
      },
    );
  }

  /** Of another market's a plan says nothing. */
  private async decidable(
    tx: Transaction,
    { planId, uai, verdict, caller }: PlanDecision,
  ): Promise<HeldPart[]> {
    const markets = marketsOf(caller);
    const held = (await this.plans.held(tx, planId, uai)).filter(
      ({ marketCode }) => markets === undefined || markets.includes(marketCode ?? ''),
    );
    if (held.length === 0) throw await this.refusal(tx, planId, uai, markets);
    if (verdict === 'REJECTED') return held;
    const above = held.filter(({ heldBy, marketCode }) => {
      const isOf = (...roles: Role[]) => mayIn(caller, marketCode ?? '', ...roles);
      return !mayApprove(heldBy, {
        isSupport3: isOf('support-3'),
        isOfAll: isOf('coordinator', 'admin', 'player'),
      });
    });
    if (above.length > 0) throw aboveLevel(above);
    if (held.some(({ causedBy }) => causedBy.includes(caller.userId))) throw own();
    const moved = held.filter(({ isSame }) => !isSame);
    if (moved.length > 0) throw stale(moved);
    return held;
  }

  private async refusal(
    tx: Transaction,
    planId: string,
    uai: string,
    markets: readonly string[] | undefined,
  ) {
    const { isVisible, states } = await this.plans.standing(tx, planId, uai, markets);
    if (!isVisible) return new NotVisible();
    if (states.includes('STALE')) return stale([]);
    if (states.includes('EXPIRED')) {
      return new EntPlanExpired(
        'Ce plan a expiré : personne n’en a décidé à temps. Ce qui reste à faire est dans un nouveau plan, avec les chiffres du jour : décidez de celui-là.',
      );
    }
    return new EntPlanDecided(
      'Plus rien n’attend de décision ici : une autre personne a déjà décidé. Relisez le plan.',
    );
  }

  /** Whoever was approved to close is deleted at the end of its grace (PRV-3). */
  private async allowDeletions(
    tx: Transaction,
    planId: string,
    parts: readonly HeldPart[],
    today: LocalDate,
  ): Promise<void> {
    const schools = parts.map(({ uai, closes: closings }) => ({ uai, closings }));
    await this.approvals.recordClosings(tx, planId, schools, today);
  }
}

const aboveLevel = (above: readonly HeldPart[]) =>
  new EntPlanAboveLevel(
    'Ce plan dépasse le seuil d’un membre ou de l’ensemble : seule la coordination peut l’accepter. Vous pouvez le rejeter, ou accepter une école qui ne dépasse que son propre seuil.',
    { schools: above.map(({ uai }) => uai).slice(0, 20) },
  );
const own = () =>
  new EntPlanOwn(
    'Vous êtes à l’origine de ces changements : une autre personne doit les accepter.',
  );
function stale(moved: readonly HeldPart[]) {
  const sum = (of: (part: HeldPart) => number) =>
    moved.reduce((total, part) => total + of(part), 0);
  const figures: ProblemDetails =
    moved.length === 0
      ? {}
      : {
          planned: sum(({ accounts }) => accounts),
          now: sum(({ accountsNow }) => accountsNow),
        };
  return new EntPlanStale(
    'Ce plan a changé depuis que vous l’avez lu : rien n’est fait. Un nouveau plan, avec les chiffres de maintenant, prend sa place : relisez-le, puis décidez.',
    figures,
  );
}
