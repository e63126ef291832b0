import { type LocalDate } from '#libs/time';
import { type Adhesions } from './adhesions.js';
import { type DirectoryImports } from './directory-imports.js';
import { type EntUsers } from './ent-users.js';
import { type Orders } from './orders.js';
import { people } from './players.js';
import { type DemoAct } from './scenario.js';
import { demoFile, type Stage, StoryBroken } from './stage.js';
import { type Successions } from './successions.js';
import { type Withdrawals } from './withdrawals.js';

const billingDeadlineMs = 60_000;

/** Does the acts of the scenario through the services' doors. Each may be done again and changes nothing then. */
export class Actor {
  constructor(
    private readonly stage: Stage,
    private readonly adhesions: Adhesions,
    private readonly orders: Orders,
    private readonly directoryImports: DirectoryImports,
    private readonly entUsers: EntUsers,
    private readonly withdrawals: Withdrawals,
    private readonly successions: Successions,
  ) {}

  async perform(act: DemoAct): Promise<void> {
    switch (act.kind) {
      case 'publish-market':
        return this.adhesions.publishMarket();
      case 'apply':
        return this.adhesions.apply(act.member);
      case 'verify-and-accept':
        return this.adhesions.verifyAndAccept();
      case 'import-prices':
        return this.importPrices();
      case 'activate-memberships':
        return this.adhesions.activate();
      case 'finance-schools':
        return this.adhesions.financeSchools(act.from);
      case 'order':
        return this.orders.sign(act);
      case 'withdraw':
        return this.withdrawals.record(act);
      case 'plan-succession':
        return this.successions.plan(act);
      case 'import-directory':
        return this.directoryImports.import(act);
      case 'use-accounts':
        return this.useAccounts(act.percent);
      case 'bill':
        return this.bill(act.periodEndsOn);
      case 'announce-successor':
        return this.adhesions.announceSuccessor(act.marketCode);
      default:
        act satisfies never;
    }
  }

  private async importPrices(): Promise<void> {
    await this.stage.services.billing(people.coordinator).importPrices({
      marketCode: this.stage.scenario.marketCode,
      content: demoFile('bpu-e-primo-2022.csv'),
      idempotencyKey: 'demo-prices',
    });
  }

  private async useAccounts(percent: number): Promise<void> {
    for (const { schools } of this.stage.scenario.members) {
      for (const { uai } of schools) await this.entUsers.activate(uai, 'Student', percent);
    }
  }

  private async bill(periodEndsOn: LocalDate): Promise<void> {
    const { failures } = await this.stage.services.billing(people.supplier).runBilling(
      {
        marketCode: this.stage.scenario.marketCode,
        periodEndsOn,
        idempotencyKey: `demo-bill-${periodEndsOn}`,
      },
      { deadlineMs: billingDeadlineMs },
    );
    if (failures.length > 0) {
      throw new StoryBroken(failures.map(({ code, message }) => `${code} ${message}`).join(' ; '));
    }
  }
}
