import { Inject, Injectable } from '@nestjs/common';
import { BusinessDate, MessagingStatus } from '#libs/messaging';
import { loggerToken, type Logger } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { Accounts } from './accounts.pg.js';
import { openDays, restateLostDays } from './domain/lost-days.js';
import { LostFacts } from './lost-facts.pg.js';

const chunkSize = 800;

/**
 * After a restore of this service alone, states again on which days accounts were open that the lost life had told of
 * (PRV-3, MTR-2): they were open in the ENT, and metered so, while the books follow anew on a later day. Only once all
 * is read that others have told, and the ENT agrees with the books: what an account is before that, it is not for long.
 */
@Injectable()
export class RestateLostDays {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly lostFacts: LostFacts,
    private readonly accounts: Accounts,
    private readonly status: MessagingStatus,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** One chunk. Returns how many accounts it restated; 0: nothing is due. */
  async execute(): Promise<number> {
    if (!(await this.lostFacts.areThere())) return 0;
    const topics = await this.status.topicFigures();
    if (topics.some(({ lag }) => lag > 0n)) return 0;
    const { restated, ofNobody } = await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const { byAccount, ofNobody } = await this.lostFacts.takeSettled(tx, chunkSize);
      const accounts = await this.accounts.byIds(tx, [...byAccount.keys()]);
      await this.accounts.save(
        tx,
        [...accounts].map(([id, account]) => restateLostDays(account, byAccount.get(id)!, today)),
      );
      for (const facts of ofNobody.values())
        await this.lostFacts.keepDays(tx, openDays(facts, today), today);
      return { restated: accounts.size, ofNobody: ofNobody.size };
    });
    if (ofNobody > 0) {
      this.logger.warn(
        { accounts: ofNobody },
        'accounts that do not come back: their days are listed to the supplier',
      );
    }
    return restated;
  }
}
