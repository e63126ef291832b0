import type { Statement } from './domain/statement.js';

/** The paper of a statement and what proves it. */
export type StatementPaper = {
  readonly statement: Statement;
  readonly content: string;
  readonly sha256: string;
  /** As printed. */
  readonly code: string;
};

/** Puts an état des engagements on paper. */
export abstract class StatementDocument {
  /** A PDF in French with its content attached; the same paper gives the same bytes. */
  abstract render(paper: StatementPaper): Promise<Buffer>;
}
