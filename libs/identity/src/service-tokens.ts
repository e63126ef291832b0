import { defineProblem } from '#libs/problems';

/** No token could be had: whoever needed it may try again, nothing was asked of anybody. */
export class IssuerUnavailable extends defineProblem('ISSUER_UNAVAILABLE', 'unavailable') {}

export type ServiceTokensOptions = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

type Held = { readonly token: Promise<string>; expiresAtMs: number };

/** Client-credentials tokens of a service, one per audience, kept until a minute before they end. */
export class ServiceTokens {
  private readonly held = new Map<string, Held>();

  constructor(private readonly options: ServiceTokensOptions) {}

  /** A token for `urn:ent:<service>`. One request at a time per audience; a failed one is forgotten. */
  token(audience: string): Promise<string> {
    const held = this.held.get(audience);
    if (held && held.expiresAtMs > Date.now()) return held.token;
    const entry: Held = {
      token: this.ask(audience).then(({ token, expiresInS }) => {
        entry.expiresAtMs = Date.now() + Math.max(1, expiresInS - 60) * 1_000;
        return token;
      }),
      expiresAtMs: Date.now() + 30_000,
    };
    this.held.set(audience, entry);
    entry.token.catch(() => this.held.delete(audience));
    return entry.token;
  }

  private async ask(audience: string): Promise<{ token: string; expiresInS: number }> {
    const { issuer, clientId, clientSecret } = this.options;
    const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const asked = fetch(`${issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
      signal: AbortSignal.timeout(5_000),
    });
    const response = await asked.catch((error: unknown) => {
      throw issuerUnavailable(audience, String(error));
    });
    if (response.status >= 500) throw issuerUnavailable(audience, String(response.status));
    if (!response.ok)
      throw new Error(`The issuer refused a token for ${audience}: ${response.status}`);
    const body = (await response.json()) as { access_token: string; expires_in: number };
    return { token: body.access_token, expiresInS: body.expires_in };
  }
}

function issuerUnavailable(audience: string, cause: string): IssuerUnavailable {
  return new IssuerUnavailable(
    'Le service d’identité est momentanément indisponible. Réessayez dans quelques instants.',
    { audience, cause },
  );
}

/** The audience of a service's tokens. */
export function audienceOf(service: string): string {
  return `urn:ent:${service}`;
}
