import type { Upload } from '../csv/csv-check.js';
import type { Creation } from '../deadlocks.js';
import type { Graph } from '../graph/graph.js';
import type { Sessions } from '../sessions/sessions.js';

export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
};

export type UploadedFile = { readonly name: string; readonly bytes: Buffer };

export type Call = {
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  /** Fields of an urlencoded or multipart body. */
  readonly form: URLSearchParams;
  /** Of a multipart body, by the name of their part. */
  readonly files: ReadonlyMap<string, UploadedFile>;
  json(): Record<string, unknown>;
  readonly cookie: string;
  readonly basic: { id: string; secret: string } | undefined;
  /** Schools that the caller administers; undefined: all. */
  readonly scope: readonly string[] | undefined;
};

export type Ent = {
  readonly graph: Graph;
  readonly sessions: Sessions;
  /** What step 3 of the wizard was given and step 4 imports, by the identifier it got. */
  readonly uploads: Map<string, Upload>;
};

/**
 * Who may call (§0, roles): anybody; whoever is in; whoever has a workflow right (an ADMC all, an ADML those of its desk); an
 * administrator of whatever scope; an administrator in whose scope one structure is of each who is concerned.
 */
export type Access =
  | 'PUBLIC'
  | 'AUTHENTICATED'
  | { readonly right: string }
  | 'ADMINISTRATOR'
  | { readonly structuresOf: (graph: Graph, call: Call) => readonly (readonly string[])[] };

export type Route = {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly access: Access;
  /** Answers 401 to an application without a user (§2.3). */
  readonly needsUser?: boolean;
  /** Asks for the second factor where the platform has one (the tables' M). */
  readonly isMfaProtected?: boolean;
  /** Passes the one writer: waits while an import runs (§6). */
  readonly isWritten?: boolean;
  /** Of a creation of a user: where, since others in the same school may make Neo4j refuse it. */
  creationOf?(ent: Ent, call: Call): Creation | undefined;
  /** Of an import: it takes its time by the lines of its files. */
  linesOf?(ent: Ent, call: Call): number;
  answer(ent: Ent, call: Call): Answer;
};

export const json = (status: number, body: unknown): Answer => ({
  status,
  body: JSON.stringify(body),
  type: 'application/json',
});
export const ok = (body: unknown, status = 200): Answer => json(status, body);
export const empty: Answer = { status: 200, body: '', type: 'application/json' };
export const notFound: Answer = { status: 404, body: '', type: 'text/plain' };
export const unauthorized: Answer = {
  status: 401,
  body: '<html><body>Unauthorized</body></html>',
  type: 'text/html',
};
export const redirect = (location: string): Answer => ({
  status: 302,
  body: '',
  type: 'text/plain',
  headers: { location },
});

const id = '([^/]+)';
export const at = (path: string) => new RegExp(`^${path.replaceAll(':id', id)}$`);
