import type { DescMethod, DescService } from '@bufbuild/protobuf';
import * as messages from './messages.js';

/** Every gRPC service of the contracts. */
export const services: readonly DescService[] = Object.values(messages).filter(
  (one): one is DescService & typeof one =>
    typeof one === 'object' && 'kind' in one && one.kind === 'service',
);

/** Those that a process of this name answers: all of its package. */
export const servicesOf = (process: string): readonly DescService[] =>
  services.filter(({ file }) => file.proto.package === `ent.${process}.v1`);

const byName = new Map<string, DescMethod>(
  services.flatMap((service) => service.methods.map((rpc) => [`${service.name}.${rpc.name}`, rpc])),
);

/** A method by its short names, as Nest keeps them of a handler: `rpcNamed('TrainingsService', 'PlanTraining')`. */
export const rpcNamed = (service: string, rpc: string): DescMethod | undefined =>
  byName.get(`${service}.${rpc}`);
