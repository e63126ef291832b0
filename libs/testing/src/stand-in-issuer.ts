import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { accessToken } from './access-token.js';

/** An issuer of tokens for the service under test: its keys over HTTP, and a token for any caller. */
export class StandInIssuer {
  private constructor(
    private readonly server: Server,
    private readonly privateKey: CryptoKey,
  ) {}

  static async start(): Promise<StandInIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256' };
    const server = createServer((request, response) => {
      // Who asks for a token of its own calls other stand-ins with it, who look at none.
      const isKeys = request.url === '/jwks';
      const body = isKeys ? { keys: [jwk] } : { access_token: 't', expires_in: 300 };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StandInIssuer(server, privateKey);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** For calls of `service`; the caller is `user-1` unless told, just logged in. */
  token(service: string, claims: Record<string, unknown>, subject = 'user-1'): Promise<string> {
    return accessToken(this.privateKey, { issuer: this.url, service, subject, claims });
  }

  stop(): void {
    this.server.close();
  }
}
