import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import { operatorClient, operatorScript } from '#libs/identity';
import { accessToken } from '#libs/testing';
import { issuerMetadata } from '../../support/ent-login.js';

const { privateKey, publicKey } = await generateKeyPair('ES256');

/** Keys for whoever verifies, and to a service a token for the one it wants to ask. */
export class StandInIssuer {
  private server!: Server;

  static async start(): Promise<StandInIssuer> {
    const issuer = new StandInIssuer();
    const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256' };
    issuer.server = createServer((request, response) => {
      void text(request).then(async (form) => {
        const asked = new URLSearchParams(form);
        const service = (asked.get('resource') ?? '').replace('urn:ent:', '');
        // Who logged in for the operator's commands is called after the role.
        const operator = asked.get('refresh_token');
        const who = operator ?? clientOf(request);
        const bearer = { expires_in: 300, token_type: 'Bearer' };
        const answer =
          request.url === '/jwks'
            ? { keys: [jwk] }
            : request.url !== '/token'
              ? issuerMetadata(issuer.url)
              : {
                  access_token: await issuer.token(service, rolesOf(who), who, operator),
                  ...bearer,
                };
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  token(
    service: string,
    roles: readonly string[],
    subject = 'user-1',
    operator: string | null = null,
  ): Promise<string> {
    const carrier = subject === operatorScript ? subject : operatorClient;
    const isOperator = operator !== null || subject === operatorScript;
    return accessToken(privateKey, {
      ...{ issuer: this.url, service, subject },
      claims: {
        roles,
        markets: [subject === 'admin' || !roles.includes('admin') ? 'e-primo-2022' : '*'],
        // A process has no login.
        ...(isOperator && { client_id: carrier, auth_time: operator === null ? undefined : now() }),
      },
    });
  }

  stop(): void {
    this.server.close();
  }
}

/** A service asks under its own name, and may call what the contract allows it. */
function clientOf({ headers }: IncomingMessage): string {
  const [, credentials = ''] = (headers.authorization ?? '').split(' ');
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] ?? '';
}

const rolesOf = (name: string): readonly string[] =>
  ['membership', 'directory', 'provisioning', 'metering', 'billing', 'console'].includes(name)
    ? ['service']
    : [name === operatorScript || name.endsWith('admin-of-all') ? 'admin' : name];

const now = () => Math.floor(Date.now() / 1_000);
