import type { DemoSettings } from '../settings.js';

/** As the ENT states it; nobody is in the list who is in its trash. */
export type EntUser = {
  readonly id: string;
  readonly type: string;
  readonly externalId: string;
  readonly login: string;
  /** Null once the account was used. */
  readonly code: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string | null;
  readonly blocked: boolean | null;
  readonly structures: readonly EntPlace[];
  readonly allClasses: readonly EntPlace[];
  /** Of nobody: one entry full of null. */
  readonly children: readonly { readonly id: string | null }[];
};
export type EntPlace = { readonly id: string; readonly name: string };
export type EntSchool = { readonly id: string; readonly UAI: string; readonly name: string };
/** A school with its classes and all who are in it. */
export type EntSchoolUsers = EntSchool & {
  readonly classes: readonly EntPlace[];
  readonly users: readonly EntUser[];
};

type Session = { readonly cookie: string; readonly xsrf: string };

const timeoutMs = 20_000;
const schoolsAtOnce = 4;

/**
 * The ENT's own API, as who administers it is let in: what a person of its operator sees, and does by hand. Not the way
 * of our services, which have an account of their own.
 */
export class EntApi {
  private session: Promise<Session> | undefined;

  constructor(
    readonly url: string,
    private readonly login: string,
    private readonly password: string,
  ) {}

  static of({ ENT_URL, ENT_ADMIN_LOGIN, ENT_ADMIN_PASSWORD }: DemoSettings): EntApi {
    return new EntApi(ENT_URL, ENT_ADMIN_LOGIN, ENT_ADMIN_PASSWORD);
  }

  /** Each school that it has. */
  structures(): Promise<readonly EntSchool[]> {
    return this.get('/directory/structure/admin/list');
  }

  /** Those of these schools that it has, whole. */
  async schools(uais: readonly string[]): Promise<EntSchoolUsers[]> {
    const wanted = new Set(uais);
    const left = (await this.structures()).filter(({ UAI }) => wanted.has(UAI));
    const read: EntSchoolUsers[] = [];
    const reader = async () => {
      for (let school = left.pop(); school; school = left.pop())
        read.push({
          ...school,
          classes: await this.classesOf(school.id),
          users: await this.usersOf(school.id),
        });
    };
    await Promise.all(Array.from({ length: schoolsAtOnce }, reader));
    return read;
  }

  usersOf(structureId: string): Promise<readonly EntUser[]> {
    return this.get(`/directory/user/admin/list?structureId=${structureId}`);
  }

  classesOf(structureId: string): Promise<readonly EntPlace[]> {
    return this.get(`/directory/class/admin/list?structureId=${structureId}`);
  }

  async get<Value>(path: string): Promise<Value> {
    return JSON.parse(await this.call('GET', path)) as Value;
  }

  async put(path: string, body: object = {}): Promise<void> {
    await this.call('PUT', path, body);
  }

  async delete(path: string): Promise<void> {
    await this.call('DELETE', path);
  }

  private async call(method: string, path: string, body?: object): Promise<string> {
    const first = await this.ask(method, path, body);
    // The session has ended: the ENT was restarted, or put back.
    const isOut = first.status === 302 || first.status === 403;
    if (isOut) this.session = undefined;
    const { status, text } = isOut ? await this.ask(method, path, body) : first;
    if (status !== 200 && status !== 201)
      throw new Error(`the ENT answered ${status} to ${method} ${path.split('?')[0]}`);
    return text;
  }

  private async ask(method: string, path: string, body?: object) {
    const { cookie, xsrf } = await (this.session ??= this.logIn());
    const response = await fetch(`${this.url}${path}`, {
      ...{ method, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) },
      headers: { cookie, 'x-xsrf-token': xsrf, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  private async logIn(): Promise<Session> {
    try {
      const response = await fetch(`${this.url}/auth/login`, {
        ...{ method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) },
        body: new URLSearchParams({ email: this.login, password: this.password }),
      });
      await response.text();
      if (response.status !== 302)
        throw new Error(`the ENT answered ${response.status} to a login`);
      const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
      const xsrf = cookies.find((each) => each.startsWith('XSRF-TOKEN='))?.split('=')[1] ?? '';
      return { cookie: cookies.join('; '), xsrf };
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }
}
