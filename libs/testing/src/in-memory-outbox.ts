import type { NewEvent } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';

/** Keeps what a use case tells, for specs. Knows nothing of rollbacks. */
export class InMemoryOutbox extends Outbox {
  readonly events: NewEvent[] = [];

  override add(_tx: Transaction, ...events: readonly NewEvent[]): Promise<void> {
    this.events.push(...events);
    return Promise.resolve();
  }

  /** Full type names, in order. */
  types(): string[] {
    return this.events.map((event) => event.type);
  }

  override send(tx: Transaction, ...events: readonly NewEvent[]): Promise<void> {
    return this.add(tx, ...events);
  }
}
