import { Injectable } from '@nestjs/common';
import { RemoteProblem } from '#libs/rpc';
import { ldapSuffix } from '#libs/trade';
import { MembersGateway } from '../clients/members.grpc-gateway.js';
import { BindPace } from './domain/bind-pace.js';
import { plain } from './domain/filter.js';
import type { ResultName } from './protocol/result-code.js';

/** Whose service account is connected, and by which secret. */
export type Account = { readonly membershipId: string; readonly secretId: string };

/** French, for the administrator in front of the client. */
export type Bound = {
  readonly result: ResultName;
  readonly message: string;
  readonly account?: Account;
};

const bindsAtOnceMax = 4;

/** Lets a service account in. It asks membership, in so many words at once: each costs it a slow hash. */
@Injectable()
export class BindAccount {
  private underWay = 0;
  private readonly pace = new BindPace();

  constructor(private readonly members: MembersGateway) {}

  async execute(
    { dn, password }: { readonly dn: string; readonly password: string | undefined },
    address: string,
    nowMs: number,
  ): Promise<Bound> {
    if (password === undefined) return refused('authMethodNotSupported', words.simple);
    if (dn === '') return refused('inappropriateAuthentication', words.nobody);
    // A name without a password is a mistake of the client (RFC 4513, 5.1.2).
    if (password === '') return refused('unwillingToPerform', words.nobody);
    const membershipId = accountOf(dn);
    // The same for what is no account's name: it takes the pace of the address all the same.
    const account = membershipId ?? '';
    const wait = this.pace.waitOf(address, account, nowMs);
    if (wait > 0) return refused('invalidCredentials', words.wait(wait));
    if (this.underWay >= bindsAtOnceMax) return refused('busy', words.busy);
    this.underWay += 1;
    try {
      if (membershipId === undefined) {
        this.pace.failed(address, account, nowMs);
        return refused('invalidCredentials', words.wrong);
      }
      const { secretId } = await this.members.bind(membershipId, password);
      this.pace.succeeded(address, account);
      return { result: 'success', message: '', account: { membershipId, secretId } };
    } catch (error) {
      if (!isRefusal(error)) return refused('unavailable', words.unavailable);
      this.pace.failed(address, account, nowMs);
      return refused('invalidCredentials', words.wrong);
    } finally {
      this.underWay -= 1;
    }
  }
}

/** Whether the account is not, or no more, what it says: a technical fault is something else. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof RemoteProblem && error.code === 'LDAP_ACCOUNT_REFUSED';

const branch = plain(`,ou=applications,${ldapSuffix}`);

function accountOf(dn: string): string | undefined {
  const text = plain(dn).trim();
  const [, membershipId] = /^uid=([a-z0-9-]{1,100})$/.exec(text.slice(0, -branch.length)) ?? [];
  return text.endsWith(branch) ? membershipId : undefined;
}

const refused = (result: ResultName, message: string): Bound => ({ result, message });

const words = {
  simple: 'Authentification simple (version 3) sur LDAPS uniquement.',
  nobody:
    'Cet annuaire ne répond pas à une connexion anonyme : donnez identifiant et mot de passe.',
  wrong: 'Identifiant ou mot de passe refusé, ou accès fermé.',
  wait: (ms: number) => `Trop d’essais refusés : recommencez dans ${Math.ceil(ms / 1_000)} s.`,
  busy: 'Trop de connexions à la fois : recommencez dans un instant.',
  unavailable: 'L’annuaire ne peut pas vérifier ce compte pour l’instant : recommencez plus tard.',
};
