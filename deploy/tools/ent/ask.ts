import type { DescService } from '@bufbuild/protobuf';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { audienceOf, operatorScript, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { type Given, UsageError } from './command.js';
import { operatorLogin, operatorToken } from './operator-login.js';

/**
 * Asks a service as the administrator who is logged in (`ent login`), so that what changes is journalled under that
 * name; with `--script` as the process `ent-script`, in its own name.
 */
export async function askService<Service extends DescService, T>(
  name: ServiceName,
  service: Service,
  given: Given,
  ask: (client: RpcClient<Service>) => Promise<T>,
): Promise<T> {
  const client = createRpcClient(service, {
    address: required(`${name.toUpperCase()}_RPC`),
    token: tokensOf(name, given.isSet('script')),
  });
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

function tokensOf(service: ServiceName, asScript: boolean): () => Promise<string> {
  const issuer = required('ISSUER_URL');
  if (asScript) {
    const clientSecret = process.env['ENT_SCRIPT_SECRET'];
    if (!clientSecret)
      throw new Error('--script demande le secret de ce client dans ENT_SCRIPT_SECRET.');
    const tokens = new ServiceTokens({ issuer, clientId: operatorScript, clientSecret });
    return () => tokens.token(audienceOf(service));
  }
  const login = operatorLogin(issuer, new Date());
  if (!login) throw new Error(nobody);
  let token: Promise<string> | undefined;
  return () => (token ??= operatorToken(login, service));
}

const nobody =
  'Personne n’est connecté. Tapez : npm run ent -- login, puis recommencez (sur la démonstration, le compte « admin » ; la page de connexion donne le mot de passe). Un script agit en son propre nom : --script.';

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
