import type { ServiceName } from '#libs/contracts';
import type { ForgoneLife } from './facts.js';
import type { Ahead } from './go-back.js';
import type { Standing } from './judge-standing.js';

/** In the order in which they are done. */
export type Step =
  /** By a command of its own, and only then is there a plan for the rest. */
  | {
      readonly do: 'restore';
      readonly services: readonly ServiceName[];
      readonly ahead: readonly Ahead[];
    }
  | { readonly do: 'make-topics'; readonly topics: readonly string[] }
  /** PostgreSQL does not tell this state from the former one: a copy of the disk. */
  | { readonly do: 'raise'; readonly owner: ServiceName }
  /** What a former recovery has it pass over, and its owner states again. */
  | { readonly do: 'take-back'; readonly consumer: ServiceName; readonly life: ForgoneLife }
  | { readonly do: 'forgo'; readonly consumer: ServiceName; readonly life: LifeToForgo }
  /** On which days what was so, which it alone has lost: kept in its database, for it to state again. */
  | {
      readonly do: 'keep-lost-days';
      readonly owner: ServiceName;
      readonly life: LifeToForgo;
    }
  | {
      readonly do: 'read-again';
      readonly consumer: ServiceName;
      readonly ahead: readonly Ahead[];
      readonly records: number;
    }
  | {
      readonly do: 'follow';
      readonly consumer: ServiceName;
      readonly topic: string;
      readonly partitions: readonly number[];
    }
  /** From where the log begins; the numbers stay, by which repeats are known. */
  | {
      readonly do: 'rejoin';
      readonly consumer: ServiceName;
      readonly topic: string;
      readonly partitions: readonly number[];
    }
  | { readonly do: 'tell-again'; readonly owner: ServiceName; readonly topics: readonly string[] };

/** What only running services can do. */
export type Afterwards =
  | { readonly do: 'compare-ent' }
  | {
      readonly do: 'announce-again';
      readonly owner: ServiceName;
      readonly topics: readonly string[];
      /** As the command takes it: the topics lack states, or a lost state may stand in the place of a newer one. */
      readonly reason: 'KAFKA_PERDU' | 'COPIE_A_REFAIRE';
    };

/** `untilEpoch` null: until the plan is carried out; the lives that begin then are later. */
export type LifeToForgo = Omit<ForgoneLife, 'untilEpoch'> & {
  readonly untilEpoch: number | null;
};

export type RecoveryPlan = {
  readonly standings: readonly Standing[];
  readonly steps: readonly Step[];
  readonly afterwards: readonly Afterwards[];
  /** Of which Kafka holds what their databases do not state. */
  readonly forgetful: readonly ServiceName[];
};
