import { defineProblem } from '#libs/problems';

/**
 * The national identifier of a pupil, a minor: never in a URL, a log or a login. Only its shape can
 * be checked (the key of the RNIE form is not public).
 */
export type Ine = string & { readonly [ineBrand]: true };
declare const ineBrand: unique symbol;

export class IneInvalid extends defineProblem('INE_INVALID', 'invalid') {}

/** RNIE: 9 digits and 2 letters; BEA: 10 digits and a letter; apprentices: 4 digits, A, 5 digits, a letter. */
const shape = /^(\d{9}[A-Z]{2}|\d{10}[A-Z]|\d{4}A\d{5}[A-Z])$/;

/** Throws IneInvalid, which never repeats what was entered. */
export function parseIne(text: string): Ine {
  const ine = text.trim().toUpperCase();
  if (!isIne(ine)) {
    throw new IneInvalid(
      'Cet INE n’a pas une forme connue : vérifiez les onze caractères sur le certificat de scolarité.',
    );
  }
  return ine;
}

export function isIne(text: string): text is Ine {
  return shape.test(text);
}
