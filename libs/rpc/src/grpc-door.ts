import { ScalarType, type DescMethod, type DescService } from '@bufbuild/protobuf';
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { accessOf, bearerOf, mayCall, NotAllowed, type TokenVerifier } from '#libs/identity';
import type { Logger } from '#libs/observability';
import { statusOfError } from './status-of-error.js';

/** Of any request; only one that carries a file may be larger. */
export const requestBytesMax = 256 * 1024;
/** The largest document has 20 MB. */
export const uploadBytesMax = 21 * 1024 * 1024;

/**
 * What a gRPC server of ours is made with: the caller is judged by the metadata alone, and until then not a byte of its
 * message is read, much less decoded; then a message has 256 KB, or 21 MB where the contract says that it carries a
 * file (a field of bytes).
 */
export function grpcDoor(
  services: readonly DescService[],
  verifier: TokenVerifier,
  logger: Logger,
): { maxReceiveMessageLength: number; channelOptions: { interceptors: ServerInterceptor[] } } {
  const rpcs = new Map<string, DescMethod>(
    services.flatMap((service) =>
      service.methods.map((rpc) => [`/${service.typeName}/${rpc.name}`, rpc] as const),
    ),
  );
  const interceptor: ServerInterceptor = (definition, call) => {
    const rpc = rpcs.get(definition.path);
    if (rpc && carriesFile(rpc)) raiseLimit(call, uploadBytesMax);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            admit(rpc, metadata, verifier).then(
              () => pass(metadata),
              (error: unknown) => call.sendStatus(refusalOf(error, logger)),
            );
          },
        }),
    });
  };
  return {
    maxReceiveMessageLength: requestBytesMax,
    channelOptions: { interceptors: [interceptor] },
  };
}

/** Throws Unauthenticated, NotAllowed. RpcAuthGuard judges again, and keeps the caller for the handler: it costs a look-up. */
async function admit(
  rpc: DescMethod | undefined,
  metadata: Metadata,
  verifier: TokenVerifier,
): Promise<void> {
  const caller = await verifier.verify(bearerOf(metadata));
  const access = rpc && accessOf(rpc);
  if (!access || !mayCall(caller, access)) throw new NotAllowed();
}

const refusalOf = (error: unknown, logger: Logger) => ({
  metadata: null,
  ...statusOfError(error, logger),
});

const carriesFile = (rpc: DescMethod): boolean =>
  rpc.input.fields.some(
    (field) => field.fieldKind === 'scalar' && field.scalar === ScalarType.BYTES,
  );

/**
 * grpc-js knows one limit per server. The one of a call stands in two fields of its own objects, which no option
 * reaches; should they be named otherwise one day, files are refused, never the door opened.
 */
function raiseLimit(call: ServerInterceptingCallInterface, bytesMax: number): void {
  const { decoder } = call as { decoder?: { maxReadMessageLength?: number } };
  if (decoder?.maxReadMessageLength === undefined) return;
  decoder.maxReadMessageLength = bytesMax;
  (call as { maxReceiveMessageSize?: number }).maxReceiveMessageSize = bytesMax;
}
