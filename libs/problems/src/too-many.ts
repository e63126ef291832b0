import { DomainError } from './domain-error.js';

/** Too much in too short a time: there is room again in `retryAfterSeconds`, which HTTP tells in Retry-After too. */
export abstract class TooMany extends DomainError {
  readonly kind = 'too-many';
  constructor(message: string, retryAfterSeconds: number) {
    super(message, { retryAfterSeconds });
  }
}
