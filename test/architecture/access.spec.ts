import { globSync, readdirSync, readFileSync } from 'node:fs';
import type { DescMethod } from '@bufbuild/protobuf';
import { services } from '#libs/contracts';
import { accessOf, admitted, type Caller, NotAllowed, rpcOfHandler } from '#libs/identity';
import { callerOf } from '#libs/testing';

const rpcs = services.flatMap((service) =>
  service.methods.map((rpc) => ({ name: `${service.typeName}.${rpc.name}`, rpc })),
);

function mayCall(caller: Caller, rpc: DescMethod): boolean {
  try {
    return admitted(caller, accessOf(rpc)).grants.length > 0;
  } catch (error) {
    if (error instanceof NotAllowed) return false;
    throw error;
  }
}

test('every method of the contracts says who may call it (ent.http.v1.access)', () => {
  expect(rpcs.length).toBeGreaterThan(150);
  const closed = rpcs.filter(({ rpc }) => {
    const { roles = [], also = [], callers = [] } = accessOf(rpc) ?? {};
    return [...roles, ...also, ...callers].length === 0;
  });
  expect(closed.map(({ name }) => name)).toEqual([]);
});

test('by the commands of an operator an administrator calls what they are for, and nothing else', () => {
  const operator = callerOf({ userId: 'admin', carrier: 'ent', roles: ['admin'] });
  const open = rpcs.filter(({ rpc }) => mayCall(operator, rpc));
  expect(open.map(({ rpc }) => `${rpc.parent.name}.${rpc.name}`).sort()).toEqual([
    'BillingService.ImportPrices',
    'BillingService.ListNumberingFailures',
    'BillingService.RetryNumbering',
    'BillingService.RunBilling',
    'DirectoryService.ApproveImport',
    'DirectoryService.GetImport',
    'DirectoryService.ListImports',
    'DirectoryService.RejectImport',
    'DirectoryService.StartImport',
    'MarginService.ListMargins',
    'MarketService.ImportMarket',
    'MarketService.WhatIsDue',
    'MembershipService.ActivateMembership',
    'MembershipService.CheckLedgers',
    'MembershipService.GetMembership',
    'MembershipService.ImportAnnexe2',
    'MembershipService.PreviewAnnexe2',
    'MembershipService.StartBusinessDay',
    'MeteringService.RecountUsage',
    'OperationsService.DigestStates',
    'OperationsService.GetStatus',
    'OperationsService.ListParked',
    'OperationsService.ReleaseParked',
    'OperationsService.VerifyAudit',
    'StatementService.GetStatement',
    'StatementService.VerifyStatement',
  ]);
  expect(rpcs.filter(({ rpc }) => accessOf(rpc)?.byOperator).length).toBe(open.length);
});

test('what binds money asks a login of five minutes: orders, the commitment, invoices', () => {
  const asked = rpcs.flatMap(({ name, rpc }) => {
    const { freshLoginMs = 0 } = accessOf(rpc) ?? {};
    return freshLoginMs > 0 ? [`${name} ${freshLoginMs / 1_000}`] : [];
  });
  expect(asked.sort()).toEqual([
    'ent.billing.v1.BillingService.RunBilling 300',
    'ent.membership.v1.MembershipService.SignOrder 300',
    'ent.membership.v1.MembershipService.VerifyAnnexe2 300',
    'ent.membership.v1.OrderLifeService.SignDraft 300',
  ]);
});

/**
 * What services call in their own name. They have one way to: a class of a `*.grpc-gateway.ts` with one private client,
 * whose calls are read from its text. `otherwise`: what would call unseen. The console calls in its visitors' names
 * alone (`deploy/local/issuer` gives it no token of its own).
 */
function callsOf(sources: readonly { readonly path: string; readonly text: string }[]) {
  const calls = new Set<string>();
  const otherwise: string[] = [];
  for (const { path, text } of sources) {
    if (!/createRpcClient|makeClientConstructor|ServiceTokens/.test(text)) continue;
    const bare = text.replaceAll(/import [^;]+;/g, '').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
    const [, service = ''] =
      /^ {2}private readonly client: RpcClient<typeof (\w+)>;$/m.exec(bare) ?? [];
    const isSeen =
      path.endsWith('.grpc-gateway.ts') &&
      bare.includes(`this.client = createRpcClient(${service}, `) &&
      bare.match(/createRpcClient/g)?.length === 1 &&
      !/(?<!this\.|readonly )\bclient\b|this\.client(?!\.\w+\(| = )|makeClientConstructor/.test(
        bare,
      );
    if (!isSeen) otherwise.push(path);
    for (const [, method] of bare.matchAll(/this\.client\.(\w+)\(/g)) {
      if (method !== 'close') calls.add(`${path.split('/')[1]}: ${service}.${method}`);
    }
  }
  return { calls: [...calls].sort(), otherwise };
}

test('a method names the services that call it, no more and no fewer', () => {
  const sources = globSync('apps/*/src/**/*.ts')
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/-?spec\.ts$|\/generated\/|^apps\/console\//.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const named = rpcs.flatMap(({ rpc }) =>
    (accessOf(rpc)?.callers ?? []).map((by) => `${by}: ${rpc.parent.name}.${rpc.localName}`),
  );
  expect(named.length).toBeGreaterThan(6);
  expect(callsOf(sources)).toEqual({ calls: named.sort(), otherwise: [] });
});

const gateway = (
  calls: string,
  declared = 'private readonly client: RpcClient<typeof XService>;',
) => `
import { createRpcClient, type RpcClient } from '#libs/rpc';
class Gateway {
  ${declared}
  constructor() { this.client = createRpcClient(XService, { address, token }); }
  ${calls}
}`;
test.each([
  ['by another file', 'apps/a/src/x.ts', gateway('')],
  ['by a client that others reach', 'apps/a/src/x.grpc-gateway.ts', gateway('', 'client;')],
  [
    'by a client handed on',
    'apps/a/src/x.grpc-gateway.ts',
    gateway('all() { return all(this.client); }'),
  ],
  [
    'by its name alone',
    'apps/a/src/x.grpc-gateway.ts',
    gateway('all() { return this.client[name](); }'),
  ],
  [
    'by a second client',
    'apps/a/src/x.grpc-gateway.ts',
    gateway('other = createRpcClient(YService, {});'),
  ],
  [
    'by a token of the service',
    'apps/a/src/x.ts',
    'class X { constructor(tokens: ServiceTokens) {} }',
  ],
])('what calls unseen is found: %s', (_how, path, text) => {
  expect(callsOf([{ path, text }]).otherwise).toEqual([path]);
});

test('another service is let in nowhere', () => {
  const open = rpcs.flatMap(({ name, rpc }) =>
    readdirSync('apps')
      .filter((service) => !accessOf(rpc)?.callers.includes(service))
      .filter((userId) => mayCall(callerOf({ userId, roles: ['service'] }), rpc))
      .map((service) => `${service}: ${name}`),
  );
  expect(open).toEqual([]);
});

test('every method of the contracts is handled by a service, so that no route answers for nobody', async () => {
  const files = ['apps', 'libs']
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => file.endsWith('.rpc.ts'));
  const modules = await Promise.all(
    files.map((file) => import(`../../${file.replace(/ts$/, 'js')}`) as Promise<object>),
  );
  const handled = modules
    .flatMap((module) => Object.values(module) as { prototype?: object }[])
    .flatMap(({ prototype }) =>
      Object.values(Object.getOwnPropertyDescriptors(prototype ?? {})).flatMap(
        ({ value }) => (typeof value === 'function' && rpcOfHandler(value)) || [],
      ),
    )
    .map((rpc) => `${rpc.parent.typeName}.${rpc.name}`);
  expect(rpcs.map(({ name }) => name).filter((name) => !handled.includes(name))).toEqual([]);
});
