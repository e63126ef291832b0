import { Random } from './random.js';

export type WrittenName = { readonly lastName: string; readonly firstName: string };

/** What happens to a name between two files. */
export const spellingDrifts = [
  'CAPITALS',
  'NO_ACCENTS',
  'HYPHEN_LOST',
  'FIRST_PART_ONLY',
  'LETTER_DOUBLED',
  'LETTERS_SWAPPED',
] as const;
export type SpellingDrift = (typeof spellingDrifts)[number];

/** One name as another file may write it; a drift that this name does not allow leaves it as it is. */
export function drift(kind: SpellingDrift, name: WrittenName, random: Random): WrittenName {
  const both = (change: (text: string) => string): WrittenName => ({
    lastName: change(name.lastName),
    firstName: change(name.firstName),
  });
  switch (kind) {
    case 'CAPITALS':
      return both((text) => plain(text).toUpperCase());
    case 'NO_ACCENTS':
      return both(plain);
    case 'HYPHEN_LOST':
      return both((text) => text.replaceAll('-', ' ').replaceAll("'", ' '));
    case 'FIRST_PART_ONLY':
      // Of a double first name; a particle is no name, so last names of several parts stay whole.
      return { ...name, firstName: name.firstName.split('-')[0]! };
    case 'LETTER_DOUBLED':
      return { ...name, lastName: name.lastName.replace(/[lnrt](?=[aeiou])/, '$&$&') };
    case 'LETTERS_SWAPPED': {
      const { lastName } = name;
      if (lastName.length < 5) return name;
      const at = random.between(1, lastName.length - 3);
      const swapped =
        lastName.slice(0, at) + lastName[at + 1]! + lastName[at]! + lastName.slice(at + 2);
      return { ...name, lastName: swapped };
    }
    default:
      return kind satisfies never;
  }
}

/** The name written otherwise, in a way drawn from those that change it; as it is if none does. */
export function drifted(random: Random, name: WrittenName): WrittenName {
  for (const kind of random.shuffle([...spellingDrifts])) {
    const { lastName, firstName } = drift(kind, name, random);
    if (lastName !== name.lastName || firstName !== name.firstName) return { lastName, firstName };
  }
  return { lastName: name.lastName, firstName: name.firstName };
}

const plain = (text: string): string =>
  text
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'OE')
    .replaceAll('Æ', 'AE')
    .replaceAll('Ł', 'L')
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
