import { randomUUID } from 'node:crypto';
import type { Session } from '../../support/browser/log-in.js';
import type { ThingsOfMember } from '../../support/market/two-members.js';

/** Who asks: a login of the demo, or one of the first member's hats. */
export type Hat =
  | 'coordinator'
  // Who decides on what the first one proposed.
  | 'coordinator-2'
  | 'supplier'
  | 'support-2'
  | 'support-3'
  | 'dpo'
  // Of the first member's school.
  | 'head'
  | 'reader'
  | 'orderer'
  | 'finance'
  // Of the other member: what is offered to it, it decides itself.
  | 'other orderer';

// Answers of a hundred routes, read loosely: what is missing makes the next door fail.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any;

/** What is known of the two members, and what earlier doors gave. */
export type Known = Record<string, string>;

/** One call of a public operation, answered by the service that it belongs to. */
export type Door = {
  /** As the console's application has it: `get /api/invoices/:invoiceId`. */
  readonly route: string;
  readonly as: Hat;
  /** Names in the path that are not kept under their own name. */
  readonly path?: (known: Known) => Known;
  readonly query?: (known: Known) => Known;
  readonly body?: (known: Known) => object;
  /** The body is this file, a byte for each character. */
  readonly file?: (known: Known) => string;
  /** The code of the refusal, where this is no day for more: the service judged, with its own figures. */
  readonly refused?: string;
  /** What else the refusal says. */
  readonly says?: object;
  /** What of the answer shows that it is the service's. */
  readonly tells?: (known: Known) => object;
  /** Takes from the answer what later doors need. */
  readonly keep?: (answer: Answer) => Known;
};

export const marketCode = 'e-primo-2022';
/** By the names of hand-written routes and of the contract: each reads its own. */
export const ofMarket = () => ({ market: marketCode, marketCode });
/** On which the succession of the story before was carried out. */
export const today = '2022-11-02';
/** A first day of a decrease or an increase that no invoice covers. */
export const ahead = '2022-12-15';
/** Before today, and not invoiced yet. */
export const past = '2022-10-25';
export const lines = (delta: number, effectiveFrom = ahead) => [
  { itemCode: 'COMPTE_ELEVE', effectiveFrom, delta },
];
/** Something is in the list. */
export const some = expect.arrayContaining([expect.anything()]) as unknown;
export const paper = () => `%PDF-1.4\n% ${randomUUID()}\n%%EOF\n`;

/** As the page of somebody who is logged in sends it; `address` as it goes over the wire. */
export const sendAs = (
  { cookie, csrf }: Session,
  consoleUrl: string,
  { method, address, ...sent }: Sent,
): Promise<Response> =>
  fetch(consoleUrl + address, {
    method: method.toUpperCase(),
    headers: {
      ...{ cookie, 'x-csrf-token': csrf, origin: consoleUrl },
      ...{ 'idempotency-key': randomUUID(), 'if-match': sent.etag ?? '"1"' },
      ...(method !== 'get' && {
        'content-type':
          typeof sent.body === 'string' ? 'application/json' : 'application/octet-stream',
      }),
    },
    ...(method !== 'get' && { body: sent.body }),
  });

type Sent = {
  readonly method: string;
  readonly address: string;
  readonly etag?: string | undefined;
  /** JSON as text, or a file. */
  readonly body: string | Buffer<ArrayBuffer>;
};

/** Tried through the console as a browser would. Throws an error that says what was answered instead. */
export async function tryDoor(
  { route, path, query, body, file, refused, says, tells, keep }: Door,
  known: Known,
  consoleUrl: string,
  session: Session,
): Promise<void> {
  const [method = '', address = ''] = route.split(' ');
  const names = { ...known, ...path?.(known) };
  const named = address.replace(/:(\w+)/g, (_all, name: string) =>
    encodeURIComponent(names[name] ?? name),
  );
  const response = await sendAs(session, consoleUrl, {
    ...{ method, address: `${named}?${new URLSearchParams(query?.(known)).toString()}` },
    etag: known['etag'],
    body: file ? Buffer.from(file(known), 'latin1') : JSON.stringify(body?.(known) ?? {}),
  });
  const etag = response.headers.get('etag');
  if (etag && response.ok) known['etag'] = etag;
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const bytes = Buffer.from(await response.arrayBuffer());
  const answer: Answer = isJson ? JSON.parse(bytes.toString()) : { text: bytes.toString('latin1') };
  if (refused !== undefined) {
    expect({ route, code: answer.code, detail: answer.detail }).toMatchObject({ code: refused });
    if (says) expect({ route, answer }).toMatchObject({ answer: says });
    return;
  }
  if (![200, 201].includes(response.status)) {
    throw new Error(`${route}: ${response.status} ${JSON.stringify(answer).slice(0, 600)}`);
  }
  if (tells) expect({ route, answer }).toMatchObject({ answer: tells(known) });
  Object.assign(known, keep?.(answer));
}

export function knownOf(own: ThingsOfMember, other: ThingsOfMember): Known {
  const { login: _own, ...things } = own;
  const { membershipId, uai, organisationId } = other;
  return {
    ...things,
    ...{ otherMembershipId: membershipId, otherUai: uai, otherOrganisationId: organisationId },
    marketCode,
  };
}
