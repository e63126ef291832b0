import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { credentials, makeClientConstructor, Metadata } from '@grpc/grpc-js';
import type { INestMicroservice } from '@nestjs/common';
import { Controller, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import { Test } from '@nestjs/testing';
import { createLocalJWKSet, exportJWK, generateKeyPair } from 'jose';
import { OperationsService, StatementService, type ListParkedRequest } from '#libs/contracts';
import { accessOf, RpcAuthGuard, TokenVerifier, type Caller } from '#libs/identity';
import { createLogger } from '#libs/observability';
import { defineProblem } from '#libs/problems';
import { accessToken, freePort } from '#libs/testing';
import { definitionOf } from './definition-of.js';
import { grpcDoor } from './grpc-door.js';
import { Answers, createRpcClient, packageDefinitionOf, RpcErrorFilter } from './index.js';

class NothingParked extends defineProblem('NOTHING_PARKED', 'conflict') {}

@Controller()
class Operations {
  @Answers(OperationsService.method.getStatus)
  getStatus(_request: unknown, ...rest: unknown[]) {
    return {
      service: 'test',
      outboxPending: 9_007_199_254_740_993n,
      businessDate: String(rest.length),
    };
  }

  @Answers(OperationsService.method.listParked)
  listParked(request: ListParkedRequest): never {
    if (request.afterId === 7n)
      throw new NothingParked('Rien n’est mis de côté : tout va bien.', { after: 7 });
    throw new Error('a secret of the database');
  }

  @Answers(OperationsService.method.releaseParked)
  releaseParked() {
    return { released: 0n };
  }
}
// Served as ReleaseParked, but named first as a method of which no contract says who may call it.
Reflect.defineMetadata(
  PATTERN_METADATA,
  ['Unwritten', 'ReleaseParked'].map((rpc) => ({
    service: 'OperationsService',
    rpc,
    streaming: 'no_stream',
  })),
  Operations.prototype.releaseParked,
);

/** Never served: the compiler refuses it, and `@ts-expect-error` fails where it did not. */
export class Mistaken {
  // @ts-expect-error: released is an int64
  @Answers(OperationsService.method.releaseParked)
  aNumberForAnInt64() {
    return { released: 1, stillParked: 0n };
  }

  // @ts-expect-error: partition is an int32
  @Answers(OperationsService.method.listParked)
  async aBigintForAnInt32InAList() {
    return { events: [{ topic: 't', partition: 1n }] };
  }

  // @ts-expect-error: another method's request
  @Answers(OperationsService.method.releaseParked)
  anotherRequest(_request: ListParkedRequest) {
    return { released: 0n };
  }

  // @ts-expect-error: no field of the answer is there
  @Answers(OperationsService.method.getStatus)
  anotherMessage() {
    return { name: 'test' };
  }
}

let seen: Caller | undefined;

@Controller()
class WhoAmI {
  @Answers(OperationsService.method.getStatus)
  getStatus(_request: unknown, caller: Caller) {
    seen = caller;
    return { service: 'test' };
  }
}

const issuer = 'http://127.0.0.1:1';
const { privateKey, publicKey } = await generateKeyPair('ES256');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
const tokenFor = (...roles: string[]) => tokenOf('u-1', ...roles);
const tokenOf = (subject: string, ...roles: string[]) =>
  accessToken(privateKey, { issuer, service: 'test', subject, claims: { roles } });

class CountingVerifier extends TokenVerifier {
  looked = 0;

  override verify(token: string): Promise<Caller> {
    this.looked += 1;
    return super.verify(token);
  }
}

async function start(controller: typeof Operations | typeof WhoAmI, hasDoor = false) {
  const verifier = new CountingVerifier(issuer, 'urn:ent:test', keys);
  @Module({
    controllers: [controller],
    providers: [
      { provide: TokenVerifier, useValue: verifier },
      { provide: APP_GUARD, useClass: RpcAuthGuard },
    ],
  })
  class TestModule {}
  const module = await Test.createTestingModule({ imports: [TestModule] }).compile();
  const address = `127.0.0.1:${await freePort()}`;
  const app = module.createNestMicroservice({
    transport: Transport.GRPC,
    options: {
      url: address,
      package: 'ent.operations.v1',
      packageDefinition: packageDefinitionOf([OperationsService]),
      ...(hasDoor && {
        channelOptions: grpcDoor([OperationsService], verifier, createLogger('test', 'silent'))
          .channelOptions,
      }),
    },
  });
  app.useGlobalFilters(new RpcErrorFilter(createLogger('test', 'silent')));
  await app.listen();
  return { app, address, verifier, client: createRpcClient(OperationsService, { address }) };
}

/** What our own client does not: any header. */
async function getStatusWith(address: string, headers: Record<string, string>): Promise<void> {
  const Client = makeClientConstructor(definitionOf(OperationsService), 'OperationsService');
  const client = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  await new Promise<void>((resolve, reject) => {
    client.GetStatus!({}, metadata, (error: Error | null) => (error ? reject(error) : resolve()));
  });
  client.close();
}

let app: INestMicroservice;
let client: Awaited<ReturnType<typeof start>>['client'];
beforeAll(async () => ({ app, client } = await start(Operations)));
afterAll(async () => {
  client.close();
  await app?.close();
});

test('a call carries exact 64-bit figures both ways', async () => {
  const status = await client.getStatus({}, { token: await tokenFor('player') });
  expect(status).toMatchObject({ service: 'test', outboxPending: 9_007_199_254_740_993n });
});

test('a refusal arrives with its code, kind, French message and figures', async () => {
  const call = client.listParked({ afterId: 7n }, { token: await tokenFor('admin') });
  await expect(call).rejects.toMatchObject({
    code: 'NOTHING_PARKED',
    kind: 'conflict',
    message: 'Rien n’est mis de côté : tout va bien.',
    details: { after: 7 },
  });
});

test('an unknown error leaks nothing', async () => {
  const call = client.listParked({}, { token: await tokenFor('admin') });
  await expect(call).rejects.toMatchObject({ details: 'INTERNAL' });
  await expect(client.listParked({}, { token: await tokenFor('admin') })).rejects.not.toThrow(
    /secret/,
  );
});

test.each([
  ['no token', undefined, 16],
  ['a forged token', 'a.b.c', 16],
])('%s is UNAUTHENTICATED', async (_why, token, code) => {
  await expect(client.getStatus({}, token ? { token } : {})).rejects.toMatchObject({ code });
});

test('a role that is not allowed is refused, and a method whose contract names nobody is closed to all', async () => {
  const supplier = { token: await tokenFor('supplier') };
  await expect(client.getStatus({}, supplier)).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
    kind: 'forbidden',
  });
  const admin = { token: await tokenFor('admin') };
  await expect(client.releaseParked({}, admin)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
});

test('a service is let in by its name, and acts for nobody by a header', async () => {
  const other = await start(WhoAmI);
  await getStatusWith(other.address, {
    authorization: `Bearer ${await tokenOf('metering', 'service')}`,
    'x-acting-user': 'u-7',
  });
  expect(seen).toMatchObject({ userId: 'metering' });
  expect(JSON.stringify(seen)).not.toContain('u-7');
  const billing = { token: await tokenOf('billing', 'service') };
  await expect(other.client.getStatus({}, billing)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  other.client.close();
  await other.app.close();
});

test('door and guard look at the token of a call once, and at that of the next one anew', async () => {
  const other = await start(WhoAmI, true);
  const token = await tokenFor('player');
  for (const looked of [1, 2]) {
    await other.client.getStatus({}, { token });
    expect([seen?.userId, other.verifier.looked]).toEqual(['u-1', looked]);
  }
  other.client.close();
  await other.app.close();
});

test('a call waits as long as its contract says, else five seconds', () => {
  expect(accessOf(StatementService.method.verifyStatement)?.deadlineMs).toBe(30_000);
  expect(accessOf(StatementService.method.getStatement)?.deadlineMs).toBe(5_000);
});

test('where a machine is slow, a call is waited for so many times as long as is set', async () => {
  // Takes the connection, and says nothing.
  const taken: Socket[] = [];
  const mute = createServer((socket) => taken.push(socket)).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const { port } = mute.address() as { port: number };
  const before = process.env['RPC_PATIENCE'];
  process.env['RPC_PATIENCE'] = '3';
  const client = createRpcClient(OperationsService, { address: `127.0.0.1:${port}` });
  try {
    const asked = performance.now();
    await expect(client.getStatus({}, { deadlineMs: 100 })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    expect(performance.now() - asked).toBeGreaterThanOrEqual(290);
  } finally {
    client.close();
    mute.close();
    for (const socket of taken) socket.destroy();
    if (before === undefined) delete process.env['RPC_PATIENCE'];
    else process.env['RPC_PATIENCE'] = before;
  }
});

test('a service that is away is SERVICE_UNAVAILABLE within the deadline', async () => {
  const away = createRpcClient(OperationsService, { address: `127.0.0.1:${await freePort()}` });
  await expect(away.getStatus({}, { deadlineMs: 300 })).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    kind: 'unavailable',
  });
  away.close();
});
