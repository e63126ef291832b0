/** JSON Schema as OpenAPI 3.1 has it: only what the console writes is looked at. */
type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly [keyword: string]: unknown;
};
type Contents = Readonly<Record<string, { readonly schema?: Schema }>>;
type Operation = {
  readonly 'x-roles'?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Contents };
  readonly responses: Readonly<Record<string, { readonly content?: Contents }>>;
};
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
};

/** Words for people, and what the rest of the schema says already: no client's program reads them. */
const silent = new Set([
  'description',
  'title',
  'properties',
  'required',
  'items',
  'anyOf',
  'oneOf',
]);

/**
 * What a REST client may rely on, one line for each: a route and the roles that may call it, every
 * parameter, every field of what is sent and answered, every status. Two descriptions that say the
 * same of a route give the same lines, whatever their order.
 */
export function restLinesOf(api: OpenApi): string[] {
  const lines = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const route = `${method} ${path}`;
      return [
        `${route} : roles ${[...(operation['x-roles'] ?? ['everybody'])].sort().join(' ')}`,
        ...operationLines(api, operation).map((line) => `${route} : ${line}`),
      ];
    }),
  );
  return [...new Set(lines)].sort();
}

/** The matrix of roles alone: which line of it belongs to a route is the line's beginning. */
export const roleLinesOf = (api: OpenApi): string[] =>
  restLinesOf(api).filter((line) => / : roles /.test(line));

function operationLines(api: OpenApi, operation: Operation): string[] {
  const parameters = (operation.parameters ?? []).flatMap((one) =>
    schemaLines(api, one.schema, `${one.in} ${one.name}`, one.required === true),
  );
  const sent = contentLines(api, operation.requestBody?.content, 'body');
  const answered = Object.entries(operation.responses).flatMap(([status, { content }]) => [
    `answer ${status}`,
    // The problem is one schema for all: its fields are told once, in the components.
    ...contentLines(api, content, `answer ${status}`),
  ]);
  return [...parameters, ...sent, ...answered];
}

function contentLines(api: OpenApi, content: Contents | undefined, place: string): string[] {
  return Object.entries(content ?? {}).flatMap(([type, { schema }]) =>
    type === 'application/problem+json'
      ? [`${place} : ${type}`]
      : [`${place} : ${type}`, ...(schema ? schemaLines(api, schema, place, true) : [])],
  );
}

function schemaLines(api: OpenApi, schema: Schema, place: string, required: boolean): string[] {
  if (schema.$ref !== undefined) {
    const found = api.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
    return found ? schemaLines(api, found, place, required) : [`${place} : ${schema.$ref}`];
  }
  const { properties = {}, required: demanded = [], items, additionalProperties } = schema;
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [
    `${place} : ${required ? '' : 'optional '}${wordsOf(schema)}`.trimEnd(),
    ...Object.entries(properties).flatMap(([name, field]) =>
      schemaLines(api, field, `${place}.${name}`, demanded.includes(name)),
    ),
    ...(items ? schemaLines(api, items, `${place}[]`, true) : []),
    ...(typeof additionalProperties === 'object'
      ? schemaLines(api, additionalProperties, `${place}{}`, true)
      : []),
    ...choices.flatMap((choice) => schemaLines(api, choice, `${place}|`, true)),
  ];
}

/** The type and its bounds. */
function wordsOf(schema: Schema): string {
  const { type = '', ...others } = schema;
  const bounds = Object.entries(others)
    .filter(([keyword, value]) => !silent.has(keyword) && typeof value !== 'object')
    .map(([keyword, value]) => `${keyword}=${String(value)}`)
    .sort();
  const listed = Array.isArray(schema['enum']) ? [`of ${schema['enum'].join('|')}`] : [];
  return [type || 'any', ...listed, ...bounds].join(' ');
}
