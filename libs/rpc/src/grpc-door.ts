import { ScalarType, type DescMethod, type DescService, type Message } from '@bufbuild/protobuf';
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServerOptions,
  status,
} from '@grpc/grpc-js';
import { checked, messageSchemaOf } from '#libs/http';
import { accessOf, admitted, type TokenVerifier, verifiedCallerOf } from '#libs/identity';
import { inTrace, tellOutcome, type Logger } from '#libs/observability';
import { statusOfError } from './status-of-error.js';

/** Of any request; only one that carries a file may be larger. */
export const requestBytesMax = 256 * 1024;
/** The largest document has 20 MB. */
export const uploadBytesMax = 21 * 1024 * 1024;

/**
 * What a gRPC server of ours is made with. The caller is judged by the metadata alone, and until then not a byte of its
 * message is read, much less decoded; then a message has 256 KB, or 21 MB where the contract says that it carries a
 * file (a field of bytes). A message is held to the bounds that its .proto states (ent.http.v1.bounds), with the same
 * schema that the console holds people's JSON to: a service trusts no caller to have looked. Its texts are trimmed.
 * The handler runs in the caller's trace, and each call that got as far as its message leaves one line.
 *
 * All of it stands here and not in interceptors of Nest: those run for every HTTP request and Kafka batch too, and two
 * that do nothing cost a request 40 µs.
 */
export function grpcDoor(
  services: readonly DescService[],
  verifier: TokenVerifier,
  logger: Logger,
): { maxReceiveMessageLength: number; channelOptions: Partial<ServerOptions> } {
  const rpcs = new Map<string, DescMethod>(
    services.flatMap((service) =>
      service.methods.map((rpc) => [`/${service.typeName}/${rpc.name}`, rpc] as const),
    ),
  );
  const interceptor: ServerInterceptor = (definition, call) => {
    const rpc = rpcs.get(definition.path);
    if (rpc && carriesFile(rpc)) raiseLimit(call, uploadBytesMax);
    let parent: string | undefined;
    let begun: number | undefined;
    const end = (outcome: Outcome, send: (outcome: Outcome) => void) => {
      send(outcome);
      if (begun === undefined || !rpc) return;
      const word = outcome.code === status.OK ? 'ok' : (outcome.details ?? 'FAILED');
      // HTTP/2 leaves when this turn ends: whoever waits for the answer does not wait for the line.
      setImmediate(tellOutcome, logger, 'rpc', { rpc: rpc.localName }, word, begun);
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            parent = metadata.get('traceparent')[0]?.toString();
            admit(rpc, metadata, verifier).then(
              () => pass(metadata),
              (error: unknown) => call.sendStatus(refusalOf(error, logger)),
            );
          },
          onReceiveMessage: (message: Message, pass) => {
            begun = performance.now();
            try {
              if (rpc) holdToBounds(rpc, message);
            } catch (error) {
              // Not passed on: no handler runs.
              inTrace(parent, () =>
                end(refusalOf(error, logger), (refusal) => call.sendStatus(refusal)),
              );
              return;
            }
            pass(message);
          },
          onReceiveHalfClose: (pass) => inTrace(parent, pass),
        }),
      sendStatus: end,
    });
  };
  return {
    maxReceiveMessageLength: requestBytesMax,
    // Without counts that nobody asks for, at every call.
    channelOptions: { interceptors: [interceptor], 'grpc.enable_channelz': 0 },
  };
}

type Outcome = Parameters<ServerInterceptingCallInterface['sendStatus']>[0];

/** Throws Unauthenticated, NotAllowed. RpcAuthGuard judges again, and keeps the caller for the handler. */
async function admit(
  rpc: DescMethod | undefined,
  metadata: Metadata,
  verifier: TokenVerifier,
): Promise<void> {
  const caller = await verifiedCallerOf(metadata, verifier);
  admitted(caller, rpc && accessOf(rpc));
}

/** Throws InputInvalid. */
function holdToBounds(rpc: DescMethod, message: Message): void {
  if (message.$typeName !== rpc.input.typeName) return;
  const schema = messageSchemaOf(rpc.input, accessOf(rpc)?.isPublic ?? false);
  Object.assign(message, checked(schema, message));
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
