import type { NewEvent } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';

/** The door for siblings that change people: what must be told after a change. */
export abstract class PersonFacts {
  /** One PersonChanged with the full present state for each of these people; unknown ids are left out. */
  abstract of(tx: Transaction, personIds: readonly string[], importId: string): Promise<NewEvent[]>;
}
