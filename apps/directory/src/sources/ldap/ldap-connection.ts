import { readFile } from 'node:fs/promises';
import type { TLSSocket } from 'node:tls';
import { Client, PagedResultsControl, type SearchResponse, SearchRequest } from 'ldapts';
import { fromLdap, type LdapEntry } from './ldap-entry.js';
import { incident, incidentFrom } from './ldap-incident.js';
import type { LdapSettings } from './ldap-settings.js';
import { secureSocket } from './ldap-socket.js';

export type LdapSearch = {
  readonly base: string;
  readonly filter: string;
  readonly attributes: readonly string[];
  readonly entriesMax: number;
};

/** One bound connection to an academy's directory. Everything that goes wrong is an LdapIncident. */
export class LdapConnection {
  private constructor(
    private readonly settings: LdapSettings,
    private readonly socket: TLSSocket,
    private readonly client: Client,
    private readonly answers: { last?: SearchResponse },
  ) {}

  static async open(settings: LdapSettings): Promise<LdapConnection> {
    const { url, bindDn, connectTimeoutMs, answerTimeoutMs } = settings;
    const { ca, password } = await secretsOf(settings);
    const socket = await secureSocket({ url, ca, connectTimeoutMs });
    const client = new Client({
      url: url.replace(/^ldap:/, 'ldaps:'),
      timeout: answerTimeoutMs,
      strictDN: false,
      createSecureConnection: onlyOnce(socket),
    });
    const answers = answersOf(client);
    try {
      await client.bind(bindDn, password);
    } catch (error) {
      socket.destroy();
      throw incidentFrom(error, 'CONNECTION_LOST');
    }
    return new LdapConnection(settings, socket, client, answers);
  }

  /**
   * Page after page, each as it came; one page is held at a time. It ends without an incident only
   * if the server said so: the last page is the one whose cookie is empty.
   */
  async *pages(search: LdapSearch): AsyncGenerator<readonly LdapEntry[]> {
    const { base, filter, attributes, entriesMax } = search;
    const { pageSize, scope } = this.settings;
    let rank = 0;
    const watched = this.boundedPage();
    const pages = this.client.searchPaginated(base, {
      scope,
      filter,
      attributes: [...attributes],
      derefAliases: 'never',
      paged: { pageSize },
    });
    let isLast = false;
    try {
      for await (const { searchEntries, searchReferences } of pages) {
        watched.begin();
        if (searchReferences.length > 0) throw incident('REFERRAL');
        if (rank + searchEntries.length > entriesMax) throw incident('TOO_MANY');
        isLast = this.isLastPage();
        yield searchEntries.map((entry) => fromLdap(entry, (rank += 1)));
      }
    } catch (error) {
      this.socket.destroy();
      throw incidentFrom(error, 'CONNECTION_LOST');
    } finally {
      watched.end();
    }
    if (!isLast) throw incident('ANSWER_INCOMPLETE');
  }

  async close(): Promise<void> {
    await this.client.unbind().catch(() => {});
    this.socket.destroy();
  }

  /** The client takes an empty page, and one without the control, for the end; the cookie tells. */
  private isLastPage(): boolean {
    const control = this.answers.last?.controls?.find(
      (one): one is PagedResultsControl => one instanceof PagedResultsControl,
    );
    if (!control) throw incident('PAGING_REFUSED');
    return (control.value?.cookie?.length ?? 0) === 0;
  }

  /** The client holds a page until it is whole: its weight is bounded here. */
  private boundedPage() {
    let start = this.socket.bytesRead;
    const weigh = () => {
      if (this.socket.bytesRead - start > this.settings.pageBytesMax) this.socket.destroy();
    };
    this.socket.on('data', weigh);
    return {
      begin: () => (start = this.socket.bytesRead),
      end: () => this.socket.off('data', weigh),
    };
  }
}

async function secretsOf({ caFile, passwordFile }: LdapSettings) {
  const ca = caFile && (await readFile(caFile, 'utf8').catch(() => ''));
  const text = await readFile(passwordFile, 'utf8').catch(() => '');
  const password = text.replace(/\r?\n$/, '');
  // An empty password is an anonymous bind, which succeeds and sees little: that would be everybody gone.
  if (ca === '' || password === '') throw incident('SETTINGS');
  return { ca, password };
}

/** The client would connect again by itself, and search on without a bind. */
function onlyOnce(socket: TLSSocket) {
  let isGiven = false;
  const give = () => {
    if (isGiven) throw incident('CONNECTION_LOST');
    isGiven = true;
    return socket;
  };
  return give as unknown as NonNullable<
    ConstructorParameters<typeof Client>[0]['createSecureConnection']
  >;
}

/**
 * The answer to the latest search, with its controls, which the client keeps to itself. It is pinned
 * to one version; another one that works otherwise is refused here.
 */
function answersOf(client: Client): { last?: SearchResponse } {
  const answers: { last?: SearchResponse } = {};
  const inner = client as unknown as { _send?: (message: unknown) => Promise<unknown> };
  const send = inner._send?.bind(client);
  if (!send) throw new RangeError('this version of ldapts keeps its answers elsewhere');
  inner._send = async (message) => {
    const answer = await send(message);
    if (message instanceof SearchRequest) answers.last = answer as SearchResponse;
    return answer;
  };
  return answers;
}
