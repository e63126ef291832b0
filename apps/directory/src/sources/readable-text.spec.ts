import { hidesSigns, isPlainIdentifier, readable } from './readable-text.js';

/** Goal: a name with signs that nobody sees is the same name without them, in all formats (DIR-2); an identifier with them is none. */
describe('DIR-2: what nobody sees', () => {
  test.each([
    ...['\u200b', '\u200d', '\u00ad', '\u202e', '\u2066', '\ufeff', '\u2060', '\u034f'],
    ...['\u0000', '\u0085', '\ud800', '\ufe0f', '\uffff'],
  ])('%j is in no name', (sign) => {
    expect(readable(`DU${sign}RAND`)).toBe('DURAND');
    expect(readable(`${sign}DURAND${sign}`)).toBe('DURAND');
    expect(hidesSigns(`DU${sign}RAND`)).toBe(true);
    expect(isPlainIdentifier(`9001${sign}01`)).toBe(false);
    expect(isPlainIdentifier(`900101${sign}`)).toBe(false);
  });

  test.each(['\u00a0', '\u202f', '\u2009', '\t', '\r\n', ' \u00a0 '])(
    '%j is a blank between two words',
    (blank) => {
      expect(readable(`Jean${blank}Paul `)).toBe('Jean Paul');
      expect(hidesSigns(`Jean${blank}Paul`)).toBe(false);
      expect(isPlainIdentifier(`9001${blank}01`)).toBe(false);
    },
  );

  test('what is seen stays as it is', () => {
    for (const text of ["L'Haÿ-D'AVRIL", 'L’Haÿ-D’AVRIL', 'CLASSE  CE2', 'Zoé 👩', 'A\u0301', ''])
      expect([readable(text), hidesSigns(text)]).toEqual([text, false]);
    expect(isPlainIdentifier(' 900101 ')).toBe(true);
  });
});
