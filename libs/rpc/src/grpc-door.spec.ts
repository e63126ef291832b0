import { toBinary, create } from '@bufbuild/protobuf';
import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import {
  DocumentService,
  OperationsService,
  ReleaseParkedRequestSchema,
  UploadDocumentRequestSchema,
} from '#libs/contracts';
import { type Caller, type TokenVerifier, Unauthenticated } from '#libs/identity';
import { createLogger } from '#libs/observability';
import { definitionOf } from './definition-of.js';
import { grpcDoor, requestBytesMax, uploadBytesMax } from './grpc-door.js';
import { problemOf } from './problem-status.js';

/**
 * Goal: nobody makes a service read, keep or decode a message before it is known who calls, and then at most 256 KB, or
 * a file where the contract takes one. Method: a grpc-js server behind the door that counts what it decodes and carries
 * out, and a client that sends any bytes.
 */
const callerOf = (token: string): Caller => {
  if (token === 'forged') throw new Unauthenticated('forged');
  if (token === 'late') throw new Error('the issuer is away');
  return { userId: 'u-1', roles: [token as Caller['roles'][number]], uais: [], markets: [] };
};
const verifier = { verify: async (token: string) => callerOf(token) } as unknown as TokenVerifier;
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
      { deadline: Date.now() + 5_000 },
      (error) => resolve(error ?? { code: status.OK }),
    ),
  );
}
const bytesOf = (size: number) => new Uint8Array(size);

test.each([
  ['no token', undefined, status.UNAUTHENTICATED],
  ['a forged token', 'forged', status.UNAUTHENTICATED],
  ['a role that the contract does not name', 'supplier', status.PERMISSION_DENIED],
  ['an issuer that is away', 'late', status.INTERNAL],
])(
  '%s: not a byte is decoded, of a small message, a huge one or a file',
  async (_who, token, code) => {
    for (const bytes of [messages[release], bytesOf(64 * 1024 * 1024)]) {
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
