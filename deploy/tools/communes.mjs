// node deploy/tools/communes.mjs FOLDER: apps/membership/data/communes.csv and apps/directory/data/communes.csv anew, from the unpacked npm
// package @etalab/decoupage-administratif (npm pack). Run once a year, when INSEE's code changes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Say where the package is unpacked');
const read = (name) => JSON.parse(readFileSync(join(folder, 'data', `${name}.json`), 'utf8'));

const communes = read('communes');
const current = communes.filter(({ type }) => type === 'commune-actuelle');
const codes = new Set(current.map(({ code }) => code));
const epciOf = new Map(
  read('epci').flatMap(({ code, membres }) => membres.map((member) => [member.code, code])),
);
// A code that has gone, with the commune that took it in; a delegated commune may keep its parent's code.
const former = new Map([
  ...current.flatMap(({ code, anciensCodes = [] }) => anciensCodes.map((old) => [old, code])),
  ...communes.filter(({ chefLieu }) => chefLieu).map(({ code, chefLieu }) => [code, chefLieu]),
]);
const rows = [
  ...current.map(({ code, siren = '' }) => [code, siren, epciOf.get(code) ?? '', '']),
  ...[...former].filter(([code]) => !codes.has(code)).map(([code, into]) => [code, '', '', into]),
].sort(([a], [b]) => (a < b ? -1 : 1));
const file = join('apps', 'membership', 'data', 'communes.csv');
writeFileSync(
  file,
  ['insee;siren;epci;successor', ...rows.map((row) => row.join(';'))].join('\n') + '\n',
);
// Of these the number says no code, or that of another commune.
const saidBy = (siren) => siren.replace(/^21(\d\d)0(\d{3})\d$/, '$1$2');
const unsaid = rows
  .filter(([code, siren]) => siren !== '' && saidBy(siren) !== code)
  .map(([code, siren]) => `${siren};${code}`)
  .sort();
writeFileSync(
  join('apps', 'directory', 'data', 'communes.csv'),
  ['siren;insee', ...unsaid].join('\n') + '\n',
);
console.log(`${rows.length} communes, ${current.length} of today, into ${file}`);
