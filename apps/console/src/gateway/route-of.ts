import {
  getOption,
  ScalarType,
  type DescField,
  type DescMethod,
  type DescService,
} from '@bufbuild/protobuf';
import { access as accessOption } from '#libs/contracts';
import { boundsOf, isPublic } from '#libs/http';
import { accessOf, type Role } from '#libs/identity';

/** A public method as its .proto states it: nothing here is written twice. */
export type ContractRoute = {
  readonly service: DescService;
  readonly rpc: DescMethod;
  readonly verb: 'get' | 'post' | 'put' | 'delete';
  readonly status: number;
  /** As express writes it, below /api: `coordination/trainings/:trainingId`. */
  readonly path: string;
  readonly roles: readonly Role[];
  readonly freshLoginMs: number;
  readonly summary: string;
  /** Where each field of the request comes from. */
  readonly inPath: readonly DescField[];
  readonly inQuery: readonly DescField[];
  readonly inBody: readonly DescField[];
  /** The one field that is the whole body, where there is one. */
  readonly body: DescField | undefined;
  /** The one field that is a file: then the body is the file, and the rest stands in the query. */
  readonly file: DescField | undefined;
  readonly idempotencyKey: DescField | undefined;
  readonly expectedVersion: DescField | undefined;
  /** The one field of the response that is the answer, where there is one. */
  readonly answer: DescField | undefined;
  /** Whether the answer bears an ETag. */
  readonly versioned: boolean;
  readonly judgedByService: ReadonlySet<string>;
  /** The code of the refusal where the answer tells faults of a file; empty: they are the answer. */
  readonly faulty: string;
};

/** The public methods of a service. Throws RangeError for annotations that contradict the messages. */
export const contractRoutesOf = (service: DescService): ContractRoute[] =>
  service.methods
    .filter((rpc) => getOption(rpc, accessOption).method.case !== undefined)
    .map((rpc) => routeOf(service, rpc));

const verbs = {
  get: ['get', 200],
  post: ['post', 200],
  create: ['post', 201],
  put: ['put', 200],
  delete: ['delete', 200],
} as const;

function routeOf(service: DescService, rpc: DescMethod): ContractRoute {
  const option = getOption(rpc, accessOption);
  const { roles = [], freshLoginMs = 0 } = accessOf(rpc) ?? {};
  const fail = (what: string): never => {
    throw new RangeError(`${service.typeName}.${rpc.name}: ${what}`);
  };
  if (option.method.case === undefined) return fail('say the method and the path');
  if (roles.length === 0 || option.summary === '') fail('say who may call it, and what for');
  const [verb, status] = verbs[option.method.case];
  const { fields } = rpc.input;
  const named = (name: string) =>
    fields.find((field) => field.name === name) ?? fail(`the request has no ${name}`);
  const inPath = [...option.method.value.matchAll(/\{(\w+)\}/g)].map(([, name]) => named(name!));
  const body = option.body === '' ? undefined : named(option.body);
  const idempotencyKey = fields.find(({ name }) => name === 'idempotency_key');
  const expectedVersion = fields.find(({ name }) => name === 'expected_version');
  const file = fields.find((field) => isPublic(field) && field.scalar === ScalarType.BYTES);
  if (file && boundsOf(file).maxLength === 0) return fail(`say how large ${file.name} may be`);
  const rest = fields
    .filter(isPublic)
    .filter((field) => ![...inPath, body, file, idempotencyKey, expectedVersion].includes(field));
  const hasBody = (verb === 'post' || verb === 'put') && !file;
  if (body && rest.length > 0)
    fail(`${rest.map(({ name }) => name).join(', ')}: neither path nor body`);
  const answer =
    option.answer === ''
      ? undefined
      : (rpc.output.fields.find(({ name }) => name === option.answer) ??
        fail(`the response has no ${option.answer}`));
  const told = answer ? answer.message : rpc.output;
  return {
    service,
    rpc,
    verb,
    status,
    path: option.method.value
      .slice(1)
      .replace(/\{(\w+)\}/g, (_all, name: string) => `:${named(name).jsonName}`),
    roles,
    freshLoginMs,
    summary: option.summary,
    inPath,
    inQuery: hasBody ? [] : rest,
    inBody: hasBody && !body ? rest : [],
    body,
    file,
    idempotencyKey,
    expectedVersion,
    answer,
    versioned: !!told?.fields.some(({ name }) => name === 'version'),
    judgedByService: new Set(option.judgedByService),
    faulty: option.faulty,
  };
}
