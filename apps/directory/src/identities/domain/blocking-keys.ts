import { dayAndMonthExchanged } from './birth-date-agreement.js';
import type { IdentityStatement } from './identity-statement.js';
import { soundOf } from './spoken-name.js';
import { joined, wordsThatCount } from './written-name.js';

/**
 * Two statements are laid beside each other only if they share a key. With a birth date: the date
 * with the sound of any word of any name; the same with day and month exchanged; and, for a digit
 * that slipped, the sound of the whole name with the year, or with day and month. Without one: the
 * sound of the whole name in a school. Who shares a relative is laid beside by the link itself, and
 * needs no key.
 *
 * `keptKeys` are stored of everybody; `soughtKeys` are asked for, and hold the exchanged dates.
 */
export function keptKeys(statement: IdentityStatement): readonly string[] {
  const { birthDate } = statement;
  const names = wholeNames(statement);
  if (!birthDate) return unique(namesInPlaces(names, statement));
  return unique([
    ...soundsOf(statement).map((sound) => `${birthDate} ${sound}`),
    ...names.flatMap((name) => [
      `${birthDate.slice(0, 4)} ${name}`,
      `${birthDate.slice(5)} ${name}`,
    ]),
    ...namesInPlaces(names, statement),
  ]);
}

export function soughtKeys(statement: IdentityStatement): readonly string[] {
  const { birthDate } = statement;
  if (!birthDate) return keptKeys(statement);
  const exchanged = dayAndMonthExchanged(birthDate);
  return unique([
    ...keptKeys(statement),
    ...soundsOf(statement).map((sound) => `${exchanged} ${sound}`),
  ]);
}

/** The whole name: one word of it would be half of a school. */
function namesInPlaces(names: readonly string[], statement: IdentityStatement): readonly string[] {
  // Pupils always have a birth date; their places would only make the table longer.
  if (statement.kind === 'PUPIL') return [];
  return names.flatMap((name) => statement.uais.map((uai) => `${uai} ${name}`));
}

function soundsOf(statement: IdentityStatement): readonly string[] {
  const names = [statement.lastName, statement.birthName ?? '', statement.firstName];
  return names.flatMap((name) => wordsThatCount(name).map(soundOf));
}

/** First and last name in an order of their own, so that exchanged names meet. */
function wholeNames(statement: IdentityStatement): readonly string[] {
  const together = (name: string) => soundOf(joined(wordsThatCount(name)));
  const lastNames = [statement.lastName, ...(statement.birthName ? [statement.birthName] : [])];
  return lastNames.map((name) => [together(statement.firstName), together(name)].sort().join(' '));
}

const unique = (keys: readonly string[]): readonly string[] => [...new Set(keys)];
