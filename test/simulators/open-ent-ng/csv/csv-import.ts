import { isBirthDate, moreOf } from '../graph/attributes.js';
import { preDelete } from '../graph/deletions.js';
import type { Graph } from '../graph/graph.js';
import type { Structure } from '../graph/nodes.js';
import { createClass, createSchool, transition } from '../graph/schools.js';
import { linkFamily } from '../graph/ties.js';
import { addUser } from '../graph/users.js';
import { type Checked, type Matched, missingAttributes, type Upload } from './csv-check.js';

export type Ignored = Record<string, { reason: string; object: Record<string, string> }[]>;

/** Writes what the check let through; a row that lacks what its profile needs is told, and left out (§3.1, 9 and 11). */
export function importUpload(graph: Graph, upload: Upload, checked: Checked): Ignored {
  if (upload.isTransition) transition(graph, upload.structureExternalId);
  const structure = structureOf(graph, upload);
  const ignored: Ignored = {};
  for (const row of checked.rows) {
    const lacks = missingAttributes(row).map(({ translation }) => translation);
    if (lacks.length > 0)
      (ignored[row.profile] ??= []).push({ reason: lacks.join(' '), object: { ...row.values } });
    else writeRow(graph, structure, row);
  }
  for (const [relative, children] of checked.children) {
    const relativeId = graph.userOfExternalId(relative.externalId)?.id;
    if (relativeId === undefined) continue;
    for (const child of children)
      linkFamily(graph, graph.userOfExternalId(child)?.id ?? '', relativeId);
  }
  for (const { id } of checked.leaving) preDelete(graph, graph.users.get(id)!, graph.clock.now());
  return ignored;
}

/** Made, or given the name and the UAI of the files. */
function structureOf(graph: Graph, upload: Upload): Structure {
  const { structureName: name, structureExternalId: externalId, uai } = upload;
  const known = graph.structureOfExternalId(externalId);
  if (!known) return createSchool(graph, { name, externalId, UAI: uai ?? '' }, 'CSV');
  const value = { ...known, name, UAI: uai ?? known.UAI };
  graph.record({ put: 'structure', value });
  return value;
}

/** Identifier, login, code and display name are those of the creation: a renamed pupil keeps them (§3.1, 9). */
function writeRow(graph: Graph, structure: Structure, row: Matched): void {
  const { firstName = '', lastName = '', birthDate = '' } = row.values;
  const labels = row.classes.map((label) =>
    label.startsWith(`${structure.externalId}$`)
      ? label.slice(structure.externalId.length + 1)
      : label,
  );
  const classIds = labels.map((name) => {
    const known = graph.classOfExternalId(`${structure.externalId}$${name}`);
    return (known ?? createClass(graph, structure.id, { name })).id;
  });
  const told = {
    ...{ firstName, lastName, birthDate: isBirthDate(birthDate) ? birthDate : null },
    source: 'CSV',
    more: moreOf(row.profile, row.values),
  };
  // A row before this one may have made it: two relatives of one name are one account.
  const known = graph.userOfExternalId(row.externalId);
  if (!known) {
    const places = { classIds, structureIds: [structure.id] };
    addUser(graph, { ...told, ...places, externalId: row.externalId, type: row.profile });
    return;
  }
  const { email } = known.more;
  const more = { ...known.more, ...told.more, ...(email === undefined ? {} : { email }) };
  const ofOthers = known.classIds.filter(
    (id) => graph.classes.get(id)?.structureId !== structure.id || known.source === 'MANUAL',
  );
  const staysElsewhere = row.values.multiEtab === 'true' ? known.structureIds : [];
  graph.change(known, {
    ...{ ...told, more },
    classIds: [...new Set([...ofOthers, ...classIds])],
    writtenClasses: graph.classExternalIds(classIds),
    structureIds: [...new Set([...staysElsewhere, structure.id])],
  });
}
