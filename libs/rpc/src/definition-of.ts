import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type DescService,
  type Message,
} from '@bufbuild/protobuf';
import type { ServiceDefinition } from '@grpc/grpc-js';

/**
 * A grpc-js service definition made from a protobuf-es descriptor: one codec for events and calls,
 * no .proto file at run time, and wrong types fail instead of passing silently.
 */
export function definitionOf(service: DescService): ServiceDefinition {
  return Object.fromEntries(
    service.methods.map((method) => {
      const input = codecOf(method.input);
      const output = codecOf(method.output);
      const kind = method.methodKind;
      return [
        method.name,
        {
          path: `/${service.typeName}/${method.name}`,
          originalName: method.localName,
          requestStream: kind === 'client_streaming' || kind === 'bidi_streaming',
          responseStream: kind === 'server_streaming' || kind === 'bidi_streaming',
          requestSerialize: input.serialize,
          requestDeserialize: input.deserialize,
          responseSerialize: output.serialize,
          responseDeserialize: output.deserialize,
        },
      ];
    }),
  );
}

function codecOf(desc: DescMessage) {
  return {
    serialize: (value: object): Buffer =>
      Buffer.from(
        toBinary(desc, '$typeName' in value ? (value as Message) : create(desc, value as never)),
      ),
    deserialize: (bytes: Buffer): Message => fromBinary(desc, bytes),
  };
}

/** What Nest's gRPC transport takes as `packageDefinition`. */
export function packageDefinitionOf(
  services: readonly DescService[],
): Record<string, ServiceDefinition> {
  return Object.fromEntries(services.map((service) => [service.typeName, definitionOf(service)]));
}
