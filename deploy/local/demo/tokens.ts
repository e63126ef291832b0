import { audienceOf, ServiceTokens } from '#libs/identity';

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** A login is fresh for five minutes, and whoever signs needs a fresh one. */
const heldMs = 240_000;

/**
 * Access tokens of the local issuer, one per person and service: the player plays the coordinator,
 * the members' orderers and so on, and is itself where nobody in particular acts.
 */
export class DemoTokens {
  private readonly held = new Map<string, { token: string; untilMs: number }>();
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
    if (held && held.untilMs > Date.now()) return held.token;
    const untilMs = Date.now() + heldMs;
    const token = await this.exchange(audience, user);
    this.held.set(key, { token, untilMs });
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
    return ((await response.json()) as { access_token: string }).access_token;
  }
}
