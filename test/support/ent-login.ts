import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an issuer says of itself, for the operator's commands. */
export const issuerMetadata = (url: string) => ({
  issuer: url,
  token_endpoint: `${url}/token`,
  jwks_uri: `${url}/jwks`,
});

/** The file of an operator who logged in; a stand-in issuer takes the refresh token for the person's name. */
export class EntLogin {
  private readonly file: string;

  constructor(dir: string) {
    this.file = join(dir, 'login.json');
    process.env['ENT_LOGIN_FILE'] = this.file;
  }

  as(userId: string, issuer: string): void {
    this.out();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const login = { issuer, userId, name: userId, until, refreshToken: userId };
    writeFileSync(this.file, JSON.stringify(login), { mode: 0o600 });
  }

  out(): void {
    rmSync(this.file, { force: true });
  }
}
