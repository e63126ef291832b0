import { Module } from '@nestjs/common';
import { Seats } from './seats.gateway.js';
import { ProvisioningSeats } from './seats.grpc-gateway.js';

export { Seats } from './seats.gateway.js';

/** Who holds a seat where, as provisioning tells it. */
@Module({ providers: [{ provide: Seats, useClass: ProvisioningSeats }], exports: [Seats] })
export class SeatsModule {}
