import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isLocalDate, type LocalDate } from '#libs/time';
import {
  canonicalContent,
  type Statement,
  statementFormat,
  StatementUnreadable,
} from './domain/statement.js';

const day = z.custom<LocalDate>((text) => typeof text === 'string' && isLocalDate(text));
const text = z.string().max(2_000);
const count = z.number().int().min(0);
const shape = z.strictObject({
  format: z.literal(statementFormat),
  on: day,
  membershipId: text,
  market: z.strictObject({ code: text, title: text, supplierName: text, supplierSiret: text }),
  member: z.strictObject({ name: text, siren: text, address: text }),
  startsOn: day,
  endsOn: day,
  floorScope: z.enum(['ITEM', 'TOTAL']),
  annexe2: z
    .strictObject({ datedOn: day, verifiedOn: day, sha256: text, signedSha256: text })
    .nullable(),
  items: z
    .array(
      z.strictObject({
        itemCode: text,
        label: text,
        annexe2: count,
        commitment: count,
        ordered: count,
      }),
    )
    .max(200),
  ledger: z.strictObject({ position: count, head: text, lastNumber: text }),
  events: z
    .array(
      z.strictObject({
        kind: z.enum([
          'WITHDRAWAL',
          'WITHDRAWAL_REVOKED',
          'EXCLUSION',
          'SUCCESSION_GIVEN',
          'SUCCESSION_RECEIVED',
        ]),
        on: day,
        reference: text,
        name: text,
      }),
    )
    .max(1_000),
});

/** Throws StatementUnreadable where the text is no statement. */
export function parseContent(content: string): Statement {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw unreadable();
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success) throw unreadable();
  const { format: _format, ...statement } = parsed.data;
  return statement;
}

export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The canonical text and its digest. */
export function contentOf(statement: Statement): { content: string; sha256: string } {
  const content = canonicalContent(statement);
  return { content, sha256: digestOf(content) };
}

export function unreadable(): StatementUnreadable {
  return new StatementUnreadable(
    'Ce fichier n’est pas un état des engagements : donnez le PDF tel qu’il a été téléchargé, son contenu JSON, ou le code imprimé.',
  );
}
