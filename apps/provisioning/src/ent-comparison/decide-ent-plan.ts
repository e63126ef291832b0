import { Injectable } from '@nestjs/common';
import { Commands, type Journal } from '#libs/commands';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { addDays, frenchDate, type LocalDate } from '#libs/time';
import { reasonCode } from '#libs/trade';
import { takeTurns } from '../copies/copies.module.js';
import { EntPlanDecided, EntPlanExpired, EntPlanStale } from '../ent-plans/ent-plans.module.js';
import { CallEnt } from './call-ent.js';
import { differenceKey, differencesOf, heldKeys } from './domain/differences.js';
import type { EntSchool } from './domain/ent-school.js';
import { onlyThese } from './domain/night-plan.js';
import { EntBooks } from './ent-books.pg.js';
import { type EntLookView, EntLookViews } from './ent-look-views.pg.js';
import { type EntLook, EntLooks } from './ent-looks.pg.js';
import { LookAtEntSchool } from './look-at-ent-school.js';
import { MendEntSchool, mendReasons } from './mend-ent-school.js';

export type EntPlanInput = {
  readonly uai: string;
  readonly day: LocalDate;
  /** `CODE` or `CODE ticket`. */
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

/** Beyond it what was found is too old to be done, even where no night has looked since. */
const daysMax = 7;

/**
 * A person's word about what a night has held of a school (PRV-8). Approved, it is looked at again and exactly that is
 * done; where a part of it is not so any more, nothing is, unless it is the night's own repairs that have put it right.
 */
@Injectable()
export class DecideEntPlan {
  constructor(
    private readonly commands: Commands,
    private readonly looks: EntLooks,
    private readonly views: EntLookViews,
    private readonly look: LookAtEntSchool,
    private readonly mend: MendEntSchool,
    private readonly call: CallEnt,
    private readonly books: EntBooks,
  ) {}

  /** Throws InputInvalid, NotVisible, EntNotCompared, EntPlanDecided, EntPlanExpired, EntPlanStale. */
  async approve(input: EntPlanInput): Promise<EntLookView> {
    const plan = await this.visible(input);
    const isLost = plan.differences.some(({ kind, fate }) => fate === 'HELD' && kind === 'MISSING');
    // Asked for nothing where it is decided already: the command says so itself.
    const school =
      plan.status === 'HELD' ? await this.look.execute(input.uai, input.caller, isLost) : undefined;
    let approved: EntSchool | undefined;
    await this.decide(input, 'APPROVED', async (tx, held, today, reason) => {
      const part = await this.heldPart(tx, school, held);
      await this.mend.correct(tx, part, today, { reason, userId: input.caller.userId });
      approved = part;
    });
    if (approved) await this.call.makeUnderKey(approved.comparison.lateKeys);
    if (approved) await this.call.putRight(approved);
    return this.visible(input);
  }

  /** Throws InputInvalid, NotVisible, EntPlanDecided, EntPlanExpired. */
  async reject(input: EntPlanInput): Promise<EntLookView> {
    await this.visible(input);
    await this.decide(input, 'REJECTED', () => Promise.resolve());
    return this.visible(input);
  }

  private async visible({ uai, day, caller }: EntPlanInput): Promise<EntLookView> {
    const look = await this.views.school(uai, day, marketsOf(caller));
    if (!look) throw new NotVisible();
    return look;
  }

  private async decide(
    { uai, day, reason: text, idempotencyKey, caller }: EntPlanInput,
    decision: 'APPROVED' | 'REJECTED',
    act: (tx: Transaction, held: EntLook, today: LocalDate, reason: string) => Promise<void>,
  ): Promise<void> {
    const reason = reasonCode(text, mendReasons, 'CONTROLE');
    const details = { day, reason };
    await this.commands.attempt(
      {
        operation: decision === 'APPROVED' ? 'ApproveEntPlan' : 'RejectEntPlan',
        action: decision === 'APPROVED' ? 'ent-plan.approved' : 'ent-plan.rejected',
        request: { uai, day, reason },
        ...{ caller, idempotencyKey },
        refused: { subject: `school:${uai}`, details },
      },
      async (tx, today, journal: Journal) => {
        await takeTurns(tx, 'looks');
        const held = await this.looks.locked(tx, uai, day);
        if (held?.status !== 'HELD') throw decided(day);
        const newer = await this.looks.before(tx, uai, addDays(today, 1));
        if (newer?.day !== day || today >= addDays(day, daysMax)) throw expired(day);
        await act(tx, held, today, reason);
        await this.looks.recordDecision(tx, held, decision, caller.userId);
        await journal({ details: { ...details, held: heldKeys(held.differences).size } });
        return {};
      },
    );
  }

  /**
   * What of a night's plan stands, of the school as it is now. What the night's own repairs have put right beside is no
   * change: an account that it repaired, and a guardian that followed a child of these. Throws EntPlanStale.
   */
  private async heldPart(
    tx: Transaction,
    school: EntSchool | undefined,
    { differences }: EntLook,
  ): Promise<EntSchool> {
    const keys = heldKeys(differences);
    const found = new Set(school ? differencesOf(school).map(differenceKey) : []);
    const gone = differences.filter(
      (each) => each.fate === 'HELD' && !found.has(differenceKey(each)),
    );
    const repaired = differences.flatMap(({ fate, accountId }) =>
      fate === 'REPAIRED' && accountId !== '' ? [accountId] : [],
    );
    const followed = gone.length === 0 ? [] : await this.books.guardiansOf(tx, repaired);
    const mended = new Set([...repaired, ...followed]);
    const changed = gone.filter(({ accountId }) => !mended.has(accountId));
    if (school && changed.length === 0) return onlyThese(school, keys);
    throw new EntPlanStale(
      'L’ENT a changé depuis la nuit : une partie de ce plan n’a plus lieu d’être et rien n’est fait. Demandez un nouveau rapprochement de cette école, puis décidez.',
      { gone: changed.length },
    );
  }
}

const decided = (day: LocalDate) =>
  new EntPlanDecided(
    `Rien n’attend de décision pour cette école au ${frenchDate(day)} : une autre personne a déjà décidé, ou plus rien ne diffère. Relisez la nuit.`,
  );
const expired = (day: LocalDate) =>
  new EntPlanExpired(
    `Le plan du ${frenchDate(day)} n’est plus le dernier, ou il a plus de ${daysMax} jours. Décidez de celui de la dernière nuit.`,
  );
