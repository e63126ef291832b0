import type { Graph } from '../graph/graph.js';
import type { EntProfile, User } from '../graph/nodes.js';

const staff: readonly EntProfile[] = ['Teacher', 'Personnel'];
const families: readonly EntProfile[] = ['Relative', 'Student'];

/**
 * Whom an identity provider's assertion is about (addendum): a guardian or pupil by ÉduConnect's `FrEduCtRefId`, staff
 * by `FrEduIdENT`, both the externalId `<ACADEMY>-<AAF key>`; staff by the academy's `mail` too (`emailAcademy`). Undefined:
 * nobody, or more than one.
 */
export function personOf(graph: Graph, assertion: string): User | undefined {
  const byKey = (name: string, profiles: readonly EntProfile[]) =>
    valuesOf(assertion, name).flatMap((key) => {
      const user = graph.userOfExternalId(key);
      return user && profiles.includes(user.type) ? [user] : [];
    });
  const mails = valuesOf(assertion, 'mail').map((mail) => mail.toLowerCase());
  const byMail = (user: User) =>
    staff.includes(user.type) && mails.includes((user.more.emailAcademy ?? '').toLowerCase());
  const found = [
    ...byKey('FrEduCtRefId', families),
    ...byKey('FrEduIdENT', staff),
    ...(mails.length === 0 ? [] : [...graph.users.values()].filter(byMail)),
  ].filter(({ deleteDate }) => deleteDate === null);
  const [first] = found;
  return new Set(found.map(({ id }) => id)).size === 1 ? first : undefined;
}

/** §4: whoever comes in that way has an active account from then on, and no code. */
export function firstLogin(graph: Graph, user: User): void {
  const lastLogin = new Date(graph.clock.now()).toISOString();
  graph.change(user, { activationCode: null, federated: true, lastLogin });
}

/** Of a SAML attribute. The simulator believes whoever asserts it: nothing is signed here. */
function valuesOf(assertion: string, name: string): string[] {
  const attribute = new RegExp(
    `<(?:\\w+:)?Attribute [^>]*\\bName="${name}"[^>]*>([\\s\\S]*?)</(?:\\w+:)?Attribute>`,
  ).exec(assertion)?.[1];
  const value = /<(?:\w+:)?AttributeValue[^>]*>([^<]*)</g;
  return [...(attribute ?? '').matchAll(value)].map((match) => (match[1] ?? '').trim());
}
