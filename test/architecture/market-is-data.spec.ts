import { readdirSync, readFileSync } from 'node:fs';

/**
 * Goal: the successor of a market is a matter of data (MKT-1). Method: every source that runs in production is
 * read without its comments; what names a market, its items or a day of a calendar belongs in a market's file.
 */
const ofOneMarket: Record<string, RegExp> = {
  'the name of a market or of its invoices': /e-primo|eprimo|\bEP2\d\b/i,
  'the name of an académie': /acad[ée]mie\W{1,6}d(e |u |es |['’])/i,
  'an item of an annex 2': /COMPTE_ELEVE/,
  'a day of a calendar': /\b20[2-9]\d-[01]\d-[0-3]\d\b/,
  'a duration of the convention': /\b(24|48) ?(mois|months)\b/i,
};
const whatIsOfOneMarket = (text: string) => {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(^|\s)(\/\/|--) .*$/gm, '');
  return Object.keys(ofOneMarket).filter((what) => ofOneMarket[what]?.test(code));
};

const sources = ['apps', 'libs', 'proto', 'deploy/tools']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((name) => /\.(tsx?|m?js|proto|prisma|sql|html)$/.test(name))
  .filter((name) => !/\/(node_modules|generated|dist|public|test)\//.test(name))
  // Tests and what only they use.
  .filter((name) => !name.startsWith('libs/testing/'))
  .filter((name) => !/([.-](spec|contract)|support)\.tsx?$/.test(name));

test('MKT-1: nothing of a particular market is in code', () => {
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.flatMap((name) =>
    whatIsOfOneMarket(readFileSync(name, 'utf8')).map((what) => `${name}: ${what}`),
  );
  expect(found).toEqual([]);
});

test.each([
  ["const market = 'e-primo-2022';", 'the name of a market or of its invoices'],
  ["const prefix = 'EP26';", 'the name of a market or of its invoices'],
  ["brand: ['Académie', 'de Lyon']", 'the name of an académie'],
  ['<p>Académie d’Aix-Marseille</p>', 'the name of an académie'],
  ["itemCode = 'COMPTE_ELEVE'", 'an item of an annex 2'],
  ["if (day < '2026-07-19')", 'a day of a calendar'],
  ['`dans les 24 mois`', 'a duration of the convention'],
])('MKT-1: %s would be found', (line, what) => {
  expect(whatIsOfOneMarket(line)).toEqual([what]);
  expect(whatIsOfOneMarket(`// ${line}`)).toEqual([]);
});
