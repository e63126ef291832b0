import { audienceOf, ServiceTokens } from '#libs/identity';

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const renewBeforeEndMs = 60_000;

/**
 * Access tokens of the local issuer, one per person and service: the player plays the coordinator,
 * the members' orderers and so on, and is itself where nobody in particular acts.
 */
export class DemoTokens {
  private readonly held = new Map<string, { token: string; endsAtMs: number }>();
  private readonly own: ServiceTokens;

  constructor(
    private readonly issuer: string,
    private readonly clientSecret: string,
  ) {
    this.own = new ServiceTokens({ issuer, clientId: 'player', clientSecret });
  }

  /** `user` undefined: the player itself. */
  async token(service: string, user?: string): Promise<string> {
    const audience = audienceOf(service);
    if (user === undefined) return this.own.token(audience);
    const key = `${user} ${audience}`;
    const held = this.held.get(key);
    if (held && held.endsAtMs > Date.now() + renewBeforeEndMs) return held.token;
    const { token, expiresInS } = await this.exchange(audience, user);
    this.held.set(key, { token, endsAtMs: Date.now() + expiresInS * 1_000 });
    return token;
  }

  private async exchange(resource: string, requestedSubject: string) {
    const credentials = Buffer.from(`player:${encodeURIComponent(this.clientSecret)}`);
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${credentials.toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: tokenExchange,
        requested_subject: requestedSubject,
        resource,
      }),
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) {
      throw new Error(`The issuer gives no token to ${requestedSubject}: ${response.status}`);
    }
    const body = (await response.json()) as { access_token: string; expires_in: number };
    return { token: body.access_token, expiresInS: body.expires_in };
  }
}
