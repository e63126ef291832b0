import { Controller } from '@nestjs/common';
import {
  type GetWithdrawalRequest,
  type LetterReceived,
  type ListWithdrawalRemindersRequest,
  type ListWithdrawalsRequest,
  plain,
  type RecordWithdrawalRequest,
  type RevokeWithdrawalRequest,
  WithdrawalService,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { RecordWithdrawal } from './record-withdrawal.js';
import { RevokeWithdrawal } from './revoke-withdrawal.js';
import { ViewWithdrawals } from './view-withdrawals.js';
import type { LetterGiven } from './registered-letters.js';
import type { NoticeView } from './withdrawals.pg.js';

@Controller()
export class WithdrawalsRpc {
  constructor(
    private readonly recordUseCase: RecordWithdrawal,
    private readonly revokeUseCase: RevokeWithdrawal,
    private readonly views: ViewWithdrawals,
  ) {}

  @Answers(WithdrawalService.method.recordWithdrawal)
  async recordWithdrawal(request: RecordWithdrawalRequest, caller: Caller) {
    const input = { ...plain(request), letter: fromLetter(request.letter), caller };
    const { withdrawalId } = await this.recordUseCase.execute(input);
    return { notice: await this.notice(request.membershipId, withdrawalId, caller) };
  }

  @Answers(WithdrawalService.method.revokeWithdrawal)
  async revokeWithdrawal(request: RevokeWithdrawalRequest, caller: Caller) {
    const input = { ...plain(request), letter: fromLetter(request.letter), caller };
    const { withdrawalId, schoolsLost } = await this.revokeUseCase.execute(input);
    return { notice: await this.notice(request.membershipId, withdrawalId, caller), schoolsLost };
  }

  @Answers(WithdrawalService.method.getWithdrawal)
  async getWithdrawal({ membershipId }: GetWithdrawalRequest, caller: Caller) {
    const { window, state, notices, reminders } = await this.views.of({ membershipId, caller });
    return {
      state,
      ...(window
        ? {
            window: { startsOn: window.opensOn, endsOn: window.closesOn },
            takesEffectOn: window.closesOn,
          }
        : {}),
      notices: notices.map(toNoticeMessage),
      reminders,
    };
  }

  @Answers(WithdrawalService.method.listWithdrawals)
  async listWithdrawals({ marketCode, ...page }: ListWithdrawalsRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.views.notices({ marketCode, ...part, caller }),
      (row) => [row.recordedOn, row.withdrawalId],
    );
    return { notices: rows.map(toNoticeMessage), nextCursor };
  }

  @Answers(WithdrawalService.method.listWithdrawalReminders)
  async listWithdrawalReminders(
    { marketCode, ...page }: ListWithdrawalRemindersRequest,
    caller: Caller,
  ) {
    const { rows: reminders, nextCursor } = await readPage(
      page,
      ['day', 'text', 'text'],
      (part) => this.views.reminders({ marketCode, ...part, caller }),
      (row) => [row.dueOn, row.organisationName, row.membershipId],
    );
    return { reminders, nextCursor };
  }

  private async notice(membershipId: string, withdrawalId: string, caller: Caller) {
    const { notices } = await this.views.of({ membershipId, caller });
    const found = notices.find((notice) => notice.withdrawalId === withdrawalId);
    if (!found) throw new RangeError(`notice ${withdrawalId} is gone`);
    return toNoticeMessage(found);
  }
}

/** The contract's bounds hold by now. */
const fromLetter = (message: LetterReceived | undefined) => plain(message!) as LetterGiven;

const toNoticeMessage = ({ revocation, ...notice }: NoticeView) => ({
  ...notice,
  ...(revocation ? { revocation: revocation.letter, revokedOn: revocation.recordedOn } : {}),
});
