import type { Shape } from './shape.js';

/**
 * How sure the reference is: F read in the platform's source, T in its maintainers' tests, D in their OpenAPI, I inferred,
 * W seen on the web.
 */
export type Certainty = 'F' | 'T' | 'D' | 'I' | 'W';

/**
 * What a case does to the platform: only reads; writes into a structure of one's own; needs what no API gives (time that
 * passes, a feed, what an operator decides), so a simulator.
 */
export const levels = ['READING', 'WRITING', 'SIMULATOR'] as const;
export type Level = (typeof levels)[number];

/**
 * One request. `{name}` in any text stands for what an earlier case remembers, or for what is known from the beginning: `uai`,
 * `login`, `password`, `run` (letters, new each time), `nobody` (an identifier that nothing has).
 */
export type CaseRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** The session that calls, by the name under which a case opened it; `nobody`: none. Unless told, that of the connector. */
  readonly as?: string;
  /** The XSRF header: left out, or wrong. */
  readonly xsrf?: 'MISSING' | 'WRONG';
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** A SAML assertion of one attribute, as an identity provider has the browser send it. */
  readonly assertion?: { readonly attribute: string; readonly value: string };
  readonly upload?: {
    readonly fields: Readonly<Record<string, string>>;
    /** By the name of their part: what the file is called, and its text. */
    readonly files: Readonly<Record<string, { readonly name: string; readonly text: string }>>;
  };
  /** Sent so often in a row; the last answer is judged. */
  readonly times?: number;
  /** Sent so often at once, `[copy]` in the body numbered; each answer is judged. */
  readonly atOnce?: number;
};

export type Expected = {
  readonly status: number;
  /** By content type and body; `NONE`: no body at all. */
  readonly type: 'JSON' | 'HTML' | 'NONE' | 'ANY';
  /** Regular expressions. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly noCookie?: string;
  /** Of JSON the value, of a page its text. */
  readonly body?: Shape;
  /** Version of the platform whose running code gave this answer. Absent: read in its source, not seen. */
  readonly seenIn?: string;
  /** Answers of other versions, accepted too. */
  readonly variants?: readonly Expected[];
};

/** Version that was compiled and run (addendum of 2 December 2026). */
export const entcore = 'entcore 6.15.4';
/** Answer of the source as read, or of an older version: accepted until no platform gives it. */
export const asRead = 'source as read';

/**
 * Where a value stands in an answer: of a list, in the entry whose fields are so (the first where none is told); a field
 * within another after a full stop.
 */
export type Place = { readonly where?: Readonly<Record<string, string>>; readonly take: string };

export type Effect = { readonly request: CaseRequest; readonly expected: Expected };

export type Case = {
  readonly id: string;
  /** What the platform does, as the reference says it. */
  readonly says: string;
  /** Section of `open-ent-ng.md`. */
  readonly source: string;
  readonly certainty: Certainty;
  readonly level: Level;
  /** Of the simulator alone: what happens before. */
  readonly given?: readonly CaseRequest[];
  readonly request: CaseRequest;
  readonly expected: Expected;
  /** Of the simulator alone: what happens after the answer, before its effect is looked at. */
  readonly then?: readonly CaseRequest[];
  /** Seen by later reads. */
  readonly effects?: readonly Effect[];
  readonly remembers?: Readonly<Record<string, Place>>;
  /** A session is kept under this name. */
  readonly opens?: string;
};
