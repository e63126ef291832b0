import { entriesOf, flagOf, idOf, textOf } from './ent-answer.js';
import { type EntMember, EntUnavailable, type EntWhereabouts } from './ent-gateway.js';

type Entry = Record<string, unknown> & { readonly id: string };

/** An entry of the list of administrators (`ExportUser`). */
export function memberOf(user: Entry): EntMember {
  return {
    entId: user.id,
    externalId: textOf(user.externalId),
    login: textOf(user.login),
    isActivated: textOf(user.code) === '',
    ...{ isMadeByHand: user.source === 'MANUAL', isFed: isOfFeed(user.source) },
    profile: textOf(user.type),
    firstName: textOf(user.firstName),
    lastName: textOf(user.lastName),
    birthDate: textOf(user.birthDate),
    isBlocked: flagOf(user.blocked),
    classes: within(user.allClasses).map(({ id, name }) => ({ entId: id, label: textOf(name) })),
    childEntIds: within(user.children).map(({ id }) => id),
  };
}

/** A user alone of whom the ENT has nothing but what it computes: entcore 6.15.4 answers so instead of 404. */
export const isNobody = (body: unknown): boolean => JSON.stringify(body) === '{"hasTotp":false}';

export function isPreDeleted({ deleteDate }: Readonly<Record<string, unknown>>): boolean {
  if (deleteDate === null || deleteDate === undefined) return false;
  if (typeof deleteDate !== 'number' && typeof deleteDate !== 'string')
    throw new EntUnavailable('ENT_FAULT');
  return true;
}

/** Of the list of a structure: taken for the same person as another user, so activated by nobody, but for guardians (§1.9). */
export function isKeptOut({ type, duplicates }: Entry): boolean {
  const scores = within(duplicates).map(({ score }) => score);
  if (scores.some((score) => typeof score !== 'number')) throw new EntUnavailable('ENT_FAULT');
  return textOf(type) !== 'Relative' && scores.some((score) => Number(score) > 3);
}

/** Stated by an academy's feed, as long as the feed has it: no call deletes such a user (§1.6). */
export function isFed(body: unknown): boolean {
  idOf(body);
  const { source, disappearanceDate } = body as Record<string, unknown>;
  return isOfFeed(source) && (disappearanceDate ?? null) === null;
}

const isOfFeed = (source: unknown): boolean => textOf(source).startsWith('AAF');

/** Of a user alone. */
export function whereaboutsIn(body: unknown): EntWhereabouts {
  idOf(body);
  const user = body as Record<string, unknown>;
  const names = {
    ...{ externalId: textOf(user.externalId), login: textOf(user.login) },
    ...{ firstName: textOf(user.firstName), lastName: textOf(user.lastName) },
    birthDate: textOf(user.birthDate),
    // What a user does not have is not there at all, or null.
    isActivated: textOf(user.activationCode) === '',
    isBlocked: flagOf(user.blocked),
  };
  if (isPreDeleted(user))
    return { is: 'PRE_DELETED', deletedAt: instantOf(user.deleteDate), ...names };
  const structures = within(user.structureNodes).map(({ id, UAI }) => ({
    ...{ entId: id, uai: textOf(UAI) },
  }));
  const idsOf = (list: unknown) => within(list).map(({ id }) => id);
  const family = { parentEntIds: idsOf(user.parents), childEntIds: idsOf(user.children) };
  return { is: 'PRESENT', structures, ...family, ...names };
}

/** Milliseconds since 1970, as a number or its digits. */
const instantOf = (value: unknown) =>
  /^\d{10,14}$/.test(String(value)) ? new Date(Number(value)) : undefined;

/** Nobody comes as one entry full of null. */
function within(list: unknown): Entry[] {
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list)) throw new EntUnavailable('ENT_FAULT');
  const isNobody = list.every((each: unknown) => (each as { id?: unknown } | null)?.id == null);
  return isNobody ? [] : entriesOf(list);
}
