import { createHash } from 'node:crypto';
import type { DemoMember } from './members.js';

export type Annexe2File = {
  readonly fileName: string;
  readonly content: Uint8Array;
  readonly sha256: string;
};

/** The signed table as the commune's spreadsheet exports it: one line per school and a TOTAL row (COM-1). */
export function annexe2Of(member: DemoMember, itemCode: string): Annexe2File {
  const total = member.schools.reduce((sum, { committed }) => sum + committed, 0);
  const lines = [
    'UAI;Catégorie;Nombre de comptes',
    ...member.schools.map(({ uai, committed }) => `${uai};${itemCode};${committed}`),
    `TOTAL;;${total}`,
  ];
  const content = Buffer.from(lines.join('\r\n') + '\r\n', 'utf8');
  return {
    fileName: `annexe2-${member.key}.csv`,
    content,
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}
