import type { LocalDate } from '#libs/time';
import type { Adhesions } from './adhesions.js';
import { Agreements } from './agreements.js';
import { billPeriod } from './bill-period.js';
import type { DirectoryImports } from './directory-imports.js';
import type { EntActs } from './ent/ent-acts.js';
import type { EntUsers } from './ent-users.js';
import type { Mendings } from './mendings.js';
import type { Orders } from './orders.js';
import type { PriceRevision } from './price-revisions.js';
import { people } from './players.js';
import { bpuFile, type DemoAct } from './scenario.js';
import type { ServiceFait } from './service-fait.js';
import { demoFile, type Stage, StoryBroken } from './stage.js';
import type { Successions } from './successions.js';
import type { Withdrawals } from './withdrawals.js';

/** On the supplier's papers. */
const notifiedOn = '2021-12-15';

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
    private readonly serviceFait: ServiceFait,
    private readonly mendings: Mendings,
    private readonly entActs: EntActs,
  ) {}

  /** Returns what came of it, where the day's title does not say it. */
  async perform(act: DemoAct): Promise<readonly string[] | void> {
    switch (act.kind) {
      case 'publish-market':
        return this.adhesions.publishMarket();
      case 'apply':
        return this.adhesions.apply(act.member);
      case 'verify-and-accept':
        return this.adhesions.verifyAndAccept();
      case 'agree-on-prices':
        return this.agreeOnPrices();
      case 'revise-prices':
        return this.revisePrices(act);
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
      case 'record-chorus-pro':
        return this.successions.recordChorusPro(act);
      case 'bill':
        return this.bill(act.periodEndsOn);
      case 'contest':
      case 'maintain':
      case 'withdraw-draft':
      case 'accept':
        return this.serviceFait.say(act);
      case 'record-engagement':
        return this.serviceFait.recordEngagement(act);
      case 'correct-orders':
        return this.mendings.correctOrders(act);
      case 'mend-invoice':
        return this.mendings.mendInvoice(act);
      case 'announce-successor':
        return this.adhesions.announceSuccessor(act.marketCode);
      case 'use-letters':
      case 'log-in-by-academy':
      case 'log-in-by-educonnect':
      case 'back-up-ent':
      case 'put-ent-back':
      case 'change-ent-by-hand':
      case 'read-night':
      case 'prove-erasure':
        return this.entActs.perform(act);
      default:
        act satisfies never;
    }
  }

  /** And on where members pay. */
  private async agreeOnPrices(): Promise<void> {
    const { supplier, calendar } = await this.stage.market();
    const agreements = new Agreements(this.stage.services, this.stage.scenario.marketCode);
    await agreements.prices(demoFile(bpuFile), notifiedOn);
    await agreements.account(supplier?.iban ?? '', calendar?.effectiveOn ?? '', notifiedOn);
  }

  private async revisePrices(revision: PriceRevision): Promise<void> {
    const { services, scenario } = this.stage;
    await new Agreements(services, scenario.marketCode).revision(revision);
  }

  private async useAccounts(percent: number): Promise<void> {
    for (const { schools } of this.stage.scenario.members) {
      for (const { uai } of schools) await this.entUsers.activate(uai, 'Student', percent);
    }
  }

  private async bill(periodEndsOn: LocalDate): Promise<void> {
    const { done } = await billPeriod(this.stage.services.billing(people.supplier), {
      marketCode: this.stage.scenario.marketCode,
      periodEndsOn,
      idempotencyKey: `demo-bill-${periodEndsOn}`,
    });
    const { failures } = done;
    if (failures.length > 0) {
      throw new StoryBroken(failures.map(({ code, message }) => `${code} ${message}`).join(' ; '));
    }
  }
}
