import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';

/** W3C trace context of the work under way. Carried by hand: the automatic SDK costs a fifth of the throughput. */
type Trace = { readonly traceparent: string };

const storage = new AsyncLocalStorage<Trace>();
const wellFormed = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The traceparent to send along, or undefined outside any traced work. */
export function currentTraceparent(): string | undefined {
  return storage.getStore()?.traceparent;
}

/** The 32 hexadecimal digits that one chain of work shares, as shown in logs and problem details. */
export function currentTraceId(): string | undefined {
  return storage.getStore()?.traceparent.slice(3, 35);
}

/** Runs work as a child of the given traceparent, or as a new trace where it is missing or malformed. */
export function inTrace<T>(parent: string | undefined, work: () => T): T {
  const isChild = parent !== undefined && wellFormed.test(parent);
  const random = randomHex(isChild ? 8 : 24);
  const traceId = isChild ? parent.slice(3, 35) : random.slice(16);
  return storage.run({ traceparent: `00-${traceId}-${random.slice(0, 16)}-01` }, work);
}

/** Drawn for many at once: a call to the system for each costs more than all else that is done here. */
const drawn = Buffer.alloc(3_072);
let used = drawn.length;

function randomHex(bytes: number): string {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}
