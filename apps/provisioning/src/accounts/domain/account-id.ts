/**
 * An identifier of ours from a random UUID: version 8 (RFC 9562, "custom"). The ENT names who is made by hand there by
 * a random one (version 4), under the same source: an `externalId` tells whether it was ours after we have lost it.
 */
export function accountIdFrom(randomUuid: string): string {
  return `${randomUuid.slice(0, 14)}8${randomUuid.slice(15)}`;
}

/** Whether an identifier has the form of ours, known or not. */
export function isAccountIdForm(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);
}

/** Of whatever version: no key of a person. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
