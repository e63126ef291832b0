import { globSync, readdirSync, readFileSync } from 'node:fs';
import type { DescMethod } from '@bufbuild/protobuf';
import { serviceNames, services } from '#libs/contracts';
import {
  accessOf,
  admitted,
  type Caller,
  NotAllowed,
  operatorClient,
  operatorScript,
  roles,
  rpcOfHandler,
} from '#libs/identity';
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

const called = ({ parent, localName }: DescMethod) => `${parent.name}.${localName}`;
const openTo = (caller: Caller) =>
  rpcs.flatMap(({ rpc }) => (mayCall(caller, rpc) ? [called(rpc)] : [])).sort();
const administrator = (market: string, carrier = operatorClient) => ({
  ...callerOf({ userId: 'admin', carrier }),
  grants: [{ role: 'admin' as const, market }],
});

test('an administrator may call what the operator’s commands call, and nothing else', () => {
  const text = globSync('deploy/tools/*.ts').map((path) => readFileSync(path, 'utf8'));
  const commands = text.flatMap((one) =>
    [...one.matchAll(/client\.(\w+)\(/g)].map(([, rpc]) => rpc),
  );
  expect([...new Set(commands)].sort()).toEqual(
    openTo(administrator('*'))
      .map((name) => name.split('.')[1])
      .sort(),
  );
});

test('an administrator of one market does not do what concerns them all', () => {
  const [all, one] = [openTo(administrator('*')), openTo(administrator('e-primo-2022'))];
  expect(all.filter((name) => !one.includes(name))).toEqual([
    'DirectoryService.announceAgain',
    'DirectoryService.approveImport',
    'DirectoryService.approvePlan',
    'DirectoryService.beginUpload',
    'DirectoryService.cancelUpload',
    'DirectoryService.completeUpload',
    'DirectoryService.decideDouble',
    'DirectoryService.declareSource',
    'DirectoryService.exportPerson',
    'DirectoryService.getImport',
    'DirectoryService.listDoubles',
    'DirectoryService.listDropArea',
    'DirectoryService.listErasures',
    'DirectoryService.listImports',
    'DirectoryService.listMerges',
    'DirectoryService.listPlanChanges',
    'DirectoryService.listPlanSchools',
    'DirectoryService.listSources',
    'DirectoryService.proveErasure',
    'DirectoryService.readRemarksFile',
    'DirectoryService.rejectImport',
    'DirectoryService.rejectPlan',
    'DirectoryService.retryImport',
    'DirectoryService.sendUpload',
    'DirectoryService.startImport',
    'DirectoryService.undoMerge',
    'MembershipService.startBusinessDay',
    'OperationsService.acknowledgeForeign',
    'OperationsService.decideBreaks',
    'OperationsService.goOn',
    'OperationsService.listForeign',
    'OperationsService.listPositions',
    'OperationsService.listUnsent',
    'OperationsService.proposeBreaks',
    'OperationsService.raiseGeneration',
    'OperationsService.readAgain',
    'OperationsService.retryUnsent',
    'OperationsService.showBreaks',
    'OperationsService.verifyAudit',
    'ProvisioningService.approveEntPlanPart',
    'ProvisioningService.askEntLooks',
    'ProvisioningService.compareEntAccount',
    'ProvisioningService.compareEntSchool',
    'ProvisioningService.decideEntMissing',
    'ProvisioningService.declareFedSchool',
    'ProvisioningService.endFedSchool',
    'ProvisioningService.getEntConnector',
    'ProvisioningService.getEntPlan',
    'ProvisioningService.listEntFaults',
    'ProvisioningService.listEntMissing',
    'ProvisioningService.listEntPlans',
    'ProvisioningService.listEntSchools',
    'ProvisioningService.listFedSchools',
    'ProvisioningService.listLetterClasses',
    'ProvisioningService.listLinkExposures',
    'ProvisioningService.mendEntSchool',
    'ProvisioningService.previewFedSchool',
    'ProvisioningService.printAccountLetter',
    'ProvisioningService.printClassLetters',
    'ProvisioningService.proposeEntMissing',
    'ProvisioningService.recordEntContract',
    'ProvisioningService.rejectEntPlanPart',
    'ProvisioningService.restoreEntAccount',
    'ProvisioningService.retryEntFault',
    'SchoolService.findFinancers',
  ]);
});

test('nobody is an administrator but by the operator’s commands: not in the console, not through another client', () => {
  for (const carrier of ['console', 'billing', 'player', 'ent-scripts']) {
    expect(openTo(administrator('*', carrier))).toEqual([]);
  }
});

test('a script of the operator’s commands may call what a person does through them', () => {
  const script = openTo(administrator('*', operatorScript));
  expect([script.length > 20, script]).toEqual([true, openTo(administrator('*'))]);
});

test('by the operator’s commands nobody is anything but an administrator', () => {
  const others = roles.filter((role) => role !== 'admin');
  expect(openTo(callerOf({ carrier: operatorClient, roles: others }))).toEqual([]);
});

test('what binds money asks a login of five minutes: orders, the commitment, prices, invoices', () => {
  const asked = rpcs.flatMap(({ name, rpc }) => {
    const { freshLoginMs = 0 } = accessOf(rpc) ?? {};
    return freshLoginMs > 0 ? [`${name} ${freshLoginMs / 1_000}`] : [];
  });
  expect(asked.sort()).toEqual([
    'ent.billing.v1.BillingProposalService.ApproveProposal 300',
    'ent.billing.v1.BillingProposalService.RejectProposal 300',
    'ent.billing.v1.BillingService.RetryBillingRunMember 300',
    'ent.billing.v1.BillingService.RunBilling 300',
    'ent.billing.v1.BillingService.WithdrawDraft 300',
    'ent.billing.v1.DraftAnswerService.AcceptDraft 300',
    'ent.billing.v1.DraftAnswerService.MaintainDraft 300',
    'ent.billing.v1.InvoiceCorrectionService.DecideCorrection 300',
    'ent.billing.v1.InvoiceCorrectionService.SettleInvoice 300',
    'ent.membership.v1.MarketService.ApproveAmendment 300',
    'ent.membership.v1.MarketService.RejectAmendment 300',
    'ent.membership.v1.MembershipService.SignOrder 300',
    'ent.membership.v1.MembershipService.VerifyAnnexe2 300',
    'ent.membership.v1.OrderLifeService.SignDraft 300',
    'ent.membership.v1.SuccessionService.ApproveSuccession 300',
  ]);
});

/**
 * What services call in their own name. They have one way to: a class of a `*.grpc-gateway.ts` with one private client,
 * whose calls are read from its text. `otherwise`: what would call unseen. The console calls in its visitors' names
 * alone (`deploy/local/issuer` gives it no token of its own).
 */
const withTokens = serviceNames.filter((name) => name !== 'console');

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
      if (method === 'close') continue;
      // What a library calls, each service with a token of its own calls.
      const callers = path.startsWith('libs/') ? withTokens : [path.split('/')[1]];
      for (const by of callers) calls.add(`${by}: ${service}.${method}`);
    }
  }
  return { calls: [...calls].sort(), otherwise };
}

test('a method names the services that call it, no more and no fewer', () => {
  const sources = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.grpc-gateway.ts'])
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
