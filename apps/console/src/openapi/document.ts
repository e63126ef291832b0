import { z } from 'zod';
import { concerningQueryNames } from '../concerning-names.js';
import { idempotencyKeyPattern } from '../idempotency-key.js';
import { describedRoutesOf, type Controller, type DescribedRoute } from './described-routes.js';
import { spreadsheetTypes } from '#libs/spreadsheets';

type Json = { [name: string]: unknown };

/** What decorators cannot say of a route: what it is for, and the shape of its answer. */
export type Operation = {
  readonly summary: string;
  readonly answer: z.ZodType | 'REDIRECTION' | keyof typeof files;
  /** Where the route reads its query as a whole address, not through a schema. */
  readonly query?: z.ZodType;
};

/** Answers that are a file. */
const files = {
  PDF: 'application/pdf',
  XML: 'application/xml',
  TEXT: 'text/plain',
  CSV: spreadsheetTypes.CSV,
  ODS: spreadsheetTypes.ODS,
  ZIP: 'application/zip',
  FILE: 'application/octet-stream',
} as const;

export type DescribedApi = {
  readonly controllers: readonly Controller[];
  /** By method and path of the description, `get /api/session`: one for each route. */
  readonly operations: Readonly<Record<string, Operation>>;
  readonly sessionCookie: string;
};

const refusals: Readonly<Record<number, string>> = {
  401: 'Aucune session ouverte.',
  403: 'Le profil ne permet pas cette action, la page a expiré (CSRF_REFUSED), ou la connexion est trop ancienne pour engager des dépenses (LOGIN_TOO_OLD).',
  404: 'N’existe pas, ou n’est pas accessible à ce profil : la même réponse (SUP-1, SUP-3).',
  409: 'Refusé par une règle, avec ses chiffres dans `details`.',
  412: 'Modifié entre-temps : relire, puis recommencer avec le nouvel ETag.',
  422: 'Demande invalide ; `details.mistakes` dit, champ par champ, ce qui est à corriger.',
  429: 'Trop de demandes, ou trop de personnes consultées : attendre les secondes de Retry-After.',
  503: 'Un service, le journal ou la base ne répond pas : réessayer.',
};

/** OpenAPI 3.1 of these controllers. Throws RangeError for a route without an operation, or the reverse. */
export function openApiDocumentOf({ controllers, operations, sessionCookie }: DescribedApi): Json {
  const routes = controllers.flatMap(describedRoutesOf);
  const paths: Record<string, Json> = { '/health/live': { get: alive } };
  const described = new Set<string>();
  for (const route of routes) {
    const name = `${route.method} ${route.path}`;
    const operation = operations[name];
    if (!operation) throw new RangeError(`Describe ${name} in public-api.ts`);
    described.add(name);
    paths[route.path] = {
      ...paths[route.path],
      [route.method]: operationOf({ ...route, query: operation.query ?? route.query }, operation),
    };
  }
  const gone = Object.keys(operations).filter((name) => !described.has(name));
  if (gone.length > 0) throw new RangeError(`No such route any more: ${gone.join(', ')}`);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Console de l’ENT du groupement',
      version: '1',
      description:
        'Générée depuis le code (`npm run openapi`). `x-roles` : les profils qui peuvent appeler la route.',
    },
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: sessionCookie } },
    },
  };
}

function operationOf(route: DescribedRoute, { summary, answer }: Operation): Json {
  const { roles } = route;
  const parameters = parametersOf(route);
  return {
    operationId: operationIdOf(route),
    summary,
    ...(roles
      ? { security: [{ session: [] }], 'x-roles': roles }
      : { security: [], description: 'Sans session.' }),
    ...(route.freshLoginMs > 0 ? { 'x-fresh-login-seconds': route.freshLoginMs / 1_000 } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBodyOf(route),
    responses: {
      ...successOf(route, answer),
      ...Object.fromEntries(
        refusalsOf(route).map((status) => [status, refusalOf(refusals[status] ?? '')]),
      ),
      default: refusalOf('Tout autre refus.'),
    },
  };
}

function requestBodyOf({ body, takesFile }: DescribedRoute): Json {
  const binary = { [files.FILE]: { schema: { type: 'string', format: 'binary' } } };
  if (takesFile) return { requestBody: { required: true, content: binary } };
  if (!body) return {};
  const content = { 'application/json': { schema: inputOf(body) } };
  return { requestBody: { required: true, content } };
}

function parametersOf(route: DescribedRoute): Json[] {
  const path = route.pathParameters.map((name) =>
    parameter('path', name, true, { type: 'string' }),
  );
  const { properties, required } = queryOf(route);
  const query = Object.entries(properties).map(([name, schema]) =>
    parameter('query', name, required.includes(name), schema),
  );
  const headers = [
    ...(route.method !== 'get' && route.roles
      ? [parameter('header', 'x-csrf-token', true, { type: 'string' })]
      : []),
    ...(route.needsIdempotencyKey
      ? [
          parameter('header', 'idempotency-key', true, {
            type: 'string',
            pattern: idempotencyKeyPattern.source,
          }),
        ]
      : []),
    ...(route.needsIfMatch
      ? [parameter('header', 'if-match', true, { type: 'string', pattern: '^(W/)?"\\d+"$' })]
      : []),
  ];
  return [...path, ...query, ...headers];
}

function queryOf({ query }: DescribedRoute): {
  properties: Record<string, Json>;
  required: string[];
} {
  return { properties: {}, required: [], ...(query ? inputOf(query) : {}) };
}

const parameter = (where: string, name: string, required: boolean, schema: Json): Json => ({
  name,
  in: where,
  required,
  schema,
});

// The names that hand-written routes give to what a visitor is compared with (SUP-3), and those of the contract.
const identifying = new Set([
  ...['market', 'membership', 'organisation', 'uai', 'code'],
  ...concerningQueryNames,
]);

function refusalsOf(route: DescribedRoute): number[] {
  if (!route.roles) return route.path === '/auth/login' ? [503] : [403, 503];
  // Whatever is asked about by its identifier may not be there, in the path or in the query.
  const named =
    route.pathParameters.length > 0 ||
    Object.keys(queryOf(route).properties).some((name) => identifying.has(name));
  const checked =
    route.query !== undefined ||
    route.body !== undefined ||
    route.takesFile ||
    route.needsIfMatch ||
    route.needsIdempotencyKey;
  return [
    401,
    403,
    ...(named ? [404] : []),
    ...(route.body || route.method !== 'get' ? [409] : []),
    ...(route.needsIfMatch ? [412] : []),
    ...(checked ? [422] : []),
    429,
    503,
  ];
}

function successOf(route: DescribedRoute, answer: Operation['answer']): Json {
  if (answer === 'REDIRECTION') return { 303: { description: 'Redirection.' } };
  const content =
    typeof answer === 'string'
      ? { [files[answer]]: { schema: { type: 'string', format: 'binary' } } }
      : { 'application/json': { schema: outputOf(answer) } };
  const headers = route.versioned ? { headers: { etag: { schema: { type: 'string' } } } } : {};
  return { [route.status]: { description: 'La réponse.', ...headers, content } };
}

const refusalOf = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const operationIdOf = ({ method, path }: DescribedRoute) =>
  [method, ...path.split('/').filter((part) => part !== '' && part !== 'api')]
    .map((part) => part.replace(/[{}]/g, ''))
    .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');

const inputOf = (schema: z.ZodType) => plain(z.toJSONSchema(schema, { io: 'input' }));

/** Readers pass over fields that they do not know, so that answers may grow. */
const outputOf = (schema: z.ZodType) =>
  plain(
    z.toJSONSchema(schema, {
      override: ({ jsonSchema }) => void delete jsonSchema.additionalProperties,
    }),
  );

// The dialect is OpenAPI 3.1's own; JSON only, so that what is compared is what is written.
function plain(schema: object): Json {
  const { $schema: _dialect, ...rest } = JSON.parse(JSON.stringify(schema)) as Json;
  return rest;
}

const problem = outputOf(
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: 'In French, for people' }),
    code: z.string().meta({ description: 'Stable, for programs' }),
    traceId: z.string().optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
);

const alive: Json = {
  operationId: 'getHealthLive',
  summary: 'Le processus est en vie.',
  security: [],
  responses: { 200: { description: 'En vie.' } },
};
