import { createHash } from 'node:crypto';
import { DomainError, type ProblemKind } from '#libs/problems';
import { audit, auditColumns, type AuditEntry, auditValues } from './audit.js';
import { type Once, undoRefused } from './undo-refused.js';
import type { Transaction } from './transaction.js';

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
    text: `with taken as (
             insert into platform.idempotent_answer (organisation_id, operation, key, request_hash)
             values ($1, $2, $3, $4) on conflict do nothing returning 1)
           select platform.business_date() as day, exists (select from taken) as taken`,
    values: keyOf(scope),
  });
  const [row] = rows;
  if (!row) throw new RangeError('One row always answers');
  return row;
}

const keyOf = ({ organisationId, operation, key, requestHash }: IdempotencyScope) => [
  organisationId,
  operation,
  key,
  requestHash,
];

async function takeKey(tx: Transaction, scope: IdempotencyScope): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'take-key',
    text: `insert into platform.idempotent_answer (organisation_id, operation, key, request_hash)
           values ($1, $2, $3, $4) on conflict do nothing`,
    values: keyOf(scope),
  });
  return rowCount !== 0;
}

/**
 * Runs a command once per (organisation, operation, key): a repetition gets the first answer again,
 * a refusal too, for 30 days. The answer is stored in the caller's transaction, so it exists exactly
 * if the effect does. The answer must be plain JSON. `taken` says what `takeKeyAndDay` found; without it the key is
 * taken here.
 *
 * The journal gets `entryOfAnswer`, where the work writes none itself. A refusal undoes the transaction from its
 * beginning, and is stored with its entry as the answer: of two at once both may be judged then, and both are told
 * what was stored first. What `decidesNothing` is thrown, so that the transaction fails whole and the same key may
 * be tried again.
 */
export async function once<T>(
  tx: Transaction,
  scope: IdempotencyScope,
  work: () => Promise<T>,
  entryOfRefusal: (refusal: DomainError) => AuditEntry,
  entryOfAnswer?: (answer: T) => AuditEntry,
  taken?: boolean,
): Promise<Once<T>> {
  const keyed = scope.key !== '';
  if (keyed && !(taken ?? (await takeKey(tx, scope)))) return earlierAnswer<T>(tx, scope);
  const decided = await undoRefused(tx, work);
  if ('refusal' in decided) {
    const { refusal } = decided;
    if (keyed && !(await takeKey(tx, scope))) return earlierAnswer<T>(tx, scope);
    await audit(tx, entryOfRefusal(refusal));
    await store(tx, scope, 'refusal', keptRefusal(refusal));
    return decided;
  }
  await storeAnswer(tx, scope, decided.answer, entryOfAnswer?.(decided.answer));
  return decided;
}

/** Answer and entry in one statement: each is a journey to the server. */
async function storeAnswer<T>(
  tx: Transaction,
  scope: IdempotencyScope,
  answer: T,
  entry: AuditEntry | undefined,
): Promise<void> {
  const { organisationId, operation, key } = scope;
  if (entry === undefined) return store(tx, scope, 'answer', answer);
  if (key === '') return audit(tx, entry);
  await tx.query({
    name: 'keep-answer-and-entry',
    text: `with kept as (
             update platform.idempotent_answer set answer = $11
              where organisation_id = $8 and operation = $9 and key = $10)
           insert into platform.audit_entry (${auditColumns}) values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [...auditValues(entry), organisationId, operation, key, JSON.stringify(answer ?? null)],
  });
}

async function store(
  tx: Transaction,
  { organisationId, operation, key }: IdempotencyScope,
  column: 'answer' | 'refusal',
  value: unknown,
): Promise<void> {
  if (key === '') return;
  await tx.query({
    name: `keep-${column}`,
    text: `update platform.idempotent_answer set ${column} = $4
            where organisation_id = $1 and operation = $2 and key = $3`,
    values: [organisationId, operation, key, JSON.stringify(value ?? null)],
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

async function earlierAnswer<T>(tx: Transaction, scope: IdempotencyScope): Promise<Once<T>> {
  const { rows } = await tx.query<KeptAnswer<T>>(
    `select request_hash, answer, refusal from platform.idempotent_answer
     where organisation_id = $1 and operation = $2 and key = $3`,
    [scope.organisationId, scope.operation, scope.key],
  );
  const row = rows[0];
  if (!row) throw new RangeError('An answer that conflicted is gone: the purge ran at this moment');
  return givenAgain(row, scope);
}

/** The first answer, or the refusal, for a repetition. Throws IdempotencyKeyReused where it answered another request. */
function givenAgain<T>(row: KeptAnswer<T>, { requestHash }: IdempotencyScope): Once<T> {
  if (row.request_hash !== requestHash) throw new IdempotencyKeyReused();
  if (row.refusal === null) return { answer: row.answer };
  const { code, kind, message, details } = row.refusal;
  return { refusal: new RepeatedRefusal(code, kind, message, details) };
}
