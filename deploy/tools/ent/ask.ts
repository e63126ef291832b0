import type { DescService } from '@bufbuild/protobuf';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { DemoTokens } from '../../local/demo/tokens.js';
import { type Given, UsageError } from './command.js';

/**
 * Asks a service as an administrator, so that what changes is journalled under that name. `--as USER`: as somebody
 * else whom the issuer knows; `--as player`: as the process itself, which is of every market.
 */
export async function askService<Service extends DescService, T>(
  name: ServiceName,
  service: Service,
  given: Given,
  ask: (client: RpcClient<Service>) => Promise<T>,
  unlessTold: 'admin' | 'player' = 'admin',
): Promise<T> {
  const user = given.text('as') ?? unlessTold;
  const tokens = new DemoTokens(required('ISSUER_URL'), required('CLIENT_SECRET'));
  const client = createRpcClient(service, {
    address: required(`${name.toUpperCase()}_RPC`),
    token: () => tokens.token(name, user === 'player' ? undefined : user),
  });
  try {
    return await ask(client);
  } finally {
    client.close();
  }
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
