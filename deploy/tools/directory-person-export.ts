import { writeFile } from 'node:fs/promises';
import { toJson } from '@bufbuild/protobuf';
import {
  DirectoryService,
  type ExportPersonResponse,
  ExportPersonResponseSchema,
  type PersonalData,
} from '#libs/contracts';
import { askService } from './ent/ask.js';
import { type Given, pathOf, status } from './ent/command.js';

export const exported = { out: { type: 'string' } } as const;

/** `directory person-export PERSON REASON`: all that is held of a person (RGPD art. 15); `--out`: as JSON, or as a paper where the name ends with .pdf, for its eyes only. */
export async function exportPerson(given: Given) {
  const [personId = '', reason = ''] = given.operands;
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.exportPerson({ personId, reason }),
  );
  const told = { ...answer, paper: new Uint8Array() };
  const file = given.text('out');
  if (file !== undefined) {
    // A file that is there is not another person's to be overwritten.
    const content = file.endsWith('.pdf') ? answer.paper : `${jsonOf(told)}\n`;
    await writeFile(pathOf(file), content, { mode: 0o600, flag: 'wx' });
  }
  return {
    status: status.ok,
    json: told,
    lines:
      file === undefined
        ? [...answer.services.flatMap(({ tables }) => tables.flatMap(linesOf)), answer.notice]
        : [`${file} : écrit, lisible par vous seul. Remettez-le à la personne, puis supprimez-le.`],
  };
}

const jsonOf = (told: ExportPersonResponse) =>
  JSON.stringify(toJson(ExportPersonResponseSchema, told), null, 2);

const linesOf = ({ title, purpose, kept, recipients, columns, rows }: PersonalData) => [
  `${title} : ${purpose}`,
  `  Durée : ${kept} Destinataires : ${recipients}`,
  ...(rows.length === 0 ? ['  Rien.'] : [`  ${columns.join(' | ')}`]),
  ...rows.map(({ cells }) => `  ${cells.join(' | ')}`),
];
