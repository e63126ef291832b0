import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type CountSeatsLostRequest, ProvisioningService } from '#libs/contracts';
import { CurrentCaller, type Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { CountSeatsLost } from './count-seats-lost.js';

@Controller()
export class SeatLossesRpc {
  constructor(private readonly countSeatsLost: CountSeatsLost) {}

  @Answers(ProvisioningService.method.countSeatsLost)
  async countLost(@Payload() request: CountSeatsLostRequest, @CurrentCaller() caller: Caller) {
    const { membershipId, itemCode, timeline } = request;
    return this.countSeatsLost.execute({ membershipId, itemCode }, timeline, caller);
  }
}
