import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { structureKey } from '../support/generator/population.js';

const entry = /<addRequest>[\s\S]*?<\/addRequest>\n/g;

/** Takes the pupils of some schools out of a full AAF export, as if their files had been empty. */
export function leaveOutPupilsOf(folder: string, uais: readonly string[]): void {
  const schools = uais.map((uai) => `StructRattach"><value>${structureKey(uai)}</value>`);
  const isOfThem = (text: string) => schools.some((school) => text.includes(school));
  for (const name of readdirSync(folder).filter((each) => each.includes('_Eleve_'))) {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    const kept = text.replace(entry, (each) => (isOfThem(each) ? '' : each));
    if (kept !== text) writeFileSync(file, kept);
  }
}
