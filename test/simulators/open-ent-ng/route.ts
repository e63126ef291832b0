import type { Graph } from './graph.js';
import type { Sessions } from './sessions.js';

export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
};

export type Call = {
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  json(): Record<string, unknown>;
  readonly basic: { id: string; secret: string } | undefined;
};

export type Ent = { readonly graph: Graph; readonly sessions: Sessions };

export type Route = {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly isPublic?: boolean;
  /** Answers 401 to an application without a user (§2.3). */
  readonly needsUser?: boolean;
  answer(ent: Ent, call: Call): Answer;
};

export const ok = (body: unknown, status = 200): Answer => ({
  status,
  body: JSON.stringify(body),
  type: 'application/json',
});
export const empty: Answer = { status: 200, body: '', type: 'application/json' };
const id = '([^/]+)';
export const at = (path: string) => new RegExp(`^${path.replaceAll(':id', id)}$`);
