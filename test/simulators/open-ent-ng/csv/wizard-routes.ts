import { randomUUID } from 'node:crypto';
import type { Graph } from '../graph/graph.js';
import { activationCode, loginBase } from '../graph/login-and-code.js';
import { EntError, type EntProfile, type User } from '../graph/nodes.js';
import { type Answer, at, type Call, json, notFound, ok, type Route } from '../routes/route.js';
import { attributesOf } from './csv-columns.js';
import { fileBytesMax, type Mapping, mappingOf, recordsOf } from './csv-file.js';
import { checkUpload, isProfile, type Matched, type Upload } from './csv-check.js';
import { importUpload } from './csv-import.js';

const uploadsMax = 20;
/** Row D: the report of a long file is saved after the answer. Files of 100 lines were never too early. */
const [longLines, savedAfterMs] = [200, 1_000];

const wizard = (name: string, method: 'GET' | 'POST' | 'PUT', path: string) => ({
  ...{ name, method, pattern: at(`/directory/wizard/${path}`), access: 'ADMINISTRATOR' as const },
  ...{ needsUser: true, isMfaProtected: true },
});

/** The CSV wizard (§3.1). What stops an import is 400 with `errors`; what does not, 200 with `softErrors` or `ignored`. */
export const wizardRoutes: readonly Route[] = [
  {
    ...wizard('wizard-columns', 'POST', 'column/mapping'),
    answer: ({ graph }, call) => {
      const upload = uploadOf(graph, call);
      const files = [...upload.files];
      return ok({
        _id: randomUUID(),
        source: 'CSV',
        mappings: Object.fromEntries(
          files.map(([profile, bytes]) => [profile, mappingOf(profile, recordsOf(bytes).header)]),
        ),
        availableFields: Object.fromEntries(
          files.map(([profile]) => [profile, attributesOf(profile)]),
        ),
        ignored: {},
      });
    },
  },
  {
    ...wizard('wizard-classes', 'POST', 'classes/mapping'),
    answer: ({ graph }, call) => {
      const upload = uploadOf(graph, call);
      const { rows } = checkUpload(graph, upload);
      const structure = graph.structureOfExternalId(upload.structureExternalId);
      const dbClasses = structure ? graph.classesOf(structure.id).map(({ name }) => name) : [];
      const labels = (profile: EntProfile) => [
        ...new Set(rows.filter((row) => row.profile === profile).flatMap(({ classes }) => classes)),
      ];
      const mapped = [...upload.files.keys()].map((profile) => [
        profile,
        Object.fromEntries(
          labels(profile).map((label) => [label, dbClasses.includes(label) ? label : '']),
        ),
      ]);
      return ok({ classesMapping: { ...Object.fromEntries(mapped), dbClasses } });
    },
  },
  {
    ...wizard('wizard-validate', 'POST', 'validate'),
    answer: ({ graph, uploads }, call) => {
      const upload = uploadOf(graph, call);
      const checked = checkUpload(graph, upload, call.scope);
      if (hasErrors(checked.errors)) return json(400, { errors: checked.errors });
      const importId = randomUUID();
      const isLong = linesIn(upload.files.values()) > longLines;
      uploads.set(importId, {
        ...{ ...upload, savedAtMs: graph.clock.now() + (isLong ? savedAfterMs : 0) },
      });
      for (const oldest of [...uploads.keys()].slice(0, -uploadsMax)) uploads.delete(oldest);
      const shown = [...upload.files.keys()].map((profile) => [
        profile,
        [
          ...checked.rows.filter((row) => row.profile === profile).map(shownRow),
          ...checked.leaving.filter(({ type }) => type === profile).map(shownLeaver),
        ],
      ]);
      const soft = Object.values(checked.softErrors).flat();
      const reasons = [...new Set(soft.map(({ reason }) => reason))];
      return ok({
        ...Object.fromEntries(shown),
        ...(soft.length === 0 ? {} : { softErrors: { reasons, ...checked.softErrors } }),
        importId,
      });
    },
  },
  {
    ...wizard('wizard-report', 'GET', 'import/:id'),
    answer: ({ graph, uploads }, { parameters: [importId = ''] }) => {
      const upload = uploads.get(importId);
      return upload && !isUnsaved(graph, upload) ? ok({ _id: importId }) : notFound;
    },
  },
  {
    ...wizard('wizard-import', 'PUT', 'import/:id'),
    isWritten: true,
    linesOf: ({ uploads }, { parameters: [importId = ''] }) =>
      linesIn(uploads.get(importId)?.files.values() ?? []),
    answer: ({ graph, uploads }, { parameters: [importId = ''] }) => {
      const upload = uploads.get(importId);
      if (!upload) return notFound;
      if (isUnsaved(graph, upload)) return json(400, { errors: { global: [null] } });
      uploads.delete(importId);
      const checked = checkUpload(graph, upload);
      if (hasErrors(checked.errors)) return json(400, { errors: { errors: checked.errors } });
      const ignored = importUpload(graph, upload, checked);
      const usersExternalIds = checked.rows.map(({ externalId }) => externalId);
      return ok({ _id: importId, files: {}, errors: {}, ignored, usersExternalIds });
    },
  },
  {
    ...wizard('wizard-one-shot', 'POST', 'import'),
    isWritten: true,
    linesOf: (_, { files }) => linesIn([...files.values()].map(({ bytes }) => bytes)),
    answer: ({ graph }, call): Answer => {
      const upload = uploadOf(graph, call);
      const checked = checkUpload(graph, upload);
      if (hasErrors(checked.errors)) return json(400, { errors: checked.errors });
      return ok(importUpload(graph, upload, checked));
    },
  },
];

const isUnsaved = (graph: Graph, { savedAtMs = 0 }: Upload) => graph.clock.now() < savedAtMs;

/** But for the header of each file. */
const linesIn = (files: Iterable<Buffer>): number =>
  [...files].reduce(
    (sum, bytes) => sum + bytes.toString('latin1').trim().split('\n').length - 1,
    0,
  );

const hasErrors = (errors: Readonly<Record<string, unknown>>) => Object.keys(errors).length > 0;

/** Throws EntError, in the words of the upload's own refusals (§3.1). */
function uploadOf(graph: Graph, { form, files, scope }: Call): Upload {
  if (form.get('type') !== 'CSV') throw new EntError('invalid.import.type');
  const structureName = form.get('structureName') ?? '';
  if (structureName === '') throw new EntError('invalid.structure.name');
  const structureId = form.get('structureId') ?? '';
  if (scope !== undefined && !scope.includes(structureId))
    throw new EntError('invalid.structure.id');
  const parts = [...files].filter(([name]) => isProfile(name));
  if (parts.length === 0) throw new EntError('missing.csv.files');
  for (const [, { name, bytes }] of parts) {
    if (!name.toLowerCase().endsWith('.csv')) throw new EntError('invalid.file.extension');
    if (bytes.length >= fileBytesMax) throw new EntError('csv.file.too.long');
  }
  const known = graph.structures.get(structureId);
  const told = form.get('structureExternalId') || known?.externalId || randomUUID();
  // The files lie in a folder `<name>@<externalId>_<UAI>`, which is taken apart again at its signs (§3.1, 1).
  const [name = '', externalId = ''] = `${structureName.split('_')[0]}@${told.split('_')[0]}`.split(
    '@',
  );
  return {
    structureName: structureName.includes('@') ? structureName : name,
    structureExternalId: structureName.includes('@') ? told : externalId,
    uai: form.get('UAI') || known?.UAI || null,
    files: new Map(parts.map(([part, { bytes }]) => [part as EntProfile, bytes])),
    mappings: mappingsIn(form.get('columnsMapping')),
    isPredeleting: form.get('predelete') === 'true',
    isTransition: form.get('transition') === 'true',
  };
}

function mappingsIn(text: string | null): Readonly<Partial<Record<EntProfile, Mapping>>> {
  if (!text) return {};
  try {
    return JSON.parse(text) as Partial<Record<EntProfile, Mapping>>;
  } catch {
    throw new EntError('invalid.columns.mapping');
  }
}

/** A row as the wizard shows it: what it would do, with a login and a code for the time being. */
function shownRow({ line, profile, values, classes, externalId, known }: Matched) {
  const { firstName = '', lastName = '' } = values;
  return {
    ...{ ...values, line, externalId, profile, translatedProfile: profile },
    classesStr: classes.join(', '),
    state: known ? 'Modifié' : 'Créé',
    login: known?.login ?? loginBase(firstName, lastName),
    activationCode: known ? known.activationCode : activationCode(Math.random),
  };
}

function shownLeaver({ id, externalId, firstName, lastName, type }: User) {
  return {
    ...{ id, externalId, firstName, lastName, profile: type, translatedProfile: type },
    ...{ state: 'Supprimé', oState: 'DELETED' },
  };
}
