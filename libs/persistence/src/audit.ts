import type { QueryConfig } from 'pg';
import type { AuditAction, AuditRefusal } from '#libs/trade';
import type { Transaction } from './transaction.js';
import { carrierOf } from './unit-of-work.js';

/**
 * What was done something to: its kind and which one it is, spelled alike by all services (`market:e-primo-2022`), or
 * what a service has one of.
 */
export type AuditSubject =
  | `${string}:${string}`
  | 'anchors'
  | 'calendar'
  | 'foreign-records'
  | 'states';

/**
 * Who did what, to what, on whose behalf, resting on which document. Ids only, never a name. Who carried it, the
 * transaction knows.
 */
export type AuditEntry = {
  readonly action: AuditAction | AuditRefusal;
  readonly subject: AuditSubject;
  readonly actor: string;
  readonly onBehalfOf?: string;
  readonly restsOn?: string | undefined;
  readonly businessDate?: string;
  readonly details?: Readonly<Record<string, unknown>>;
};

/** Writes the entry in the transaction of the change; the database refuses to change it afterwards. */
export async function audit(tx: Transaction, entry: AuditEntry): Promise<void> {
  await tx.query(auditStatement(tx, entry));
}

export function auditStatement(tx: Transaction, entry: AuditEntry): QueryConfig {
  return {
    name: 'audit',
    text: `insert into platform.audit_entry (${auditColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: auditValues(tx, entry),
  };
}

export const auditColumns =
  'actor, on_behalf_of, carrier, action, subject, rests_on, business_date, details';

/** In the order of `auditColumns`. */
export function auditValues(tx: Transaction, entry: AuditEntry): unknown[] {
  return [
    entry.actor,
    entry.onBehalfOf ?? null,
    carrierOf(tx) ?? null,
    entry.action,
    entry.subject,
    entry.restsOn ?? null,
    entry.businessDate ?? null,
    auditDetails(entry.details ?? {}),
  ];
}

/** Details as they are kept: JSON, a bigint as its decimal text. */
function auditDetails(details: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(details, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}
