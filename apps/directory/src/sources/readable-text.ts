/** What nobody sees, nobody can read or PostgreSQL refuses: controls, signs of no width, soft hyphens, marks of direction and of byte order, halves of a pair. */
const hidden = /(?![\t-\r])[\p{Cc}\p{Cf}\p{Cs}\p{DI}\ufffe\uffff]/gu;
/** Blanks that are none to a computer, between others or alone: no-break, thin, tabs, line ends. */
const oddBlanks =
  /[\t-\r\p{Z}]*[\t-\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][\t-\r\p{Z}]*/gu;

/** Nearly all that is met, and quickly known: letters, digits and signs of Latin-1 with blanks between them. */
const plain = /^[!-~À-ÿ]+(?: +[!-~À-ÿ]+)*$/;

/** As all formats read a value: with it, a name copied from a page would be another one than the same name typed. */
export const readable = (text: string): string =>
  plain.test(text) ? text : text.replace(hidden, '').replace(oddBlanks, ' ').trim();

/** Whether something that nobody sees was in it: to be remarked. */
export const hidesSigns = (text: string): boolean =>
  !plain.test(text) && text.search(hidden) !== -1;

/** Whether it may identify somebody or something: not a sign of it is to be guessed. */
export const isPlainIdentifier = (text: string): boolean =>
  plain.test(text) || readable(text) === text.replace(/^[ \t-\r]+|[ \t-\r]+$/g, '');
