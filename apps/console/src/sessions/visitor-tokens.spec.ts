import { Unauthenticated } from '#libs/identity';
import type { Visitor } from '../visitor.js';
import { IdentityProvider } from './identity-provider.js';
import { Sessions, type SessionSecrets } from './sessions.repository.js';
import { VisitorTokens } from './visitor-tokens.js';

class OneSession extends Sessions {
  ended: string[] = [];
  secrets: SessionSecrets | undefined = { refreshToken: 'refresh', idToken: 'id' };
  async open() {
    return true;
  }
  async confirm() {}
  async endOf() {}
  async endLogin() {
    return true;
  }
  async find() {
    return undefined;
  }
  async secretsOf() {
    return this.secrets;
  }
  async end(sessionId: string) {
    this.ended.push(sessionId);
  }
}

class CountingIssuer extends IdentityProvider {
  asked: string[] = [];
  expiresInS = 600;
  refusal: Error | undefined;
  async beginLogin(): Promise<never> {
    throw new RangeError('not asked here');
  }
  async completeLogin(): Promise<never> {
    throw new RangeError('not asked here');
  }
  async confirmClaims(): Promise<never> {
    throw new RangeError('not asked here');
  }
  async readLogout(): Promise<never> {
    throw new RangeError('not asked here');
  }
  async logoutUrl() {
    return '/';
  }
  async accessToken(_refreshToken: string, service: string) {
    this.asked.push(service);
    if (this.refusal) throw this.refusal;
    return { token: `${service}-${this.asked.length}`, expiresInS: this.expiresInS };
  }
}

const visitor = { sessionId: 's-1' } as Visitor;
function aHolder() {
  const sessions = new OneSession();
  const issuer = new CountingIssuer();
  return { sessions, issuer, tokens: new VisitorTokens(sessions, issuer) };
}

test('asks once for a service, also when several pages ask at once, and once more for another', async () => {
  const { issuer, tokens } = aHolder();
  const asked = ['billing', 'billing', 'membership'].map((name) => tokens.token(visitor, name));
  expect(await Promise.all(asked)).toEqual(['billing-1', 'billing-1', 'membership-2']);
  expect(await tokens.token(visitor, 'billing')).toBe('billing-1');
  expect(issuer.asked).toEqual(['billing', 'membership']);
});

test('asks again before a token ends', async () => {
  const { issuer, tokens } = aHolder();
  issuer.expiresInS = 20;
  await tokens.token(visitor, 'billing');
  expect(await tokens.token(visitor, 'billing')).toBe('billing-2');
});

test('ends the session when the issuer has ended the login', async () => {
  const { sessions, issuer, tokens } = aHolder();
  issuer.refusal = new Unauthenticated('login ended');
  await expect(tokens.token(visitor, 'billing')).rejects.toThrow(Unauthenticated);
  expect(sessions.ended).toEqual(['s-1']);
});

test('keeps the session and forgets the failure when the issuer is away', async () => {
  const { sessions, issuer, tokens } = aHolder();
  issuer.refusal = new Error('away');
  await expect(tokens.token(visitor, 'billing')).rejects.toThrow('away');
  issuer.refusal = undefined;
  expect(await tokens.token(visitor, 'billing')).toBe('billing-2');
  expect(sessions.ended).toEqual([]);
});
