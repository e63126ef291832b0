import { DomainError } from '#libs/problems';
import type { RefusalFigures } from './figures.js';
import { Papers } from './papers.js';
import { people } from './players.js';
import type { DemoAct } from './scenario.js';
import { type Stage, StoryBroken } from './stage.js';

export type WithdrawalAct = Extract<DemoAct, { kind: 'withdraw' }>;

/** The coordinator records the letters of members that withdraw, as the story says (WDR-1). */
export class Withdrawals {
  private readonly papers: Papers;

  constructor(private readonly stage: Stage) {
    this.papers = new Papers(stage);
  }

  async record(act: WithdrawalAct): Promise<void> {
    const refusal = await this.refusalOf(act);
    if (act.refusedWith === refusal?.code) return;
    const told = refusal ? `${refusal.code}, ${refusal.message}` : 'enregistrée';
    throw new StoryBroken(
      `La lettre de retrait de ${act.member} devait être ${act.refusedWith ?? 'enregistrée'} ; réponse : ${told}`,
    );
  }

  /** The refusals that the story tells, asked again: the same letter gets its first answer again. */
  async refusals(): Promise<RefusalFigures[]> {
    const refusals: RefusalFigures[] = [];
    for (const act of this.stage.scenario.days.flatMap(({ acts }) => acts)) {
      if (act.kind !== 'withdraw' || act.refusedWith === undefined) continue;
      const refusal = await this.refusalOf(act);
      if (refusal) refusals.push(refusal);
    }
    return refusals;
  }

  private async refusalOf(act: WithdrawalAct): Promise<RefusalFigures | undefined> {
    const member = this.stage.member(act.member);
    const { membershipId } = await this.stage.membershipOf(member);
    const { sentOn, receivedOn } = act;
    try {
      await this.stage.services.withdrawals(people.coordinator).recordWithdrawal({
        idempotencyKey: `demo-withdraw-${act.member}-${sentOn}`,
        membershipId,
        letter: {
          number: `1A ${member.siren} ${sentOn}`,
          sentOn,
          receivedOn,
          documentId: await this.papers.deposit({
            ...{ kind: 'LETTER', title: `Retrait, ${member.name}` },
            ...{ datedOn: sentOn, siren: member.siren },
          }),
        },
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { member: member.name, code: error.code, message: error.message };
    }
  }
}
