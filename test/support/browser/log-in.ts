/** Who is logged in: what a browser would send along. */
export type Session = {
  readonly cookie: string;
  readonly csrf: string;
  /** Of the issuer, where it asked who is there. */
  readonly cookieAtIssuer: string;
  /** The request that brought the issuer's answer back. */
  readonly cameBack: { readonly url: string; readonly cookie: string };
};

const password = 'demonstration';
const hopsMax = 12;

/** A person of the demo logs in at the issuer's page, hop by hop as a browser does, without one. */
export async function logIn(
  consoleUrl: string,
  login: string,
  { from = '/auth/login', jars = new Map() as Jars }: { from?: string; jars?: Jars } = {},
): Promise<Session> {
  let atIssuer: URL | undefined;
  let next = new URL(from, consoleUrl);
  for (let hop = 0; hop < hopsMax; hop += 1) {
    const jar = jarOf(jars, next);
    const atLoginPage = next.pathname.startsWith('/interaction/');
    if (atLoginPage) atIssuer = next;
    const asked = cookieOf(jar);
    const response = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: asked },
      ...(atLoginPage && { method: 'POST', body: new URLSearchParams({ login, password }) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name) jar.set(name, value ?? '');
    }
    const location = response.headers.get('location');
    if (!location) throw new Error(`${login} is stuck at ${next.href}: ${response.status}`);
    const cameBack = next.pathname === '/auth/callback' && { url: next.href, cookie: asked };
    next = new URL(location, next);
    if (cameBack) {
      const session = await sessionOf(consoleUrl, cookieOf(jarOf(jars, next)));
      const cookieAtIssuer = atIssuer ? cookieOf(jarOf(jars, atIssuer)) : '';
      return { ...session, cookieAtIssuer, cameBack };
    }
  }
  throw new Error(`${login} is sent around without end`);
}

async function sessionOf(consoleUrl: string, cookie: string) {
  const response = await fetch(new URL('/api/session', consoleUrl), { headers: { cookie } });
  if (!response.ok) throw new Error(`no session: ${response.status} ${await response.text()}`);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return { cookie, csrf: csrfToken };
}

/** The cookies of a browser, by origin. */
type Jars = Map<string, Map<string, string>>;

/** One jar per origin; the two are ports of one host, which a real browser would not tell apart. */
function jarOf(jars: Jars, { origin }: URL): Map<string, string> {
  const jar = jars.get(origin) ?? new Map<string, string>();
  jars.set(origin, jar);
  return jar;
}

const cookieOf = (jar: ReadonlyMap<string, string>) =>
  [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
