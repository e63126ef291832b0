import type { ProblemBody } from './api-types.js';

/** A refusal or a fault, with the French text meant for the person. */
export class Problem extends Error {
  constructor(readonly body: ProblemBody) {
    super(body.detail);
  }
}

let csrfToken = '';
export const rememberCsrfToken = (token: string) => {
  csrfToken = token;
};

type Query = Record<string, string | number | undefined>;

export function get<T>(path: string, query: Query = {}): Promise<T> {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return send<T>(search.size > 0 ? `${path}?${search}` : path, {});
}

type Conditions = {
  /** The same for every try of one decision, so that a nervous click orders once. */
  readonly idempotencyKey?: string;
  /** The version that the person has read: a change on another one is refused. */
  readonly version?: number;
};

export function post<T>(path: string, body: object, conditions: Conditions = {}): Promise<T> {
  return change<T>('POST', path, body, conditions);
}

export function put<T>(path: string, body: object, conditions: Conditions): Promise<T> {
  return change<T>('PUT', path, body, conditions);
}

export function remove<T>(path: string, conditions: Conditions): Promise<T> {
  return change<T>('DELETE', path, undefined, conditions);
}

/** A file as it is; what is known of it stands in the address. */
export function upload<T>(
  path: string,
  file: Blob,
  { idempotencyKey }: Pick<Conditions, 'idempotencyKey'> = {},
): Promise<T> {
  return send<T>(path, {
    method: 'POST',
    body: file,
    headers: {
      'content-type': 'application/octet-stream',
      'x-csrf-token': csrfToken,
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    },
  });
}

/** A file in its place, as it is. */
export function putFile<T>(path: string, file: Blob): Promise<T> {
  return send<T>(path, {
    method: 'PUT',
    body: file,
    headers: { 'content-type': 'application/octet-stream', 'x-csrf-token': csrfToken },
  });
}

/** Asks for a file that is made now, and has the browser keep it under the name that it comes with. */
export async function download(path: string, body: object): Promise<void> {
  const response = await fetched(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
  });
  if (!response.ok) throw await problemOf(path, response);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name ?? 'document.pdf';
  link.click();
  URL.revokeObjectURL(link.href);
}

function change<T>(
  method: string,
  path: string,
  body: object | undefined,
  { idempotencyKey, version }: Conditions,
): Promise<T> {
  return send<T>(path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      'x-csrf-token': csrfToken,
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      ...(version !== undefined && { 'if-match': `"${version}"` }),
    },
  });
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetched(path, init);
  if (!response.ok) throw await problemOf(path, response);
  return (await response.json().catch(() => undefined)) as T;
}

async function fetched(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin' });
  } catch {
    throw new Problem(unreachable);
  }
}

async function problemOf(path: string, response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  const problem = (body as ProblemBody | undefined) ?? { ...unreachable, status: response.status };
  if (problem.status === 401 && path !== '/api/session') logInAgain();
  if (problem.code === 'LOGIN_TOO_OLD') logInAgain({ afresh: true });
  return new Problem(problem);
}

const unreachable: ProblemBody = {
  status: 0,
  title: 'Service injoignable',
  detail: 'Le service ne répond pas. Vérifiez votre connexion et réessayez dans quelques instants.',
  code: 'UNREACHABLE',
};

const typed = new Map<string, unknown>();

/** What is typed survives a login on the way, in this tab alone; what is given back ends that. */
export function keepOverLogin(place: string, value: unknown) {
  typed.set(place, value);
  return () => void typed.delete(place);
}

/** The person comes back to the same page after the login; `afresh`: having proved who they are, logged in or not. */
export function logInAgain({ afresh = false } = {}) {
  for (const [place, value] of typed) sessionStorage.setItem(place, JSON.stringify(value));
  const query = new URLSearchParams({ returnTo: `${location.pathname}${location.search}` });
  if (afresh) query.set('afresh', '1');
  location.assign(`/auth/login?${query}`);
}
