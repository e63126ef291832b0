import * as fc from 'fast-check';
import {
  departmentOf,
  departmentOfUai,
  inseeCodeOfSiren,
  IneInvalid,
  InseeCodeInvalid,
  isIne,
  isUai,
  parseIne,
  parseInseeCode,
  parseSiren,
  parseSiret,
  parseUai,
  parseVatNumber,
  SirenInvalid,
  sirenOf,
  SiretInvalid,
  timeOrderedId,
  UaiInvalid,
  VatNumberInvalid,
  vatNumberOf,
  IbanInvalid,
  parseIban,
  formatIban,
} from './index.js';

// Real public schools and communes of the academy (open data, Licence Ouverte).
const uais = [
  '0440290B',
  '0440358A',
  '0530107D',
  '0350122T',
  '0940176F',
  '0490065E',
  '0490130A',
  '0720022H',
  '0720089F',
  '0850195A',
  '0850197C',
];
const sirens = [
  '214401093',
  '214401432',
  '200082139',
  '244400404',
  '214401846',
  '214400368',
  '443061841',
];

describe('the commune that a SIREN says', () => {
  test.each([
    ['214401093', '44109'],
    ['214401432', '44143'],
    // Born of a merger, a grouping of communes, Corsica, a company.
    ['200082139', undefined],
    ['244400404', undefined],
    ['212000046', undefined],
    ['443061841', undefined],
  ])('of %s is %s', (siren, code) => {
    expect(inseeCodeOfSiren(parseSiren(siren))).toBe(code);
  });
});

describe('an UAI', () => {
  test.each(uais)('accepts %s', (uai) => {
    expect(parseUai(` ${uai.toLowerCase()} `)).toBe(uai);
  });

  test.each(['0440290C', '0440290', '440290B', '9990290B', '044029OB', ''])(
    'UAI_INVALID: refuses %p',
    (text) => {
      expect(() => parseUai(text)).toThrow(UaiInvalid);
    },
  );

  test('finds every single mistaken digit', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...uais),
        fc.nat(6),
        fc.integer({ min: 1, max: 9 }),
        (uai, at, shift) => {
          const digit = (Number(uai[at]) + shift) % 10;
          expect(isUai(uai.slice(0, at) + digit + uai.slice(at + 1))).toBe(false);
        },
      ),
    );
  });

  test('tells the department', () => {
    expect(uais.slice(0, 3).map((uai) => departmentOfUai(parseUai(uai)))).toEqual([
      '44',
      '44',
      '53',
    ]);
  });
});

describe('a SIREN', () => {
  test.each(sirens)('accepts %s', (siren) => {
    expect(parseSiren(`${siren.slice(0, 3)} ${siren.slice(3, 6)} ${siren.slice(6)}`)).toBe(siren);
  });

  test.each(['214401094', '21440109', '000000000', '21440109A'])(
    'SIREN_INVALID: refuses %p',
    (text) => {
      expect(() => parseSiren(text)).toThrow(SirenInvalid);
    },
  );
});

describe('a SIRET', () => {
  test('accepts an establishment and knows its SIREN', () => {
    expect(sirenOf(parseSiret('213 500 168 00025'))).toBe('213500168');
  });

  test('accepts those of La Poste by either of its two rules', () => {
    expect(parseSiret('35600000000048')).toBe('35600000000048');
    expect(parseSiret('35600000009075')).toBe('35600000009075');
  });

  test.each(['21350016800026', '35600000009076', '2135001680002', ''])(
    'SIRET_INVALID: refuses %p',
    (text) => {
      expect(() => parseSiret(text)).toThrow(SiretInvalid);
    },
  );
});

describe('a commune code', () => {
  test.each<[string, string]>([
    ['44109', '44'],
    ['2a004', '2A'],
    ['97209', '972'],
  ])('%s lies in %s', (text, department) => {
    expect(departmentOf(parseInseeCode(text))).toBe(department);
  });

  test.each(['4410', '20004', '441090', 'Nantes', '00109'])(
    'INSEE_CODE_INVALID: refuses %p',
    (text) => {
      expect(() => parseInseeCode(text)).toThrow(InseeCodeInvalid);
    },
  );
});

describe('an INE', () => {
  test('has one of three shapes', () => {
    expect(['123456789AA', '1234567890A', '1234A56789B'].map(isIne)).toEqual([true, true, true]);
  });

  test('INE_INVALID: refuses another without repeating it', () => {
    expect(() => parseIne('12345678')).toThrow(IneInvalid);
    expect(() => parseIne('12345678')).not.toThrow(/12345678/);
  });
});

describe('a French VAT number', () => {
  test('has a key made from the SIREN', () => {
    expect(['356000000', '443061841', '214401093'].map((s) => vatNumberOf(parseSiren(s)))).toEqual([
      'FR39356000000',
      'FR64443061841',
      'FR74214401093',
    ]);
  });

  test('VAT_NUMBER_INVALID: refuses a wrong key', () => {
    expect(parseVatNumber('FR 64 443061841')).toBe('FR64443061841');
    expect(() => parseVatNumber('FR65443061841')).toThrow(VatNumberInvalid);
  });
});

describe('an IBAN', () => {
  test.each(['FR76 3000 6000 0112 3456 7890 189', 'BE68539007547034', 'de89370400440532013000'])(
    'is read with spaces, in capitals: %s',
    (text) => expect(parseIban(text)).toBe(text.replaceAll(' ', '').toUpperCase()),
  );

  test.each([
    ['a wrong key', 'FR7730006000011234567890189'],
    ['two figures swapped', 'FR7630006000011234567891089'],
    [
      'one character less than its country has, with a key that is right',
      'FR2330006000011234567890',
    ],
    ['a country that no SEPA transfer reaches', 'US64SVBKUS6S3300958879'],
    ['something after it', 'FR7630006000011234567890189;'],
    ['nothing', ''],
  ])('IBAN_INVALID: refuses %s', (_name, text) => {
    expect(() => parseIban(text)).toThrow(IbanInvalid);
  });

  test('is printed in fours', () => {
    expect(formatIban('BE68539007547034')).toBe('BE68\u00a05390\u00a00754\u00a07034');
  });
});

describe('ids in the order of time', () => {
  const random = 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6';

  test('keep the instant and the randomness they were given, as RFC 9562 lays them out', () => {
    expect(timeOrderedId(0x017f22e279b0, random)).toBe('017f22e2-79b0-71d0-a765-00a0c91e6bf6');
  });

  test('sort as their instants do', () => {
    const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });
    fc.assert(
      fc.property(
        instant,
        instant,
        fc.uuid({ version: 4 }),
        fc.uuid({ version: 4 }),
        (a, b, x, y) => {
          const [first, second] = [timeOrderedId(a, x), timeOrderedId(b, y)];
          expect(first).toMatch(
            /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
          );
          if (a !== b) expect(first < second).toBe(a < b);
        },
      ),
    );
  });
});
