/** Lower case without accents, punctuation as single spaces: headers and categories as people write them are compared so. */
export const plainWords = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** Which of these goes by such a name; undefined: none. */
export const whatIsCalled = <Key extends string>(
  names: Readonly<Record<Key, readonly string[]>>,
  name: string,
): Key | undefined => (Object.keys(names) as Key[]).find((key) => names[key].includes(name));
