import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { CountSeatsLostRequest } from '#libs/contracts';
import { CurrentCaller, type Caller } from '#libs/identity';
import { CountSeatsLost } from './count-seats-lost.js';

@Controller()
export class SeatLossesRpc {
  constructor(private readonly countSeatsLost: CountSeatsLost) {}

  @GrpcMethod('ProvisioningService', 'CountSeatsLost')
  async countLost(@Payload() request: CountSeatsLostRequest, @CurrentCaller() caller: Caller) {
    const { membershipId, itemCode, timeline } = request;
    return this.countSeatsLost.execute({ membershipId, itemCode }, timeline, caller);
  }
}
