import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { CountSeatsLostRequest } from '#libs/contracts';
import { Allow, CurrentCaller, type Caller } from '#libs/identity';
import { CountSeatsLost } from './count-seats-lost.js';

@Controller()
export class SeatLossesRpc {
  constructor(private readonly countSeatsLost: CountSeatsLost) {}

  @GrpcMethod('ProvisioningService', 'CountSeatsLost')
  @Allow(
    'member-reader',
    'member-orderer',
    'member-finance',
    'coordinator',
    'supplier',
    'service',
    'player',
  )
  async countLost(@Payload() request: CountSeatsLostRequest, @CurrentCaller() caller: Caller) {
    const { membershipId, itemCode, timeline } = request;
    return this.countSeatsLost.execute({ membershipId, itemCode }, timeline, caller);
  }
}
