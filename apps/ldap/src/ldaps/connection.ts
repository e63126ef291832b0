import type { TLSSocket } from 'node:tls';
import { type Logger, tellOutcome } from '#libs/observability';
import type { AnswerSearch, Answered } from './answer-search.js';
import type { Account, BindAccount } from './bind-account.js';
import type { Entry } from './domain/entry.js';
import { operations } from './ldap-metrics.js';
import { Frames } from './protocol/frames.js';
import { type Operation, type Request, requestOf } from './protocol/requests.js';
import {
  answer,
  bindAnswer,
  disconnection,
  entryAnswer,
  searchAnswer,
} from './protocol/responses.js';
import { type ResultName, resultCodes } from './protocol/result-code.js';
import { Malformed } from './protocol/tlv.js';

/** Bytes of a message before anybody is bound, and after; milliseconds of a search, of a write, of silence. */
export const connectionBounds = {
  ...{ unboundBytes: 4_096, boundBytes: 65_536 },
  ...{ unboundMs: 10_000, searchMs: 30_000, writeMs: 30_000, idleMs: 300_000 },
};
export type ConnectionBounds = typeof connectionBounds;

export type ConnectionParts = {
  readonly bind: Pick<BindAccount, 'execute'>;
  readonly search: Pick<AnswerSearch, 'execute'>;
  readonly logger: Logger;
  readonly bounds: ConnectionBounds;
  /** Whose the connection is from now on, undefined: nobody's. False: that account has as many as it may have. */
  readonly take: (membershipId: string | undefined) => boolean;
};

/**
 * One client. Its messages are answered one after the other and nothing is read meanwhile, so that what a client can make
 * us hold is one message and one page of entries.
 */
export class Connection {
  private readonly frames = new Frames();
  private account: Account | undefined;

  constructor(
    private readonly socket: TLSSocket,
    private readonly address: string,
    private readonly parts: ConnectionParts,
  ) {}

  start(): void {
    const { socket } = this;
    const { idleMs, unboundMs } = this.parts.bounds;
    socket.setTimeout(idleMs, () => socket.destroy());
    const unbound = setTimeout(() => this.account ?? socket.destroy(), unboundMs);
    socket.once('close', () => clearTimeout(unbound));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      socket.pause();
      this.take(chunk).then(
        () => socket.resume(),
        (error: unknown) => this.end(error),
      );
    });
  }

  private async take(chunk: Buffer): Promise<void> {
    const { unboundBytes, boundBytes } = this.parts.bounds;
    for (const message of this.frames.push(chunk, this.account ? boundBytes : unboundBytes)) {
      if (this.socket.destroyed) return;
      const request = requestOf(message);
      const begun = performance.now();
      const result = await this.carryOut(request);
      this.tell(request.operation, result, begun);
    }
  }

  /** One line for each operation: whose account, what kind, with what result. Nothing of what was asked or shown. */
  private tell({ kind }: Operation, result: ResultName, begun: number): void {
    operations.inc({ operation: kind, outcome: result });
    const about = { operation: kind, membershipId: this.account?.membershipId ?? '' };
    tellOutcome(this.parts.logger, 'ldap', about, result === 'success' ? 'ok' : result, begun);
  }

  private async carryOut(request: Request): Promise<ResultName> {
    const { messageId, operation } = request;
    switch (operation.kind) {
      case 'UNBIND':
        this.socket.end();
        return 'success';
      case 'ABANDON':
        return 'success';
      case 'BIND':
        return this.bind(messageId, operation);
      case 'SEARCH':
        return this.search(request, operation);
      case 'TOO_MUCH_ASKED':
        return this.refuseSearch(messageId, 'adminLimitExceeded', words.tooMuch);
      case 'OTHER': {
        const name = this.account ? 'unwillingToPerform' : 'insufficientAccessRights';
        const result = { code: resultCodes[name], message: words.readOnly };
        await this.write(answer(messageId, operation.answerTag, result));
        return name;
      }
    }
  }

  /** Whoever binds anew is nobody until that holds (RFC 4513, 4). */
  private async bind(messageId: number, asked: Extract<Operation, { kind: 'BIND' }>) {
    this.become(undefined);
    const { result, message, account } = await this.parts.bind.execute(
      asked,
      this.address,
      Date.now(),
    );
    const isIn = this.become(account);
    const [name, text] = isIn ? [result, message] : (['busy', words.tooMany] as const);
    await this.write(bindAnswer(messageId, { code: resultCodes[name], message: text }));
    return name;
  }

  /** False: the account has too many connections, and this one is nobody's. */
  private become(account: Account | undefined): boolean {
    const isTaken = this.parts.take(account?.membershipId);
    this.account = isTaken ? account : undefined;
    return isTaken;
  }

  private async search(
    { messageId, page, isBeyond }: Request,
    { search }: Extract<Operation, { kind: 'SEARCH' }>,
  ): Promise<ResultName> {
    const { account } = this;
    if (!account) return this.refuseSearch(messageId, 'insufficientAccessRights', words.nobody);
    if (isBeyond) return this.refuseSearch(messageId, 'unavailableCriticalExtension', '');
    const { searchMs } = this.parts.bounds;
    const most = Math.min(searchMs, search.timeLimit * 1_000 || searchMs);
    const asked = { search, untilMs: performance.now() + most, ...(page ? { page } : {}) };
    const send = (entries: readonly Entry[]) =>
      this.write(
        Buffer.concat(entries.map((one) => entryAnswer(messageId, one, search.typesOnly))),
      );
    const answered = await this.parts.search.execute(account, asked, send);
    // Closed since: to this connection the account is gone.
    if (answered.result === 'invalidCredentials') this.become(undefined);
    await this.write(searchAnswer(messageId, resultOf(answered), cookieIn(answered)));
    return answered.result;
  }

  private async refuseSearch(messageId: number, name: ResultName, message: string) {
    await this.write(searchAnswer(messageId, { code: resultCodes[name], message }));
    return name;
  }

  /** Resolves once the client has taken it; a client that does not take it is cut off. Throws ClientGone. */
  private write(bytes: Buffer): Promise<void> {
    const { socket } = this;
    if (socket.destroyed) return Promise.reject(new ClientGone());
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => socket.destroy(), this.parts.bounds.writeMs);
      const done = (error?: Error | null) => {
        clearTimeout(late);
        socket.off('close', gone);
        if (error) reject(new ClientGone());
        else resolve();
      };
      const gone = () => done(new ClientGone());
      socket.once('close', gone);
      socket.write(bytes, done);
    });
  }

  /** What the client did ends a connection quietly; a fault of ours is logged. */
  private end(error: unknown): void {
    const { socket } = this;
    if (error instanceof ClientGone || socket.destroyed) return void socket.destroy();
    const isTheirs = error instanceof Malformed;
    if (!isTheirs) this.parts.logger.error({ err: error }, 'LDAP connection failed');
    const code = isTheirs ? resultCodes.protocolError : resultCodes.unavailable;
    operations.inc({ operation: 'MALFORMED', outcome: isTheirs ? 'protocolError' : 'unavailable' });
    socket.end(disconnection(code, ''), () => socket.destroy());
  }
}

class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

const resultOf = ({ result, message }: Answered) => ({ code: resultCodes[result], message });
const cookieIn = ({ cookie }: Answered) =>
  cookie === undefined ? undefined : Buffer.from(cookie, 'latin1');

const words = {
  readOnly: 'Cet annuaire se lit seulement : recherche, et rien d’autre.',
  nobody: 'Connectez-vous d’abord avec le compte de service de votre collectivité.',
  tooMany:
    'Ce compte de service a déjà trop de connexions ouvertes : fermez-en, ou attendez qu’elles se ferment.',
  tooMuch: 'Filtre trop profond, trop long ou trop découpé : posez une question plus simple.',
};
