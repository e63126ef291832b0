import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { structureKey } from '../support/generator/population.js';
import { leaveOutPupilsOf } from './leave-out.js';

test('takes the pupils of a school out of the files of pupils, and nobody else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leave-out-'));
  const entry = (uai: string) =>
    `<addRequest><attr name="ENTPersonStructRattach"><value>${structureKey(uai)}</value></attr></addRequest>\n`;
  const both = entry('0440437L') + entry('0441606G');
  const files = ['X_Complet_20260907_Eleve_0000.xml', 'X_Complet_20260907_PersEducNat_0000.xml'];
  for (const name of files) writeFileSync(join(folder, name), both);
  leaveOutPupilsOf(folder, ['0441606G']);
  expect(files.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
    ...[entry('0440437L'), both],
  ]);
  rmSync(folder, { recursive: true });
});
