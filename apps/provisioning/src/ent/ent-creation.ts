import { idOf, isEmpty } from './ent-answer.js';
import {
  EntAlreadyThere,
  EntPlaceGone,
  EntRefused,
  EntUnavailable,
  type NewEntUser,
} from './ent-gateway.js';

/** What is sent of somebody new: nothing that is not known. */
export function creationOf(user: NewEntUser): Readonly<Record<string, unknown>> {
  return {
    firstName: user.firstName,
    lastName: user.lastName,
    type: user.profile,
    externalId: user.externalId,
    ...(user.academicMail === '' ? {} : { emailAcademy: user.academicMail }),
    ...(user.birthDate === '' ? {} : { birthDate: user.birthDate }),
    ...(user.childEntIds.length === 0 ? {} : { childrenIds: user.childEntIds }),
  };
}

/** The identifier of what was made. In a class or a structure that is gone, the ENT makes nothing and answers 201 `{}`. */
export function madeId(body: unknown): string {
  if (isEmpty(body)) throw new EntPlaceGone();
  return idOf(body);
}

export function madeUser(body: unknown): { entId: string; login: string } {
  const entId = madeId(body);
  const { login } = body as { login?: unknown };
  if (typeof login !== 'string' || login === '') throw new EntUnavailable('ENT_FAULT');
  return { entId, login };
}

/** Why nobody was made, by the ENT's own words. */
export function notMade(words: string): Error {
  if (/already exists/i.test(words) && words.includes('externalId')) return new EntAlreadyThere();
  // Two homonyms at once: the login drawn was taken meanwhile; the next try draws another.
  if (/already exists/i.test(words)) return new EntUnavailable('ENT_BUSY');
  return new EntRefused(refusalCode(words));
}

/** A stable code of ours for the ENT's French words. */
export function refusalCode(words: string): string {
  if (/naissance/i.test(words)) return 'ENT_BIRTH_DATE_MISSING';
  if (/prénom|nom manquant/i.test(words)) return 'ENT_NAME_MISSING';
  if (/profile/i.test(words)) return 'ENT_PROFILE_REFUSED';
  return 'ENT_REFUSED';
}
