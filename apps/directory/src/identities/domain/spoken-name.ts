/**
 * In order: what several writings of one French sound have in common. After the manner of Phonex
 * and Soundex2, but of any length: four letters put half a school under one key.
 */
const sounds: readonly (readonly [RegExp, string])[] = [
  [/PH/g, 'F'],
  [/EBV|EUV/g, 'EV'],
  [/SCH|SH|CH/g, '4'],
  [/TH/g, 'T'],
  [/H/g, ''],
  [/Y/g, 'I'],
  [/W/g, 'V'],
  [/GN/g, 'N'],
  [/CK|CQ|QU|Q|K/g, 'K'],
  [/C(?=[EI])/g, 'S'],
  [/C/g, 'K'],
  [/GU(?=[EI])/g, 'K'],
  [/GE(?=[AOU])/g, 'J'],
  [/G(?=[EI])/g, 'J'],
  [/G/g, 'K'],
  [/Z/g, 'S'],
  [/X/g, 'KS'],
  [/EAU|AU/g, 'O'],
  [/OU/g, 'U'],
  [/(.)\1+/g, '$1'],
  [/(?:AI|EI|I)[NM](?![AEIOU]|$)|(?:AI|EI|I)[NM]$/g, '2'],
  [/[AE][NM](?![AEIOU])/g, '1'],
  [/O[NM](?![AEIOU])/g, '3'],
  [/AI|EI/g, 'E'],
  [/(.)\1+/g, '$1'],
];

/** How a word (A-Z) sounds in French; never empty for a word that is not. */
export function soundOf(word: string): string {
  // What a name ends in without being spoken. An E keeps what is before it: LOUISE is not LOUIS.
  const spoken = word.replace(/(?<=AU)L(?=[TDSX]+$)/, '').replace(/(?<=.)[TDSXPZ]+$/, '');
  const sound = sounds.reduce((text, [writing, sign]) => text.replace(writing, sign), spoken);
  return sound.replace(/(?<=.)E$/, '') || word;
}
