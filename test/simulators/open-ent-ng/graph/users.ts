import { randomUUID } from 'node:crypto';
import { isBirthDate, moreOf, text, updatable } from './attributes.js';
import { isKeptOut } from './duplicates.js';
import type { Graph } from './graph.js';
import { activationCode, freeLogin, loginBase } from './login-and-code.js';
import { linkFamily } from './ties.js';
import { EntError, type EntProfile, profiles, type User } from './nodes.js';

/** What a user is made of, besides what the platform draws itself: identifier, login, code, display name. */
export type NewUser = Pick<
  User,
  'externalId' | 'firstName' | 'lastName' | 'birthDate' | 'type' | 'source' | 'more'
> & { readonly classIds: readonly string[]; readonly structureIds: readonly string[] };

export function addUser(graph: Graph, user: NewUser): User {
  const base = loginBase(user.firstName, user.lastName);
  const value: User = {
    ...user,
    id: randomUUID(),
    login: freeLogin(base, (login) => graph.userOfLogin(login) !== undefined, graph.nextSuffix),
    displayName: `${user.lastName} ${user.firstName}`,
    activationCode: activationCode(Math.random),
    password: null,
    federated: false,
    blocked: false,
    disappearanceDate: null,
    deleteDate: null,
    backup: null,
    writtenClasses: graph.classExternalIds(user.classIds),
    removedFromStructures: [],
    created: new Date(graph.clock.now()).toISOString(),
    lastLogin: null,
    relativeIds: [],
  };
  graph.record({ put: 'user', value });
  return value;
}

/**
 * §1.3 b. Undefined: in a class that is gone nobody is created, and nobody says so (addendum). Throws EntError.
 */
export function createUserInClass(
  graph: Graph,
  classId: string,
  body: Readonly<Record<string, unknown>>,
): User | undefined {
  const schoolClass = graph.classes.get(classId);
  const [firstName, lastName, type] = [text(body.firstName), text(body.lastName), text(body.type)];
  const birthDate = text(body.birthDate);
  if (!profiles.includes(type as EntProfile)) throw new EntError(`Invalid profile : ${type}`);
  if (firstName.trim() === '') throw new EntError('Ligne  : Attribut prénom manquant.');
  if (lastName.trim() === '') throw new EntError('Ligne  : Attribut nom manquant.');
  if (type === 'Student' && !isBirthDate(birthDate))
    throw new EntError('Ligne  : Attribut date de naissance manquant.');
  if (!schoolClass) return undefined;
  const user = addUser(graph, {
    externalId: text(body.externalId) || randomUUID(),
    ...{ firstName, lastName, type: type as EntProfile },
    birthDate: isBirthDate(birthDate) ? birthDate : null,
    source: body.source === 'SSO' ? 'SSO' : 'MANUAL',
    more: moreOf(type as EntProfile, body),
    classIds: [classId],
    structureIds: [schoolClass.structureId],
  });
  // Unknown children are ignored without a word (§1.3). They make the link; the classes of the children come with
  // `PUT related` alone (addendum).
  if (type === 'Relative' && Array.isArray(body.childrenIds))
    for (const childId of body.childrenIds) linkFamily(graph, text(childId), user.id);
  return user;
}

/** By the schema `updateUser`, which allows no other property (§1.5). The login never follows the names. */
export function updateUser(
  graph: Graph,
  userId: string,
  body: Readonly<Record<string, unknown>>,
): void {
  const user = graph.users.get(userId);
  if (Object.keys(body).some((name) => !updatable.includes(name)))
    throw new EntError('invalid.schema');
  if (!user || user.deleteDate !== null) throw new EntError('user.not.found');
  const { firstName = user.firstName, lastName = user.lastName } = body;
  const { displayName = user.displayName, birthDate = user.birthDate } = body;
  const told = [firstName, lastName, displayName].map((name) => text(name).trim());
  if (told.includes('')) throw new EntError('Attribut invalide.');
  if (birthDate !== null && !isBirthDate(text(birthDate))) throw new EntError('Attribut invalide.');
  const [first = '', last = '', shown = ''] = told;
  graph.change(user, {
    ...{ firstName: first, lastName: last, displayName: shown },
    birthDate: text(birthDate) || null,
    more: { ...user.more, ...moreOf(user.type, body) },
  });
}

/** §1.8. Of nobody: 400 without a word. Throws EntError. */
export function block(graph: Graph, userId: string, isBlocked: boolean): void {
  const user = graph.users.get(userId);
  if (!user) throw new EntError('');
  graph.change(user, { blocked: isBlocked });
}

/** §1.9. The key of the refusal, or undefined once the account is active. */
export function activate(
  graph: Graph,
  login: string,
  code: string,
  password: string,
): string | undefined {
  const user = graph.userOfLogin(login);
  if (!user || user.activationCode === null || user.activationCode !== code)
    return 'activation.error';
  if (user.blocked || user.deleteDate !== null) return 'auth.error.blockedUser';
  if (isKeptOut(graph, user)) return 'activation.error.duplicated';
  if (password.length < 8) return 'auth.activation.invalid.password';
  graph.change(user, { activationCode: null, password });
  return undefined;
}

/** Production's template; the code's own default is one hour (§1.9). */
const resetValidMs = 24 * 3_600_000;

/** §1.9. A new code ends the one before. An unknown user gets a code too, which leads nowhere (row K). */
export function makeRenewalCodes(
  graph: Graph,
  userIds: readonly string[],
): Record<string, { code: string; date: number }> {
  const made = userIds.map((userId) => {
    const user = graph.users.get(userId);
    const reset = { code: activationCode(Math.random), at: graph.clock.now() };
    if (user && user.deleteDate === null) graph.change(user, { reset });
    return [userId, { code: reset.code, date: reset.at }] as const;
  });
  return Object.fromEntries(made);
}

/** §1.9. As long as it is worth something. */
export const isResetCode = ({ reset }: User, code: string, nowMs: number): boolean =>
  reset?.code === code && nowMs - reset.at <= resetValidMs;

/** §1.9. Whether the password is the new one. */
export function resetPassword(
  graph: Graph,
  login: string,
  code: string,
  password: string,
): boolean {
  const user = graph.userOfLogin(login);
  if (!user || !isResetCode(user, code, graph.clock.now()) || password.length < 8) return false;
  graph.change(user, { password, activationCode: null, reset: undefined });
  return true;
}
