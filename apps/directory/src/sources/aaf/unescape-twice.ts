/** HTML's names of the characters from 160 to 255, in order. */
const latin1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot ' +
  'cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml ' +
  'Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig ' +
  'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ' +
  'ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const startsOfName: ReadonlyMap<string, string> = new Map([
  ...latin1.split(' ').map((name, index) => [name, String.fromCodePoint(160 + index)] as const),
  ...Object.entries({ apos: "'", quot: '"', amp: '&', lt: '<', gt: '>' }),
  ...Object.entries({ OElig: 'Œ', oelig: 'œ', Yuml: 'Ÿ', Scaron: 'Š', scaron: 'š' }),
  ...Object.entries({ lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', ndash: '–', mdash: '—' }),
]);

/** Some exports escape twice, so that `D&amp;apos;Arvaille` and `&amp;eacute;` are met. Undone once: what was escaped a third time stays. */
export function unescapeTwice(value: string): string {
  if (!value.includes('&')) return value;
  return value.replace(
    /&(?:([A-Za-z][A-Za-z\d]{1,7})|#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6}));/g,
    (whole: string, name?: string, decimal?: string, hexadecimal?: string) => {
      if (name !== undefined) return startsOfName.get(name) ?? whole;
      const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal);
      return code > 0x10ffff ? whole : String.fromCodePoint(code);
    },
  );
}
