import type { DescService } from '@bufbuild/protobuf';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { DemoTokens } from '../../local/demo/tokens.js';
import { type Given, UsageError } from './command.js';
import { operatorLogin, operatorToken } from './operator-login.js';

/**
 * Asks a service as the administrator who is logged in (`ent login`), so that what changes is journalled under that
 * name. Where nobody is, on a stack that runs here: as its user `admin`; `--as USER`: as somebody else whom the local
 * issuer knows; `--as player`: as the process itself, which is of every market.
 */
export async function askService<Service extends DescService, T>(
  name: ServiceName,
  service: Service,
  given: Given,
  ask: (client: RpcClient<Service>) => Promise<T>,
  unlessTold: 'admin' | 'player' = 'admin',
): Promise<T> {
  const client = createRpcClient(service, {
    address: required(`${name.toUpperCase()}_RPC`),
    token: tokensOf(name, given.text('as'), unlessTold),
  });
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

function tokensOf(
  service: ServiceName,
  as: string | undefined,
  unlessTold: string,
): () => Promise<string> {
  const issuer = required('ISSUER_URL');
  const login = as === undefined ? operatorLogin(new Date()) : undefined;
  // Of another stack: nobody is logged in here.
  if (login?.issuer === issuer) {
    let token: Promise<string> | undefined;
    return () => (token ??= operatorToken(login, service));
  }
  const secret = process.env['CLIENT_SECRET'];
  if (!secret) throw new Error('Personne n’est connecté : npm run ent -- login');
  const user = as ?? unlessTold;
  const tokens = new DemoTokens(issuer, secret);
  return () => tokens.token(service, user === 'player' ? undefined : user);
}

export const askMembership = <Service extends DescService, T>(
  service: Service,
  given: Given,
  ask: (client: RpcClient<Service>) => Promise<T>,
): Promise<T> => askService('membership', service, given, ask);

/** Of the running stack; throws with what to look at where it is missing. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} n’est pas défini : la pile tourne-t-elle (npm run status) ?`);
  return value;
}

/** As it is typed. */
export function serviceNamed(name: string): ServiceName {
  const found = serviceNames.find((one) => one === name);
  if (found) return found;
  throw new UsageError(`Service inconnu : ${name}. Les services sont ${serviceNames.join(', ')}.`);
}
