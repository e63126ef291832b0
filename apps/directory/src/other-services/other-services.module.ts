import { type DynamicModule, Global, Module } from '@nestjs/common';
import { OtherServices } from './other-service.js';
import { OtherAddresses, OtherServicesGateway } from './other-services.grpc-gateway.js';

// The door: what is asked of the others, and where they are.
export { OtherService, OtherServices } from './other-service.js';
export { OtherAddresses } from './other-services.grpc-gateway.js';

/** The other services, asked what they hold of a person. */
@Global()
@Module({})
export class OtherServicesModule {
  static with(addresses: OtherAddresses['of']): DynamicModule {
    return {
      module: OtherServicesModule,
      providers: [
        { provide: OtherAddresses, useValue: new OtherAddresses(addresses) },
        { provide: OtherServices, useClass: OtherServicesGateway },
      ],
      exports: [OtherAddresses, OtherServices],
    };
  }
}
