import { Controller, Inject } from '@nestjs/common';
import { MembershipService, type StartBusinessDayRequest } from '#libs/contracts';
import { type Caller, hasRole } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { localDate, parisDateOf } from '#libs/time';
import { daysByClock } from './calendar.scheduler.js';
import { StartBusinessDay } from './start-business-day.js';

@Controller()
export class CalendarRpc {
  constructor(
    private readonly startBusinessDayUseCase: StartBusinessDay,
    @Inject(daysByClock) private readonly isByClock: boolean,
  ) {}

  @Answers(MembershipService.method.startBusinessDay)
  startBusinessDay({ date, writtenOrder }: StartBusinessDayRequest, caller: Caller) {
    const by = hasRole(caller, 'admin') ? 'ADMINISTRATOR' : 'PLAYER';
    const scheduled = { today: parisDateOf(new Date()), by, writtenOrder } as const;
    return this.startBusinessDayUseCase.execute({
      date: localDate(date),
      actor: caller.userId,
      carrier: caller.carrier,
      ...(this.isByClock ? { scheduled } : {}),
    });
  }
}
