import { DomainError } from '#libs/problems';
import type { RefusalFigures } from './figures.js';
import { people } from './players.js';
import type { DemoAct } from './scenario.js';
import { type Stage, StoryBroken } from './stage.js';

export type OrderAct = Extract<DemoAct, { kind: 'order' }>;

/** The members' orderers sign what the story says, and are refused where it says so (ORD-2). */
export class Orders {
  constructor(private readonly stage: Stage) {}

  async sign(act: OrderAct): Promise<void> {
    const refusal = await this.refusalOf(act);
    if (act.refusedWith === refusal?.code) return;
    const told = refusal ? `${refusal.code}, ${refusal.message}` : 'acceptée';
    throw new StoryBroken(
      `La commande de ${act.delta} pour ${act.member} devait être ${act.refusedWith ?? 'acceptée'} ; réponse : ${told}`,
    );
  }

  /**
   * Signs the order as the member's orderer, and tells the refusal if there is one. The same order
   * again gets its first answer again, a refusal too (ORD-3).
   */
  async refusalOf(act: OrderAct): Promise<RefusalFigures | undefined> {
    const member = this.stage.member(act.member);
    const { membershipId } = await this.stage.membershipOf(member);
    const itemCode = await this.stage.itemCode();
    try {
      await this.stage.services.membership(people.ordererOf(member)).signOrder({
        idempotencyKey: `demo-order-${act.member}-${act.effectiveFrom}-${act.delta}`,
        membershipId,
        lines: [{ itemCode, effectiveFrom: act.effectiveFrom, delta: act.delta }],
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { member: member.name, code: error.code, message: error.message };
    }
  }

  /** The refusals that the story tells, asked again. */
  async refusals(): Promise<RefusalFigures[]> {
    const refusals: RefusalFigures[] = [];
    for (const act of this.stage.scenario.days.flatMap(({ acts }) => acts)) {
      if (act.kind !== 'order' || act.refusedWith === undefined) continue;
      const refusal = await this.refusalOf(act);
      if (refusal) refusals.push(refusal);
    }
    return refusals;
  }
}
