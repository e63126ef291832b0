import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isLocalDate, type LocalDate } from '#libs/time';
import {
  canonicalContent,
  type Statement,
  statementFormat,
  StatementUnreadable,
} from './domain/statement.js';
import { inflateSync } from 'node:zlib';

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

const contentMaxBytes = 1_048_576;

/**
 * The JSON that is attached to a PDF of ours. It reads what our renderer writes and no more: a PDF that
 * another program saved again is not the file that was given. Undefined where nothing is attached.
 */
export function attachedContent(pdf: Buffer): string | undefined {
  const text = pdf.toString('latin1');
  const found = text.indexOf('/Type /EmbeddedFile');
  if (found < 0) return undefined;
  const opens = text.indexOf('stream', found);
  const ends = text.indexOf('endstream', opens);
  const header = text.slice(text.lastIndexOf(' obj', found), opens);
  const length = /\/Length (\d{1,8})\b/.exec(header)?.[1];
  if (opens < 0 || ends < 0 || length === undefined) return undefined;
  const starts = opens + (text.startsWith('\r\n', opens + 6) ? 8 : 7);
  const body = pdf.subarray(starts, starts + Number(length));
  if (!header.includes('/FlateDecode')) return body.toString('utf8');
  try {
    return inflateSync(body, { maxOutputLength: contentMaxBytes }).toString('utf8');
  } catch {
    return undefined;
  }
}
