import { toBinary, create } from '@bufbuild/protobuf';
import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  DocumentService,
  MembershipService,
  OperationsService,
  ReleaseParkedRequestSchema,
  type SignOrderRequest,
  UploadDocumentRequestSchema,
} from '#libs/contracts';
import { type Caller, type TokenVerifier, Unauthenticated, type Role } from '#libs/identity';
import { createLogger, currentTraceId, inTrace } from '#libs/observability';
import { definitionOf } from './definition-of.js';
import { grpcDoor, requestBytesMax, uploadBytesMax } from './grpc-door.js';
import { problemOf } from './problem-status.js';
import { createRpcClient, type RpcClient } from './rpc-client.js';
import { callerOf } from '#libs/testing';

/**
 * Goal: nobody makes a service read, keep or decode a message before it is known who calls, and then at most 256 KB, or
 * a file where the contract takes one. Method: a grpc-js server behind the door that counts what it decodes and carries
 * out, and a client that sends any bytes.
 */
const callerBy = (token: string): Caller => {
  if (token === 'forged') throw new Unauthenticated('forged');
  if (token === 'late') throw new Error('the issuer is away');
  return callerOf({ userId: 'u-1', roles: [token as Role] });
};
const verifier = { verify: async (token: string) => callerBy(token) } as unknown as TokenVerifier;
const services = [OperationsService, DocumentService];

let decoded = 0;
let carriedOut = 0;
let server: Server;
let client: Client;

beforeAll(async () => {
  const { maxReceiveMessageLength, channelOptions } = grpcDoor(
    services,
    verifier,
    createLogger('test', 'silent'),
  );
  server = new Server({
    ...channelOptions,
    'grpc.max_receive_message_length': maxReceiveMessageLength,
  });
  for (const service of services) {
    const definition = definitionOf(service);
    for (const method of Object.values(definition)) {
      method.requestDeserialize = (bytes: Buffer) => {
        decoded += 1;
        return bytes;
      };
      method.responseSerialize = () => Buffer.alloc(0);
    }
    server.addService(
      definition,
      Object.fromEntries(
        Object.keys(definition).map((name) => [
          name,
          (_call: unknown, answer: (error: null, value: object) => void) => {
            carriedOut += 1;
            answer(null, {});
          },
        ]),
      ),
    );
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
});

afterAll(() => {
  client.close();
  server.forceShutdown();
});

beforeEach(() => {
  decoded = 0;
  carriedOut = 0;
});

const release = '/ent.operations.v1.OperationsService/ReleaseParked';
const upload = '/ent.membership.v1.DocumentService/UploadDocument';
const messages = {
  [release]: toBinary(ReleaseParkedRequestSchema, create(ReleaseParkedRequestSchema, {})),
  [upload]: toBinary(
    UploadDocumentRequestSchema,
    create(UploadDocumentRequestSchema, { content: new Uint8Array(1_000_000) }),
  ),
};

/** The status of a call with these bytes. */
function call(path: string, bytes: Uint8Array, token?: string): Promise<Partial<ServiceError>> {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  return new Promise((resolve) =>
    client.makeUnaryRequest(
      path,
      (value: Buffer) => value,
      () => ({}),
      Buffer.from(bytes),
      metadata,
      { deadline: Date.now() + 25_000 },
      (error) => resolve(error ?? { code: status.OK }),
    ),
  );
}
const bytesOf = (size: number) => new Uint8Array(size);

test.each([
  ['no token', undefined, status.UNAUTHENTICATED],
  ['a forged token', 'forged', status.UNAUTHENTICATED],
  ['a role that the contract does not name', 'dpo', status.PERMISSION_DENIED],
  ['an issuer that is away', 'late', status.INTERNAL],
])(
  '%s: not a byte is decoded, of a small message, a huge one or a file',
  async (_who, token, code) => {
    for (const bytes of [messages[release], bytesOf(16 * 1024 * 1024)]) {
      expect((await call(release, bytes, token)).code).toBe(code);
    }
    expect((await call(upload, messages[upload], token)).code).toBe(code);
    expect([decoded, carriedOut]).toEqual([0, 0]);
  },
);

test('a refusal keeps its code, as behind the guard', async () => {
  const { metadata } = await call(release, messages[release], 'supplier');
  expect(problemOf(metadata)).toMatchObject({ code: 'NOT_ALLOWED', kind: 'forbidden' });
});

test('who may call sends 256 KB at most, and more only where the contract takes a file', async () => {
  expect((await call(release, bytesOf(requestBytesMax), 'admin')).code).toBe(status.OK);
  expect([decoded, carriedOut]).toEqual([1, 1]);
  const tooLarge = await call(release, bytesOf(requestBytesMax + 1), 'admin');
  expect(tooLarge.code).toBe(status.RESOURCE_EXHAUSTED);
  expect([decoded, carriedOut]).toEqual([1, 1]);

  expect((await call(upload, messages[upload], 'coordinator')).code).toBe(status.OK);
  expect((await call(upload, bytesOf(uploadBytesMax), 'coordinator')).code).toBe(status.OK);
  expect([decoded, carriedOut]).toEqual([3, 3]);
  const huge = await call(upload, bytesOf(uploadBytesMax + 1), 'coordinator');
  expect(huge.code).toBe(status.RESOURCE_EXHAUSTED);
  // The limit of the one that takes files is its own.
  expect((await call(release, bytesOf(requestBytesMax + 1), 'admin')).code).toBe(
    status.RESOURCE_EXHAUSTED,
  );
  expect([decoded, carriedOut]).toEqual([3, 3]);
});

describe('a message that may be read', () => {
  const traceId = 'a'.repeat(32);
  const lines: Record<string, unknown>[] = [];
  let seen: { request: SignOrderRequest; traceId: string | undefined }[];
  let real: Server;
  let orders: RpcClient<typeof MembershipService>;

  beforeAll(async () => {
    const logger = createLogger('test', 'info', {
      write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    real = new Server(grpcDoor([MembershipService], verifier, logger).channelOptions);
    real.addService(definitionOf(MembershipService), {
      SignOrder: (
        { request }: { request: SignOrderRequest },
        answer: (error: object | null, value?: object) => void,
      ) => {
        seen.push({ request, traceId: currentTraceId() });
        // As behind Nest: the answer comes later.
        setImmediate(() =>
          request.idempotencyKey === 'refused'
            ? answer({ code: status.FAILED_PRECONDITION, details: 'BELOW_COMMITMENT' })
            : answer(null, {}),
        );
      },
    } as unknown as UntypedServiceImplementation);
    const port = await new Promise<number>((resolve, reject) =>
      real.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    orders = createRpcClient(MembershipService, { address: `127.0.0.1:${port}` });
  });
  afterAll(() => {
    orders.close();
    real.forceShutdown();
  });
  beforeEach(() => {
    seen = [];
    lines.length = 0;
  });

  const sign = (idempotencyKey: string, quantity: number) =>
    inTrace(`00-${traceId}-${'b'.repeat(16)}-01`, () =>
      orders.signOrder(
        {
          membershipId: ' m-1 ',
          idempotencyKey,
          lines: quantity
            ? [{ itemCode: 'ELEVE', effectiveFrom: '2022-09-01', delta: quantity }]
            : [],
        },
        { token: 'member-orderer' },
      ),
    );

  test('is trimmed, handled in the trace of the caller, and leaves one line', async () => {
    await sign('key-0001', 3);
    expect(seen).toMatchObject([{ request: { membershipId: 'm-1' }, traceId }]);
    expect(lines).toMatchObject([
      { kind: 'rpc', rpc: 'signOrder', outcome: 'ok', level: 30, traceId },
    ]);
  });

  test('is refused at its bounds before any handler runs', async () => {
    await expect(sign('key-0001', 0)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(seen).toEqual([]);
    expect(lines).toMatchObject([
      { rpc: 'signOrder', outcome: 'INPUT_INVALID', level: 40, traceId },
    ]);
  });

  test('leaves the code of its refusal in the line', async () => {
    await expect(sign('refused', 3)).rejects.toMatchObject({ details: 'BELOW_COMMITMENT' });
    expect(lines).toMatchObject([{ outcome: 'BELOW_COMMITMENT', level: 40, traceId }]);
  });
});

type Listener = Parameters<ServerInterceptingCallInterface['start']>[0];

test('an answer leaves before its line is written', async () => {
  const events: string[] = [];
  const logger = createLogger('test', 'info', { write: () => void events.push('line') });
  const { channelOptions } = grpcDoor(services, verifier, logger);
  const [intercept] = channelOptions.interceptors as ServerInterceptor[];
  let passed: Listener | undefined;
  const below = {
    start: (listener: Listener) => (passed = listener),
    sendStatus: () => void events.push('status'),
  } as unknown as ServerInterceptingCallInterface;
  const call = intercept!({ path: release } as Parameters<ServerInterceptor>[0], below);
  call.start({ onReceiveMessage: () => undefined } as unknown as Listener);
  passed!.onReceiveMessage({});
  call.sendStatus({ code: status.OK, details: '' });
  expect(events).toEqual(['status']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toEqual(['status', 'line']);
});
