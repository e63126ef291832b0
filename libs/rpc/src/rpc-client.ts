import type { DescMethod, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import {
  credentials,
  makeClientConstructor,
  Metadata,
  status,
  type Client,
  type ServiceError,
} from '@grpc/grpc-js';
import { accessOf } from '#libs/identity';
import { currentTraceparent } from '#libs/observability';
import { definitionOf } from './definition-of.js';
import { problemOf, RemoteProblem, ServiceUnavailable } from './problem-status.js';

export type CallOptions = {
  /** Access token to carry; without it the client's own token source is asked. */
  readonly token?: string;
  /**
   * Milliseconds until the call is given up; what the contract says of the method unless told, else 5,000. On a machine
   * that is slower than that supposes, `RPC_PATIENCE` times as long. The handler is not stopped by it.
   */
  readonly deadlineMs?: number;
};

/** A typed client: one async function per unary RPC. */
export type RpcClient<Service extends DescService> = {
  readonly [Name in keyof Service['method']]: Service['method'][Name] extends DescMethod
    ? (
        request: MessageInitShape<Service['method'][Name]['input']>,
        options?: CallOptions,
      ) => Promise<MessageShape<Service['method'][Name]['output']>>
    : never;
} & { close(): void };

export type RpcClientOptions = {
  /** host:port. */
  readonly address: string;
  /** Gives the token for calls that bring none: client credentials of this service. */
  readonly token?: () => Promise<string>;
};

/**
 * A client of a service. Refusals of the other side are thrown as RemoteProblem, an unreachable or
 * late one as ServiceUnavailable; a technical fault of the other side as the gRPC error it is.
 */
export function createRpcClient<Service extends DescService>(
  service: Service,
  options: RpcClientOptions,
): RpcClient<Service> {
  const Constructor = makeClientConstructor(definitionOf(service), service.typeName);
  const client = new Constructor(options.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': 32 * 1024 * 1024,
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 2_000,
    // Counts that nobody asks for, at every call.
    'grpc.enable_channelz': 0,
  });
  const calls = Object.fromEntries(
    service.methods.map((method) => [
      method.localName,
      async (request: object, call: CallOptions = {}) => {
        const token = call.token ?? (await options.token?.());
        return unary(client, service, method, request, { ...call, ...(token ? { token } : {}) });
      },
    ]),
  );
  return { ...calls, close: () => client.close() } as RpcClient<Service>;
}

function unary(
  client: Client,
  service: DescService,
  method: DescMethod,
  request: object,
  { token, deadlineMs = accessOf(method)?.deadlineMs ?? 5_000 }: CallOptions,
): Promise<object> {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  const traceparent = currentTraceparent();
  if (traceparent !== undefined) metadata.set('traceparent', traceparent);
  const definition = (client as unknown as Record<string, UnaryFunction>)[method.name];
  if (!definition) throw new RangeError(`${service.typeName} has no ${method.name}`);
  return new Promise((resolve, reject) => {
    definition.call(
      client,
      request,
      metadata,
      { deadline: Date.now() + deadlineMs * patience() },
      (error: ServiceError | null, answer: object) => {
        if (error === null) resolve(answer);
        else reject(translate(error, service.typeName));
      },
    );
  });
}

/** As `serviceSettings` bounds it. Commands and tests, which have no settings, are told by the same name. */
const patience = () => Number(process.env['RPC_PATIENCE'] ?? 1);

type UnaryFunction = (
  request: object,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, answer: object) => void,
) => void;

function translate(error: ServiceError, service: string): Error {
  const problem = problemOf(error.metadata);
  if (problem) return new RemoteProblem(problem);
  if (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED) {
    return new ServiceUnavailable(service, error);
  }
  return error;
}
