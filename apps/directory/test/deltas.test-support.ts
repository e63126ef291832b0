import type { ImportBed } from './import-bed.test-support.js';

const entities = {
  EtabEducNat: 'categorieStructure',
  Eleve: 'categoriePersonne',
  PersRelEleve: 'categoriePersonne',
  PersEducNat: 'categoriePersonne',
} as const;
export type Entity = keyof typeof entities;
export type Request = readonly [
  request: 'add' | 'modify' | 'delete',
  key: string,
  attributes?: Readonly<Record<string, readonly string[]>>,
];

export type Requests = Partial<Record<Entity, readonly Request[]>>;

/** The files of an export, one for each entity; more where the requests of an entity are parted. */
export function aafFiles(
  extent: 'Complet' | 'Delta',
  day: string,
  requests: Partial<Record<Entity, readonly (readonly Request[])[]>>,
): Record<string, string> {
  const files = Object.entries(requests).flatMap(([entity, parts]) =>
    parts.map((list, part) => [
      `ENT1D_${extent}_${day.replaceAll('-', '')}_${entity}_${String(part).padStart(4, '0')}.xml`,
      `<ficAlimMENESR>${list.map((each) => written(entity as Entity, each)).join('')}</ficAlimMENESR>`,
    ]),
  );
  return Object.fromEntries(files) as Record<string, string>;
}

/** Imports a delta that stands in the test. */
export async function deliverDelta(
  bed: ImportBed,
  {
    name,
    day,
    requests,
    source,
  }: { name: string; day: string; requests: Requests; source: string },
) {
  const parted = Object.entries(requests).map(([entity, list]) => [entity, [list]]);
  bed.lay(name, aafFiles('Delta', day, Object.fromEntries(parted)));
  return bed.import(name, { source, datedOn: day });
}

function written(entity: Entity, [request, key, attributes = {}]: Request): string {
  const head = `<operationalAttributes><attr name="${entities[entity]}"><value>${entity}</value></attr></operationalAttributes><identifier><id>${key}</id></identifier>`;
  const values = (list: readonly string[]) =>
    list.length === 0 ? '<value/>' : list.map((value) => `<value>${value}</value>`).join('');
  const named = Object.entries(attributes).map(([name, list]) =>
    request === 'add'
      ? `<attr name="${name}">${values(list)}</attr>`
      : `<modification name="${name}" operation="replace">${values(list)}</modification>`,
  );
  const body = { add: 'attributes', modify: 'modifications', delete: '' }[request];
  const inside = body === '' ? '' : `<${body}>${named.join('')}</${body}>`;
  return `<${request}Request>${head}${inside}</${request}Request>`;
}
