import { Global, Module } from '@nestjs/common';
import { answerSchemaOf } from '#libs/http';
import { askedServices } from '../clients/clients.module.js';
import { MembershipOwners } from '../clients/membership-owners.js';
import { CarryCall } from './carry-call.js';
import { controllerOf } from './controller-of.js';
import { contractRoutesOf } from './route-of.js';

/** One controller for each service that has public methods (ent.http.v1.route in its .proto). */
export const contractControllers = askedServices
  .filter((service) => contractRoutesOf(service).length > 0)
  .map(controllerOf);

/** What the description of the routes says of them. */
export const contractOperations = Object.fromEntries(
  askedServices.flatMap(contractRoutesOf).map((route) => [
    `${route.verb} /api/${route.path.replace(/:(\w+)/g, '{$1}')}`,
    {
      summary: route.summary,
      answer: answerSchemaOf(route.answer?.message ?? route.rpc.output),
    },
  ]),
);

@Global()
@Module({
  controllers: contractControllers,
  providers: [CarryCall, MembershipOwners],
  exports: [MembershipOwners],
})
export class GatewayModule {}
