import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import { accessToken } from '#libs/testing';

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
        // A person asked for by name is called after its role.
        const person = asked.get('requested_subject') ?? clientOf(request);
        const answer =
          request.url === '/jwks'
            ? { keys: [jwk] }
            : {
                access_token: await issuer.token(service, rolesOf(person), person),
                expires_in: 300,
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

  token(service: string, roles: readonly string[], subject = 'user-1'): Promise<string> {
    return accessToken(privateKey, {
      ...{ issuer: this.url, service, subject },
      claims: { roles, markets: ['e-primo-2022'] },
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
    : [name];
