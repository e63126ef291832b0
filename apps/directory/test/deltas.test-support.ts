import type { ImportBed } from './import-bed.test-support.js';

const ENTITIES = {
  EtabEducNat: 'categorieStructure',
  Eleve: 'categoriePersonne',
  PersRelEleve: 'categoriePersonne',
  PersEducNat: 'categoriePersonne',
} as const;
type Request = readonly [
  request: 'add' | 'modify' | 'delete',
  key: string,
  attributes?: Readonly<Record<string, readonly string[]>>,
];

export type Requests = Partial<Record<keyof typeof ENTITIES, readonly Request[]>>;

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
  const files = Object.entries(requests).map(([entity, list]) => [
    `ENT1D_Delta_${day.replaceAll('-', '')}_${entity}_0000.xml`,
    `<ficAlimMENESR>${list.map((each) => written(entity as keyof typeof ENTITIES, each)).join('')}</ficAlimMENESR>`,
  ]);
  bed.lay(name, Object.fromEntries(files) as Record<string, string>);
  return bed.import(name, { source, datedOn: day });
}

function written(entity: keyof typeof ENTITIES, [request, key, attributes = {}]: Request): string {
  const head = `<operationalAttributes><attr name="${ENTITIES[entity]}"><value>${entity}</value></attr></operationalAttributes><identifier><id>${key}</id></identifier>`;
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
