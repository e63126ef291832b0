import { Controller } from '@nestjs/common';
import {
  type CheckSeatsRequest,
  type CountSeatsLostRequest,
  type GetSeatsRequest,
  ProvisioningService,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { CountSeatsLost } from './count-seats-lost.js';
import { violationInFrench } from './domain/seat-violation.js';
import { LookAtSeats } from './look-at-seats.js';
import type { SchoolSeats } from './seat-views.pg.js';

@Controller()
export class SeatsRpc {
  constructor(
    private readonly look: LookAtSeats,
    private readonly countSeatsLost: CountSeatsLost,
  ) {}

  @Answers(ProvisioningService.method.getSeats)
  async getSeats({ membershipId }: GetSeatsRequest, caller: Caller) {
    const seats = await this.look.ofMembership(membershipId, caller);
    const sum = (schools: readonly SchoolSeats[], of: (school: SchoolSeats) => number) =>
      schools.reduce((total, school) => total + of(school), 0);
    return {
      seats: seats.map(({ itemCode, ordered, held, schools }) => ({
        membershipId,
        itemCode,
        ordered,
        held,
        open: sum(schools, ({ open }) => open),
        waiting: sum(schools, ({ waiting }) => waiting),
        schools,
      })),
    };
  }

  @Answers(ProvisioningService.method.checkSeats)
  async checkSeats(_request: CheckSeatsRequest, caller: Caller) {
    const { pools, held, violations } = await this.look.check(caller);
    return { pools, seatsHeld: held, violations: violations.map(violationInFrench) };
  }

  @Answers(ProvisioningService.method.countSeatsLost)
  async countLost(request: CountSeatsLostRequest, caller: Caller) {
    const { membershipId, itemCode, timeline } = request;
    return this.countSeatsLost.execute({ membershipId, itemCode }, timeline, caller);
  }
}
