import type { CaseRequest } from '../case.js';

export const fieldsOfUpload = {
  ...{ type: 'CSV', structureName: '{structureName}', structureId: '{structure}' },
  ...{ structureExternalId: '{structureExternalId}', UAI: '{uai}' },
};
export const upload = (
  step: string,
  files: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): CaseRequest => ({
  ...{ method: 'POST', path: `/directory/wizard/${step}` },
  upload: {
    fields: { ...fieldsOfUpload, ...more },
    files: Object.fromEntries(
      Object.entries(files).map(([part, text]) => [part, { name: `${part}.csv`, text }]),
    ),
  },
});
export const lines = (...each: readonly string[]) => each.map((line) => `${line}\r\n`).join('');
export const pupils = (...rows: readonly string[]) =>
  lines('Id;Nom;Prénom;Date de naissance;Classe', ...rows);
export const relatives = (...rows: readonly string[]) =>
  lines('Id;Nom;Prénom;IdEnfant;Nom enfant;Prénom enfant;Classe enfant', ...rows);
