import pg, { type FieldDef, type QueryConfig, type QueryResultRow } from 'pg';
import { firstColumnOf } from './rows.js';
import { type Ask, statementsOf } from './statements.js';

/**
 * Sends what is asked in one turn of the event loop together: one call to the system, and one answer of the server. The
 * driver's own pipeline ends each statement with a Sync, for which the server sends and wakes us anew. Nothing behind a
 * statement that failed is carried out, also where it is the driver that refuses to send it.
 *
 * It stands in place of one method of the driver's client; should that be named otherwise one day, statements go as the
 * driver sends them.
 */
export class JourneyClient extends pg.Client {
  declare _connected: boolean;
  declare _queryable: boolean;
  declare _queryQueue: Statement[];
  declare _sentQueryQueue: (Statement | Journey)[];
  declare _activeQuery: Statement | Journey | undefined;
  declare readyForQuery: boolean;
  declare hasExecuted: boolean;
  private part: PartOfJourney | undefined;
  private isGathering = false;

  constructor(options?: string | pg.ClientConfig) {
    super(options);
    this.query = statementsOf(this.query.bind(this) as Ask) as pg.Client['query'];
  }

  async rows<Row extends QueryResultRow>(text: string | QueryConfig, values?: unknown[]) {
    return (await this.query<Row>(text as string, values)).rows;
  }

  async row<Row extends QueryResultRow>(text: string | QueryConfig, values?: unknown[]) {
    return (await this.query<Row>(text as string, values)).rows[0];
  }

  async column<Value>(text: string | QueryConfig, values?: unknown[]) {
    return firstColumnOf<Value>(await this.query(text as string, values));
  }

  async value<Value>(text: string | QueryConfig, values?: unknown[]) {
    return (await this.column<Value>(text, values))[0] ?? undefined;
  }

  /** Called whenever something was asked or answered. */
  _pulsePipelinedQueryQueue(): void {
    if (!this._connected || !this._queryable) return;
    if (this._queryQueue.length > 0) this.gather();
    if (this.readyForQuery && !this._activeQuery && this._sentQueryQueue.length > 0) {
      this._activeQuery = this._sentQueryQueue.shift();
      this.readyForQuery = false;
    }
    const isIdle =
      !this._activeQuery && this._sentQueryQueue.length + this._queryQueue.length === 0;
    if (isIdle && this.hasExecuted) this.emit('drain');
  }

  private gather(): void {
    if (this.isGathering) return;
    this.isGathering = true;
    process.nextTick(() => {
      this.isGathering = false;
      // A connection that was lost meanwhile has told all of them.
      if (this._queryable) this.depart(this._queryQueue.splice(0));
    });
  }

  private depart(statements: readonly Statement[]): void {
    this.part ??= new PartOfJourney(this.connection as unknown as Connection, () =>
      this.getTransactionStatus(),
    );
    const { part } = this;
    part.isRefused = false;
    this.hasExecuted = true;
    for (const group of groupsOf(statements)) {
      if (part.isRefused) {
        for (const one of group) one.handleError(notCarriedOut(), part.connection);
      } else if (group[0]!.requiresPreparation()) {
        const journey = new Journey(group, part);
        this._sentQueryQueue.push(journey);
        journey.send();
      } else {
        this._sentQueryQueue.push(group[0]!);
        group[0]!.submit(part.connection);
      }
    }
    this._pulsePipelinedQueryQueue();
  }
}

/** Those that are prepared travel together. A text without values may hold several, and has an answer of its own. */
function groupsOf(statements: readonly Statement[]): Statement[][] {
  const groups: Statement[][] = [];
  let isOpen = false;
  for (const statement of statements) {
    const isPrepared = statement.requiresPreparation();
    if (isOpen && isPrepared) groups.at(-1)!.push(statement);
    else groups.push([statement]);
    isOpen = isPrepared;
  }
  return groups;
}

/** Statements that the server answers together: to the driver's client they are one. */
class Journey {
  /** So many are answered, and the next one is being answered. */
  private answered = 0;
  private fields: FieldDef[] = [];

  constructor(
    private readonly statements: readonly Statement[],
    private readonly part: PartOfJourney,
  ) {}

  /** Of the one being answered: the client notes what the server has read. */
  get name(): string | undefined {
    return this.statements[this.answered]?.name;
  }

  get text(): string | undefined {
    return this.statements[this.answered]?.text;
  }

  /** As one piece: a dozen small ones, corked or not, cost the socket more than they are long. */
  send(): void {
    const { part, statements } = this;
    const { stream } = part.connection;
    const pieces: Uint8Array[] = [];
    part.connection.stream = { writable: stream.writable, write: (piece) => pieces.push(piece) };
    try {
      for (const statement of statements) {
        part.send(statement);
        if (part.isRefused) break;
      }
      part.connection.sync();
    } finally {
      part.connection.stream = stream;
      if (pieces.length > 0) stream.write(Buffer.concat(pieces));
    }
  }

  handleRowDescription(message: { readonly fields: FieldDef[] }): void {
    this.fields = message.fields;
    this.current.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.current.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: Connection): void {
    this.current.handleCommandComplete(message, connection);
    this.part.remember(this.current, this.fields);
    this.next();
  }

  handleEmptyQuery(connection: Connection): void {
    this.current.handleEmptyQuery(connection);
    this.next();
  }

  handleCopyInResponse(connection: Connection): void {
    this.current.handleCopyInResponse(connection);
  }

  /**
   * What the server says of the one being answered, or, where all are, of the end of what has no transaction of its own
   * (a deferred trigger speaks there); or the loss of the connection, which all are told that wait.
   */
  handleError(error: unknown, connection: Connection): void {
    const isSaid = error instanceof pg.DatabaseError;
    const undone = this.undoneFrom();
    this.tellAnswered(connection, undone);
    for (const one of this.statements.slice(undone, this.answered + 1)) {
      one.handleError(error, connection);
    }
    this.tellBehind(isSaid ? notCarriedOut() : error);
  }

  /**
   * Those answered since, outside a transaction, are undone by a failure, and not known to be kept where the connection
   * is lost: the server keeps all of a journey or none, and does so last.
   */
  private undoneFrom(): number {
    let isInTransaction = this.part.transactionStatus() !== 'I';
    let from = 0;
    for (const [at, { text }] of this.statements.slice(0, this.answered).entries()) {
      if (/^\s*(begin|start\s)/i.test(text)) isInTransaction = true;
      if (/^\s*(commit|end|rollback(?!\s+to))\b/i.test(text)) {
        isInTransaction = false;
        from = at + 1;
      }
    }
    return isInTransaction ? this.answered : from;
  }

  handleReadyForQuery(connection: Connection): void {
    this.tellAnswered(connection, this.answered);
    // Where any is left, the driver refused the first, and has told it. An error that nobody is told costs 40 µs.
    if (this.answered + 1 < this.statements.length) this.tellBehind(notCarriedOut());
  }

  private get current(): Statement {
    const current = this.statements[this.answered];
    if (!current) throw new RangeError('The server answers no more than it was asked');
    return current;
  }

  private next(): void {
    this.answered += 1;
    this.fields = [];
  }

  private tellAnswered(connection: Connection, before: number): void {
    for (const one of this.statements.slice(0, before)) one.handleReadyForQuery(connection);
  }

  private tellBehind(cause: unknown): void {
    const { connection } = this.part;
    for (const one of this.statements.slice(this.answered + 1)) {
      // The server passed over it, so it has not read it.
      if (one.name) delete connection.submittedNamedStatements[one.name];
      one.handleError(cause, connection);
    }
  }
}

/**
 * The connection as a statement on a journey sees it: the Sync is the journey's, and nobody asks again which columns
 * the rows of a named statement have, since the server refuses to change them.
 */
class PartOfJourney {
  /** The driver did not send the last one, nor does what is behind it go. */
  isRefused = false;
  /** Nothing of its own to cork. */
  readonly stream = {};
  readonly parsedStatements: unknown;
  readonly submittedNamedStatements: Connection['submittedNamedStatements'];
  private readonly columns = new Map<string, FieldDef[]>();
  private isDescribed = false;

  constructor(
    readonly connection: Connection,
    /** As the server said last: I, no transaction is open. */
    readonly transactionStatus: () => string | null,
  ) {
    this.parsedStatements = connection.parsedStatements;
    this.submittedNamedStatements = connection.submittedNamedStatements;
  }

  send(statement: Statement): void {
    const fields = this.columns.get(statement.name ?? '');
    this.isDescribed = fields !== undefined;
    const refusal = statement.submit(this);
    if (refusal) {
      this.isRefused = true;
      statement.handleError(refusal, this.connection);
    } else if (fields && fields.length > 0) statement.handleRowDescription({ fields });
  }

  remember({ name }: Statement, fields: FieldDef[]): void {
    if (name && !this.columns.has(name)) this.columns.set(name, fields);
  }

  parse(message: unknown): void {
    this.connection.parse(message);
  }

  bind(message: unknown): void {
    this.connection.bind(message);
  }

  describe(message: unknown): void {
    if (!this.isDescribed) this.connection.describe(message);
  }

  execute(message: unknown): void {
    this.connection.execute(message);
  }

  /** Of one whose values cannot be encoded: it is told by the driver, and what was read of it may stay. */
  close(): void {
    this.isRefused = true;
  }

  sync(): void {}
}

/** As PostgreSQL says it of a statement behind one that failed. */
function notCarriedOut(): Error {
  const error = new pg.DatabaseError('a statement before this one failed', 0, 'error');
  return Object.assign(error, { code: '25P02', severity: 'ERROR' });
}

/** A query of the driver, by what its client asks of it. */
type Statement = {
  readonly name?: string;
  readonly text: string;
  requiresPreparation(): boolean;
  submit(connection: Connection | PartOfJourney): Error | null;
  handleRowDescription(message: { readonly fields: FieldDef[] }): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleEmptyQuery(connection: Connection): void;
  handleCopyInResponse(connection: Connection): void;
  handleError(error: unknown, connection: Connection): void;
  handleReadyForQuery(connection: Connection): void;
};

/** The driver's side of the protocol. */
type Connection = {
  stream: { readonly writable: boolean; write(piece: Uint8Array): unknown };
  readonly parsedStatements: unknown;
  /** Sent, and not yet known to be read. */
  readonly submittedNamedStatements: Record<string, string>;
  parse(message: unknown): void;
  bind(message: unknown): void;
  describe(message: unknown): void;
  execute(message: unknown): void;
  sync(): void;
};
