import type { ServiceName } from '#libs/contracts';

/** A life of a database: `platform.incarnation`. */
export type Life = {
  readonly epoch: number;
  /** Its first number of its own: below it, its parent's count. */
  readonly branchSeq: number;
};

/** Up to which number of which life a partition was told or applied. */
export type Numbers = { readonly epoch: number; readonly seq: number };
/** As a position keeps them. */
export type FullNumbers = Numbers & { readonly prev: number; readonly lineage: string };

/** What a database says of what its service has told. */
export type ToldFacts = {
  /** The newest first. */
  readonly lives: readonly Life[];
  /** It is what its newest life says it is: the relay goes on with that life. Else it begins a new one. */
  readonly isSameLife: boolean;
  readonly nextSeq: number;
  /** Rows on their way: they go out again under the numbers from `nextSeq` on, in the same life. */
  readonly onTheWay: number;
  readonly lastNumbers: readonly PartitionNumber[];
  /** Topics that are being told again from the archive, which was broken off. */
  readonly tellingAgain: readonly string[];
};
export type PartitionNumber = {
  readonly topic: string;
  readonly partition: number;
  readonly seq: number;
  /** Of the record that has it. */
  readonly digest?: string | null;
};

/** `platform.consumer_position`. */
export type PositionFacts = FullNumbersOrNone & {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  /** Of the topic that the offset is of; null: it is not known. */
  readonly topicId: string | null;
};
type FullNumbersOrNone = {
  /** 0: nothing numbered was read yet; null: whatever comes next is taken, as a person has decided. */
  readonly epoch: number | null;
  readonly seq: number;
  readonly prev: number;
  readonly lineage: string;
};

export type DatabaseFacts = {
  readonly service: ServiceName;
  readonly told: ToldFacts;
  readonly positions: readonly PositionFacts[];
  readonly forgone: readonly ForgoneLife[];
};

/** What of a topic is passed over: records of `epoch` from `fromSeq` on, and of the lives between it and `untilEpoch`. */
export type ForgoneLife = {
  readonly topic: string;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly untilEpoch: number;
  /** The newest life that was known to be lost when this was decided; 0: none was. */
  readonly lastLost: number;
};

/** With the instant at which the broker took it, in milliseconds since 1970, as the epochs of lives are. */
export type LastRecord = Numbers & { readonly atMs: number };
export type PartitionLog = {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
  /** Of the first and the last record of its owner; undefined: it holds none. */
  readonly first: Numbers | undefined;
  readonly last: LastRecord | undefined;
};
export type TopicLog = {
  readonly topic: string;
  /** Undefined: the broker does not tell it. */
  readonly id: string | undefined;
  /** Undefined: the broker knows no such topic. */
  readonly partitions: readonly PartitionLog[] | undefined;
};

/** What each database and Kafka state by themselves while no service runs. */
export type RecoveryFacts = {
  readonly databases: readonly DatabaseFacts[];
  readonly logs: readonly TopicLog[];
};
