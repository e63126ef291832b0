import { Global, Module } from '@nestjs/common';
import { answerOf, answerSchemaOf } from '#libs/http';
import { askedServices } from '../clients/clients.module.js';
import { MembershipOwners } from '../clients/membership-owners.js';
import { SupportModule } from '../support/support.module.js';
import { CarryCall } from './carry-call.js';
import { controllerOf } from './controller-of.js';
import { contractRoutesOf, type ContractRoute } from './route-of.js';

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
      answer: answerOfRoute(route),
    },
  ]),
);

function answerOfRoute({ rpc, answer }: ContractRoute) {
  if (answer && !answer.message) return answerOf(answer);
  return answerSchemaOf(answer?.message ?? rpc.output);
}

@Global()
@Module({
  imports: [SupportModule],
  controllers: contractControllers,
  providers: [CarryCall, MembershipOwners],
  exports: [MembershipOwners],
})
export class GatewayModule {}
