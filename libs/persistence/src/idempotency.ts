import { createHash } from 'node:crypto';
import { DomainError, type ProblemKind } from '#libs/problems';
import { audit, auditColumns, type AuditEntry, auditStatement, auditValues } from './audit.js';
import type { Transaction } from './transaction.js';
import { leaveInFlight, type UnitOfWork } from './unit-of-work.js';

/** The same key came back with another request: the caller has a bug, and must not get another's answer. */
export class IdempotencyKeyReused extends DomainError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly kind = 'invalid';
  constructor() {
    super(
      'Cette clé d’idempotence a déjà servi pour une autre demande : recommencez avec une nouvelle clé.',
    );
  }
}

/** A refusal given again from store, as it was the first time. */
class RepeatedRefusal extends DomainError {
  constructor(
    readonly code: string,
    readonly kind: ProblemKind,
    message: string,
    details: DomainError['details'],
  ) {
    super(message, details);
  }
}

export type IdempotencyScope = {
  readonly organisationId: string;
  readonly operation: string;
  /** Empty: the command is not protected, and runs. */
  readonly key: string;
  readonly requestHash: string;
};

/** SHA-256 of a request whose keys are in any order. bigint counts as its decimal text. */
export function requestHashOf(request: unknown): string {
  return createHash('sha256').update(canonical(request)).digest('hex');
}

function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([key, entry]) => entry !== undefined && !key.startsWith('$'))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/**
 * Takes the key before the work; not `taken` where an attempt before has it. Two at once: the second waits for the
 * first. The business day comes in the same statement, and stays until the transaction ends; its absence is EN001.
 */
export async function takeKeyAndDay(
  tx: Transaction,
  scope: IdempotencyScope,
): Promise<{ readonly day: string; readonly taken: boolean }> {
  const { rows } = await tx.query<{ day: string; taken: boolean }>({
    name: 'take-key-and-day',
    text: 'select platform.business_date() as day, platform.take_key($1, $2, $3) as taken',
    values: keyOf(scope),
  });
  const [row] = rows;
  if (!row) throw new RangeError('One row always answers');
  return row;
}

const keyOf = ({ organisationId, operation, key }: IdempotencyScope) => [
  organisationId,
  operation,
  key,
];

async function takeKey(tx: Transaction, scope: IdempotencyScope): Promise<boolean> {
  if (scope.key === '') return true;
  const { rows } = await tx.query<{ taken: boolean }>({
    name: 'take-key',
    text: 'select platform.take_key($1, $2, $3) as taken',
    values: keyOf(scope),
  });
  return rows[0]?.taken ?? false;
}

/** Whether the key was taken for this run; an attempt before has it otherwise. */
export type TakingKey = (tx: Transaction) => Promise<boolean>;

/** What the journal is told of a command. */
export type Entries<T> = {
  /** Absent where a refusal leaves nothing at all. */
  readonly ofRefusal?: ((refusal: DomainError) => AuditEntry) | undefined;
  /** Absent where the work writes its entries itself. */
  readonly ofAnswer?: ((answer: T) => AuditEntry) | undefined;
  /** Who carries the command: in every entry, the work's own too. */
  readonly carrier?: string | undefined;
};

/**
 * Runs a command in one transaction, once per (organisation, operation, key): a repetition gets the first answer again,
 * a refusal too, for 30 days. The answer is stored in the command's transaction, so it exists exactly if the effect
 * does. It must be plain JSON. `take` runs first; given, it may read with the key what every decision needs.
 *
 * A refusal undoes the transaction, and is stored with its entry as the answer in another: of two at once both may be
 * judged then, and both are told what was stored first. What `decidesNothing`, or has no `ofRefusal`, leaves no trace,
 * so that the same key may be tried again. Throws what the work throws.
 */
export async function once<T>(
  unitOfWork: UnitOfWork,
  scope: IdempotencyScope,
  work: (tx: Transaction) => Promise<T>,
  entries: Entries<T>,
  take: TakingKey = (tx) => takeKey(tx, scope),
): Promise<T> {
  const { carrier, ofRefusal } = entries;
  let answered: Answered<T>;
  try {
    answered = await unitOfWork.run(async (tx) => {
      if (!(await take(tx))) return earlierAnswer<T>(tx, scope);
      const answer = await work(tx);
      await storeAnswer(tx, scope, answer, entries.ofAnswer?.(answer));
      return { answer };
    }, carrier);
  } catch (error) {
    if (!(error instanceof DomainError) || !ofRefusal || decidesNothing(error)) throw error;
    answered = await unitOfWork.run(async (tx) => {
      if (!(await takeKey(tx, scope))) return earlierAnswer<T>(tx, scope);
      await audit(tx, ofRefusal(error));
      await store(tx, scope, 'refusal', keptRefusal(error));
      return { refusal: error };
    }, carrier);
  }
  if ('refusal' in answered) throw answered.refusal;
  return answered.answer;
}

type Answered<T> = { readonly answer: T } | { readonly refusal: DomainError };

/**
 * A refusal that is no decision: nobody could answer (`unavailable`), it is not the time (`too-many`), or the caller
 * may not see or do it (`not-found`, `forbidden`): a stranger must not write into another's journal.
 */
function decidesNothing({ kind }: DomainError): boolean {
  return ['unavailable', 'too-many', 'not-found', 'forbidden'].includes(kind);
}

/** Answer and entry in one statement, which travels with the commit. */
async function storeAnswer<T>(
  tx: Transaction,
  scope: IdempotencyScope,
  answer: T,
  entry: AuditEntry | undefined,
): Promise<void> {
  if (entry === undefined) return store(tx, scope, 'answer', answer);
  if (scope.key === '') return leaveInFlight(tx, auditStatement(tx, entry));
  return leaveInFlight(tx, {
    name: 'keep-answer-and-entry',
    text: `with kept as (
             insert into platform.idempotent_answer (organisation_id, operation, key, request_hash, answer)
             values ($9, $10, $11, $12, $13))
           insert into platform.audit_entry (${auditColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      ...auditValues(tx, entry),
      ...[...keyOf(scope), scope.requestHash],
      JSON.stringify(answer ?? null),
    ],
  });
}

async function store(
  tx: Transaction,
  scope: IdempotencyScope,
  column: 'answer' | 'refusal',
  value: unknown,
): Promise<void> {
  if (scope.key === '') return;
  await leaveInFlight(tx, {
    name: `keep-${column}`,
    text: `insert into platform.idempotent_answer (organisation_id, operation, key, request_hash, ${column})
           values ($1, $2, $3, $4, $5)`,
    values: [...keyOf(scope), scope.requestHash, JSON.stringify(value ?? null)],
  });
}

/** A refusal as it is kept, to be given again. */
function keptRefusal({ code, kind, message, details }: DomainError): KeptRefusal {
  return { code, kind, message, details };
}

type KeptRefusal = Pick<DomainError, 'code' | 'kind' | 'message' | 'details'>;

/** A row of platform.idempotent_answer. */
type KeptAnswer<T> = {
  readonly request_hash: string;
  readonly answer: T;
  readonly refusal: KeptRefusal | null;
};

async function earlierAnswer<T>(tx: Transaction, scope: IdempotencyScope): Promise<Answered<T>> {
  const { rows } = await tx.query<KeptAnswer<T>>(
    `select request_hash, answer, refusal from platform.idempotent_answer
     where organisation_id = $1 and operation = $2 and key = $3`,
    keyOf(scope),
  );
  const row = rows[0];
  if (!row) throw new RangeError('An answer that conflicted is gone: the purge ran at this moment');
  return givenAgain(row, scope);
}

/** The first answer, or the refusal, for a repetition; IdempotencyKeyReused where it answered another request. */
function givenAgain<T>(row: KeptAnswer<T>, { requestHash }: IdempotencyScope): Answered<T> {
  if (row.request_hash !== requestHash) return { refusal: new IdempotencyKeyReused() };
  if (row.refusal === null) return { answer: row.answer };
  const { code, kind, message, details } = row.refusal;
  return { refusal: new RepeatedRefusal(code, kind, message, details) };
}
