import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';

export class StatementInFuture extends defineProblem('STATEMENT_IN_FUTURE', 'conflict') {}
export class StatementBeforeMembership extends defineProblem(
  'STATEMENT_BEFORE_MEMBERSHIP',
  'conflict',
) {}
export class StatementUnreadable extends defineProblem('STATEMENT_UNREADABLE', 'invalid') {}

export type StatementItem = {
  readonly itemCode: string;
  readonly label: string;
  /** What annex 2 says, whatever moved since (COM-1). */
  readonly annexe2: number;
  /** C(d) and O(d); 0 outside the membership. */
  readonly commitment: number;
  readonly ordered: number;
};

/** A letter, a decision or a succession that the group knew of on that day, whenever it takes effect. */
export type StatementEvent = {
  readonly kind:
    | 'WITHDRAWAL'
    | 'WITHDRAWAL_REVOKED'
    | 'EXCLUSION'
    | 'SUCCESSION_GIVEN'
    | 'SUCCESSION_RECEIVED';
  readonly on: LocalDate;
  /** Number of the letter, reference of the decision, SIREN of the other member. */
  readonly reference: string;
  /** Name of the other member; else empty. */
  readonly name: string;
};

/** What a member is committed to and has ordered on a day, as the ledger stood at its end (ORD-7). */
export type Statement = {
  readonly on: LocalDate;
  readonly membershipId: string;
  readonly market: {
    readonly code: string;
    readonly title: string;
    readonly supplierName: string;
    readonly supplierSiret: string;
  };
  readonly member: { readonly name: string; readonly siren: string; readonly address: string };
  /** Half-open, as it was known on that day. */
  readonly startsOn: LocalDate;
  readonly endsOn: LocalDate;
  readonly floorScope: 'ITEM' | 'TOTAL';
  /** Null where the membership comes from a succession and has no annex of its own (ADH-5). */
  readonly annexe2: {
    readonly datedOn: LocalDate;
    readonly verifiedOn: LocalDate;
    /** Of the transcription, and of the signed document where it was deposited. */
    readonly sha256: string;
    readonly signedSha256: string;
  } | null;
  readonly items: readonly StatementItem[];
  readonly ledger: {
    /** Orders that count, and the hash of the last of them; 0 and empty before the first. */
    readonly position: number;
    readonly head: string;
    readonly lastNumber: string;
  };
  readonly events: readonly StatementEvent[];
};

export function isInForce({ on, startsOn, endsOn }: Statement): boolean {
  return startsOn <= on && on < endsOn;
}

export const statementFormat = 'ent-statement-1';

/** The text whose digest is the statement's code. Never change its shape: papers that were given rest on it. */
export function canonicalContent(statement: Statement): string {
  const { on, membershipId, market, member, startsOn, endsOn, floorScope, annexe2 } = statement;
  const { items, ledger, events } = statement;
  return JSON.stringify({
    ...{ format: statementFormat, on, membershipId },
    market: inOrder(market, 'code', 'title', 'supplierName', 'supplierSiret'),
    member: inOrder(member, 'name', 'siren', 'address'),
    ...{ startsOn, endsOn, floorScope },
    annexe2: annexe2 && inOrder(annexe2, 'datedOn', 'verifiedOn', 'sha256', 'signedSha256'),
    items: items.map((item) =>
      inOrder(item, 'itemCode', 'label', 'annexe2', 'commitment', 'ordered'),
    ),
    ledger: inOrder(ledger, 'position', 'head', 'lastNumber'),
    events: events.map((event) => inOrder(event, 'kind', 'on', 'reference', 'name')),
  });
}

/** These fields and no other, as the text has them one after the other. */
const inOrder = <Fields extends object>(of: Fields, ...names: readonly (keyof Fields)[]) =>
  Object.fromEntries(names.map((name) => [name, of[name]]));

// Crockford's alphabet: no letter that a reader takes for a digit.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 20;

/** The first 100 bits of a SHA-256 in hexadecimal, as 20 characters that a person can type. */
export function codeOf(sha256: string): string {
  let bits = BigInt(`0x${sha256.slice(0, 25)}`);
  let code = '';
  for (let index = 0; index < length; index += 1) {
    code = `${alphabet[Number(bits & 31n)] ?? ''}${code}`;
    bits >>= 5n;
  }
  return code;
}

/** 'XXXXX-XXXXX-XXXXX-XXXXX', as printed. */
export function printedCode(code: string): string {
  return (code.match(/.{5}/g) ?? []).join('-');
}

/** As it was typed from the paper, or undefined where it cannot be a code. */
export function typedCode(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(code) ? code : undefined;
}
