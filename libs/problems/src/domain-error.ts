/** A value that JSON can carry. Amounts and other bigints travel as strings. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** The figures and names behind a refusal, shown next to its message. Never personal data. */
export type ProblemDetails = Readonly<Record<string, JsonValue>>;

/**
 * What sort of refusal it is; the transports map it once (HTTP: not-found 404, conflict 409,
 * invalid 422, forbidden 403, stale 412, too-many 429, unavailable 503).
 */
export type ProblemKind =
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'forbidden'
  | 'stale'
  | 'too-many'
  | 'unavailable';

/**
 * The domain says no. `code` is stable and UPPER_SNAKE (it becomes `urn:ent:problem:<code>`); the
 * message is French, for the person in front of the screen, and says what to do next.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ProblemKind;
  readonly details: ProblemDetails;

  constructor(message: string, details: ProblemDetails = {}) {
    super(message);
    this.name = new.target.name;
    this.details = details;
  }
}
