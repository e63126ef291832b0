/** Add: the whole statement. Modify: the lists of the attributes that it names, each replaced as a whole. Delete: no longer in the perimeter. */
export type AafRequest = 'ADD' | 'MODIFY' | 'DELETE';

/** What the reading of an entry's text met. With any but the first, the entry is ignored whole: half a value is a wrong one. */
export type AafDamage =
  | 'CONTROL_CHARACTER'
  | 'VALUE_TOO_LONG'
  | 'ENTRY_TOO_LONG'
  | 'OPERATION_UNKNOWN';

/** One request as it stands in the file. */
export type AafEntry = {
  readonly request: AafRequest;
  readonly id: string;
  /** `Eleve`, `EtabEducNat`…, or empty where the entry states none. */
  readonly category: string;
  /** Where the request begins in its file, from 1. */
  readonly line: number;
  /** The attributes that are kept; without values it was stated empty. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Names that are unknown, where they are first met in the file. */
  readonly unknown: readonly string[];
  readonly damage: ReadonlySet<AafDamage>;
};
