import { Inject, Injectable } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { MembersGateway } from '../clients/members.grpc-gateway.js';
import { type Account, isRefusal } from './bind-account.js';
import { MinuteRate } from './domain/minute-rate.js';
import { LdapsSettings } from './ldaps-settings.js';
import type { PageAsked, Search } from './protocol/requests.js';
import type { ResultName } from './protocol/result-code.js';
import { SearchTree, type Send } from './search-tree.js';

export type Answered = {
  readonly result: ResultName;
  readonly message: string;
  readonly cookie?: string | undefined;
};

/** A search by who is connected: what the account opens is asked each time, so that what is closed is closed at once. */
@Injectable()
export class AnswerSearch {
  private readonly rate: MinuteRate;

  constructor(
    private readonly members: MembersGateway,
    private readonly tree: SearchTree,
    { searchesPerMinute }: LdapsSettings,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    this.rate = new MinuteRate(searchesPerMinute);
  }

  /** `send` throws ClientGone, which is passed on. */
  async execute(
    { membershipId, secretId }: Account,
    asked: { readonly search: Search; readonly page?: PageAsked; readonly untilMs: number },
    send: Send,
  ): Promise<Answered> {
    if (!this.rate.take(membershipId, Date.now())) {
      return { result: 'busy', message: words.rate };
    }
    let gone: Error | undefined;
    const sending: Send = (entries) =>
      send(entries).catch((error: unknown) => {
        gone = error as Error;
        throw error;
      });
    try {
      const uais = await this.members.scopeOf(membershipId, secretId);
      const found = await this.tree.execute({ ...asked, membershipId, uais }, sending);
      return { ...found, message: words[found.result as keyof typeof words] ?? '' };
    } catch (error) {
      if (gone) throw gone;
      if (isRefusal(error)) return { result: 'invalidCredentials', message: words.closed };
      this.logger.warn({ err: error }, 'LDAP search failed');
      return { result: 'unavailable', message: words.unavailable };
    }
  }
}

const words = {
  rate: 'Trop de recherches en une minute : recommencez dans un instant.',
  closed: 'Cet accès a été fermé, ou son mot de passe renouvelé.',
  unavailable: 'L’annuaire ne peut pas répondre pour l’instant : recommencez plus tard.',
  sizeLimitExceeded:
    'Il y a plus de réponses : demandez-les par pages (RFC 2696), 500 au plus chacune.',
  timeLimitExceeded: 'La recherche a duré trop longtemps : demandez-la par pages (RFC 2696).',
  unwillingToPerform: 'La page demandée n’est pas de cette recherche : recommencez-la du début.',
} as const;
