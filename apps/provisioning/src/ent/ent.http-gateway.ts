import {
  EntAlreadyThere,
  EntGateway,
  EntRefused,
  EntUnavailable,
  type EntUser,
  type NewEntUser,
} from './ent-gateway.js';
import { httpCall, HttpTimeout, type HttpAnswer } from './http-call.js';

export type EntAddress = {
  readonly url: string;
  readonly login: string;
  readonly password: string;
  readonly timeoutMs: number;
};

type Session = { readonly cookie: string; readonly xsrf: string };
type EntAnswer = { readonly status: number; readonly body: unknown };

/** Open ENT-NG over its own HTTP API, as a technical account with a cookie session and XSRF header. */
export class EntHttpGateway extends EntGateway {
  #session: Promise<Session> | undefined;
  #opened: Session | undefined;

  constructor(private readonly address: EntAddress) {
    super();
  }

  override async ensureStructure({ uai, name }: { uai: string; name: string }): Promise<string> {
    const known = await this.#structureOf(uai);
    if (known !== undefined) return known;
    const answer = await this.#call('POST', '/directory/school', {
      name,
      UAI: uai,
      externalId: uai,
    });
    if (answer.status === 201) return idOf(answer);
    // Created by a call whose answer was lost, or by someone else at this moment.
    const created = await this.#structureOf(uai);
    if (created !== undefined) return created;
    throw new EntRefused('ENT_SCHOOL_REFUSED');
  }

  override async ensureClass(
    structureId: string,
    { label, level }: { label: string; level: string },
  ): Promise<string> {
    const answer = await this.#call('POST', `/directory/class/${structureId}`, {
      name: label,
      level,
    });
    if (answer.status === 201) return idOf(answer);
    const list = await this.#call('GET', `/directory/class/admin/list?structureId=${structureId}`);
    const known = arrayOf(list).find(({ name }) => name === label);
    if (known) return String(known.id);
    throw new EntRefused('ENT_CLASS_REFUSED');
  }

  override async createUser(
    classId: string,
    user: NewEntUser,
  ): Promise<{ entId: string; login: string }> {
    const answer = await this.#call('POST', `/directory/class/${classId}/user`, {
      firstName: user.firstName,
      lastName: user.lastName,
      type: user.profile,
      externalId: user.externalId,
      ...(user.birthDate === '' ? {} : { birthDate: user.birthDate }),
      ...(user.childEntIds.length === 0 ? {} : { childrenIds: user.childEntIds }),
    });
    if (answer.status === 201) {
      return {
        entId: idOf(answer),
        login: String((answer.body as { login?: unknown }).login ?? ''),
      };
    }
    const words = errorOf(answer);
    if (/already exists/i.test(words) && words.includes('externalId')) throw new EntAlreadyThere();
    // Two homonyms at once: the login drawn was taken meanwhile; the next try draws another.
    if (/already exists/i.test(words)) throw new EntUnavailable('ENT_BUSY');
    throw new EntRefused(refusalCode(words));
  }

  override async usersOf(structureId: string): Promise<EntUser[]> {
    const answer = await this.#call('GET', `/directory/users?structureId=${structureId}`);
    return arrayOf(answer).map(({ id, externalId, login, code }) => ({
      entId: String(id),
      externalId: String(externalId),
      login: String(login),
      isActivated: code === null || code === undefined,
    }));
  }

  override async setBlocked(entId: string, isBlocked: boolean): Promise<void> {
    await this.#expect200('PUT', `/auth/block/${entId}`, 'ENT_BLOCK_REFUSED', { block: isBlocked });
  }

  override async remove(entId: string): Promise<void> {
    const answer = await this.#call('DELETE', `/directory/user?userId=${entId}`);
    if (answer.status === 200) return;
    // The ENT says "unauthorized" of a user that it does not know, too.
    const detail = await this.#call('GET', `/directory/user/${entId}`);
    if (detail.status !== 404) throw new EntRefused('ENT_DELETE_REFUSED');
  }

  override async relate(studentEntId: string, relativeEntId: string): Promise<void> {
    await this.#expect200(
      'PUT',
      `/directory/user/${studentEntId}/related/${relativeEntId}`,
      'ENT_LINK_REFUSED',
    );
  }

  override async joinClass(classId: string, entId: string): Promise<void> {
    await this.#expect200('PUT', `/directory/class/${classId}/link/${entId}`, 'ENT_MOVE_REFUSED');
  }

  override async leaveClass(classId: string, entId: string): Promise<void> {
    const answer = await this.#call('DELETE', `/directory/class/${classId}/unlink/${entId}`);
    if (answer.status !== 200 && answer.status !== 404) throw new EntRefused('ENT_MOVE_REFUSED');
  }

  async #structureOf(uai: string): Promise<string | undefined> {
    const answer = await this.#call('GET', '/directory/structure/admin/list');
    const structure = arrayOf(answer).find((each) => each.UAI === uai);
    return structure && String(structure.id);
  }

  async #expect200(method: string, path: string, code: string, body?: unknown): Promise<void> {
    const { status } = await this.#call(method, path, body);
    if (status !== 200) throw new EntRefused(code);
  }

  /** A 302 or 403 is an ended session, never an answer: log in once more and repeat. */
  async #call(method: string, path: string, body?: unknown): Promise<EntAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.#login();
      const response = await this.#send(
        method,
        path,
        body === undefined ? undefined : JSON.stringify(body),
        {
          cookie: session.cookie,
          'x-xsrf-token': session.xsrf,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
      );
      if (response.status === 302 || response.status === 401 || response.status === 403) {
        if (this.#opened === session) this.#session = undefined;
        if (attempt === 1) continue;
        throw new EntUnavailable('ENT_SESSION');
      }
      if (response.status >= 500 || response.status === 429) throw new EntUnavailable('ENT_FAULT');
      const answer = { status: response.status, body: parse(response.text) };
      if (answer.status === 400 && /timed? ?out/i.test(errorOf(answer)))
        throw new EntUnavailable('ENT_BUSY');
      return answer;
    }
  }

  #login(): Promise<Session> {
    this.#session ??= this.#openSession().catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }

  async #openSession(): Promise<Session> {
    const { login, password } = this.address;
    const form = new URLSearchParams({ email: login, password }).toString();
    const response = await this.#send('POST', '/auth/login', form, {
      'content-type': 'application/x-www-form-urlencoded',
    });
    const cookies = (response.headers['set-cookie'] ?? []).map(
      (cookie) => cookie.split(';')[0] ?? '',
    );
    const xsrf = cookies
      .find((cookie) => cookie.startsWith('XSRF-TOKEN='))
      ?.slice('XSRF-TOKEN='.length);
    // A refused login is the login page with status 200.
    if (response.status !== 302 || xsrf === undefined) throw new EntUnavailable('ENT_SESSION');
    this.#opened = { cookie: cookies.join('; '), xsrf };
    return this.#opened;
  }

  async #send(
    method: string,
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer> {
    const { url, timeoutMs } = this.address;
    try {
      return await httpCall({ method, url: new URL(`${url}${path}`), headers, body, timeoutMs });
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

function unavailable(cause: unknown): EntUnavailable {
  const isLate = cause instanceof HttpTimeout;
  return new EntUnavailable(isLate ? 'ENT_TIMEOUT' : 'ENT_UNREACHABLE', { cause });
}

function refusalCode(words: string): string {
  if (/naissance/i.test(words)) return 'ENT_BIRTH_DATE_MISSING';
  if (/prénom|nom manquant/i.test(words)) return 'ENT_NAME_MISSING';
  if (/profile/i.test(words)) return 'ENT_PROFILE_REFUSED';
  return 'ENT_REFUSED';
}

function parse(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EntUnavailable('ENT_FAULT', { cause });
  }
}

function errorOf({ body }: EntAnswer): string {
  const error = (body as { error?: unknown } | undefined)?.error;
  return typeof error === 'string' ? error : '';
}

function arrayOf({ status, body }: EntAnswer): Record<string, unknown>[] {
  if (status !== 200 || !Array.isArray(body)) throw new EntUnavailable('ENT_FAULT');
  return body as Record<string, unknown>[];
}

function idOf({ body }: EntAnswer): string {
  const id = (body as { id?: unknown } | undefined)?.id;
  if (typeof id !== 'string') throw new EntUnavailable('ENT_FAULT');
  return id;
}
