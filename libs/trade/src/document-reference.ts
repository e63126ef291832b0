import type { LocalDate } from '#libs/time';

/** A document that a decision rests on: never its content, only what proves it. */
export type DocumentReference = {
  readonly kind: string;
  /** As a person reads it, in French. */
  readonly title: string;
  /** Of its bytes, lower-case hexadecimal; empty where no file was given. */
  readonly sha256: string;
  /** Day printed on it. */
  readonly datedOn: string;
  /** Where its content is kept here. */
  readonly documentId?: string;
};

/** A document whose content is kept here. */
export type KeptDocument = DocumentReference & {
  readonly documentId: string;
  readonly datedOn: LocalDate;
};
