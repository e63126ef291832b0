import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import {
  contractRoutesOf,
  type ContractRoute,
} from '../../../apps/console/src/gateway/route-of.js';
import type { Stack } from '../../../deploy/local/stack.mjs';
import { services } from '#libs/contracts';
import { processRoles } from '#libs/identity';
import { createRpcClient, RemoteProblem } from '#libs/rpc';
import { accessToken } from '#libs/testing';
import type { Door, Known } from './door.js';

const otherMarket = 'e-primo-2026';

/**
 * Operations that name nothing of one market. Each answers the caller's own part, or what the whole academy shares: the
 * directory, its imports and sources have no market (DIR-5).
 */
const ofNoMarket: readonly RegExp[] = [
  /^get \/api\/markets(\/schema)?$/,
  /^\w+ \/api\/support\/(doubles|merges|imports|uploads|drop-area|plans|sources)\b/,
  /^get \/api\/support\/(ent-(nights(\/:day)?|plans|faults|missing)|fed-schools|link-exposures)$/,
  /^post \/api\/support\/(ent-faults\/:code\/retries|ent-missing\/proposals)$/,
  /^\w+ \/api\/dpo\//,
  /^get \/api\/schools\/:uai\//,
];

/** Of a proposal as of an unknown one; the bounds of the contract are judged first. */
const refusals = ['NOT_FOUND', 'NOT_ALLOWED', 'PROPOSAL_UNKNOWN', 'INPUT_INVALID'];

/** Of all calls of one route, the outcomes that are no refusal of the caller's rights. */
export function notRefused(route: string, outcomes: readonly Outcome[]): string[] {
  if (ofNoMarket.some((one) => one.test(route))) {
    return outcomes.filter((one) => one.startsWith('FAULT')).map((one) => `${route}: ${one}`);
  }
  const isJudged = outcomes.some((one) => one !== 'INPUT_INVALID');
  const others = outcomes.filter((one) => !refusals.includes(one));
  return (isJudged ? others : ['never past the bounds']).map((one) => `${route}: ${one}`);
}

/** The code of a refusal, `answered`, or a fault. */
type Outcome = string;

/** A public operation of the contract, with the call that `each-door` makes of it. */
type Operation = { readonly route: ContractRoute; readonly door: Door };

export function operationsOf(doors: readonly Door[]): Operation[] {
  const routes = new Map<string, ContractRoute>(
    services
      .flatMap(contractRoutesOf)
      .map((route) => [`${route.verb} /api/${route.path}`, route] as const),
  );
  return doors.flatMap((door) => {
    const route = routes.get(door.route);
    return route ? [{ route, door }] : [];
  });
}

/**
 * Calls the service itself, past the console, with the same things and each role that the operation admits, held in
 * another market by a person of the same organisation and school.
 */
export async function fromOtherMarket(
  { route, door }: Operation,
  known: Known,
  { dir, issuerUrl, env }: Pick<Stack, 'dir' | 'issuerUrl' | 'env'>,
): Promise<Outcome[]> {
  const service = /^ent\.(\w+)\./.exec(route.service.typeName)![1]!;
  const key = await signingKey(dir);
  const address = env[`${service.toUpperCase()}_RPC`]!;
  const client = createRpcClient(route.service, { address });
  const call = client[route.rpc.localName as never] as (
    request: object,
    options: object,
  ) => Promise<object>;
  const outcomes: Outcome[] = [];
  for (const role of route.roles.filter((one) => !processRoles.includes(one))) {
    const claims = {
      ...{ roles: [role], markets: [otherMarket] },
      ...{ organisationId: known['organisationId'], uai: [known['uai']] },
    };
    const token = await accessToken(key, { issuer: issuerUrl, service, claims });
    for (const body of bodiesOf(door, known)) {
      const request = requestOf(route, { ...door, body: () => body }, known);
      const outcome = await call(request, { token, deadlineMs: 20_000 }).then(
        () => 'answered',
        (error: unknown) =>
          error instanceof RemoteProblem ? error.code : `FAULT ${String(error)}`,
      );
      outcomes.push(outcome);
    }
  }
  client.close();
  return outcomes;
}

/** With its lines, and lowering a quantity below nothing: for that the service calls provisioning. */
function bodiesOf(door: Door, known: Known): readonly object[] {
  const body = door.file ? {} : (door.body?.(known) ?? {});
  if (!('lines' in body) || !Array.isArray(body.lines) || body.lines.length === 0) return [body];
  const [line] = body.lines as object[];
  return [body, { ...body, lines: [1, 2, 3].map(() => ({ ...line, delta: -1_000_000 })) }];
}

function requestOf(route: ContractRoute, door: Door, known: Known) {
  const named = { ...known, ...door.path?.(known) };
  const path = Object.fromEntries(
    route.inPath.map(({ jsonName }) => [jsonName, named[jsonName] ?? '']),
  );
  const body = door.file ? {} : (door.body?.(known) ?? {});
  const given = {
    ...path,
    ...(route.body ? { [route.body.jsonName]: body } : body),
    ...(route.inQuery.length > 0 && fromText(door.query?.(known) ?? {})),
    ...(route.idempotencyKey && { [route.idempotencyKey.jsonName]: randomUUID() }),
    ...(route.expectedVersion && { [route.expectedVersion.jsonName]: 1 }),
  };
  const request = fromJson(route.rpc.input, given as JsonValue, { ignoreUnknownFields: true });
  if (route.file) {
    Object.assign(request, { [route.file.localName]: Buffer.from(door.file!(known), 'latin1') });
  }
  return request;
}

const fromText = (query: Known) =>
  Object.fromEntries(
    Object.entries(query).map(([name, text]) => [name, text === 'true' ? true : text]),
  );

/** The issuer's own, so that the token holds whatever a person of the demo may be. */
async function signingKey(dir: string): Promise<CryptoKey> {
  const file = readFileSync(join(dir, 'issuer', 'keys.json'), 'utf8');
  const { jwks } = JSON.parse(file) as { jwks: { keys: JWK[] } };
  return (await importJWK(jwks.keys[0]!, 'ES256')) as CryptoKey;
}
