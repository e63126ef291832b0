import { RequestMethod } from '@nestjs/common';
import { z } from 'zod';
import type { Role } from '#libs/identity';
import { idempotencyKeyOf } from '../idempotency-key.js';
import { ifMatchOf, versioned } from '../if-match.js';
import { incomingFileOf } from '../incoming-file.js';
import { uploadedBytesOf } from '../uploaded-bytes.js';
import { allowedPeople, anonymous, freshLogin } from '../visitor.js';

export type Controller = new (...parameters: never[]) => object;

/** A route as its decorators state it: nothing here is written twice. */
export type DescribedRoute = {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: `/api/invoices/{invoiceId}`. */
  readonly path: string;
  readonly pathParameters: readonly string[];
  readonly handler: string;
  /** Roles that may call it; undefined: without a session. */
  readonly roles: readonly Role[] | undefined;
  readonly freshLoginMs: number;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  /** Its body is a file. */
  readonly takesFile: boolean;
  readonly needsIdempotencyKey: boolean;
  readonly needsIfMatch: boolean;
  /** Its answer bears an ETag. */
  readonly versioned: boolean;
  readonly status: number;
};

// Nest's own names of what its decorators write down (@nestjs/common/constants is not exported).
const metadata = {
  path: 'path',
  method: 'method',
  status: '__httpCode__',
  parameters: '__routeArguments__',
} as const;
const kinds = { body: '3', query: '4', path: '5' } as const;
const methods = {
  [RequestMethod.GET]: 'get',
  [RequestMethod.POST]: 'post',
  [RequestMethod.PUT]: 'put',
  [RequestMethod.DELETE]: 'delete',
} as const;

type Parameter = {
  readonly data?: unknown;
  readonly factory?: unknown;
  readonly pipes?: readonly unknown[];
};

/** The routes of one controller, in the order of its source. */
export function describedRoutesOf(controller: Controller): DescribedRoute[] {
  const prefix = read<string>(metadata.path, controller) ?? '';
  return Object.getOwnPropertyNames(controller.prototype).flatMap((handler) => {
    const method = Reflect.get(controller.prototype as object, handler) as object;
    const verb = read<RequestMethod>(metadata.method, method);
    if (verb === undefined) return [];
    const named = verb in methods ? methods[verb as keyof typeof methods] : undefined;
    if (named === undefined) {
      throw new RangeError(`Say how ${RequestMethod[verb]} is described, for ${handler}`);
    }
    const parameters = parametersOf(controller, handler);
    const path = [prefix, read<string>(metadata.path, method)]
      .map((part) => (part ?? '').replace(/^\/|\/$/g, ''))
      .filter((part) => part !== '')
      .join('/');
    return {
      method: named,
      path: `/${path.replace(/:(\w+)/g, '{$1}')}`,
      pathParameters: [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? ''),
      handler,
      roles: read<boolean>(anonymous, method)
        ? undefined
        : (read<Role[]>(allowedPeople, method) ?? []),
      freshLoginMs: read<number>(freshLogin, method) ?? 0,
      query: schemaOf(parameters, kinds.query),
      body: schemaOf(parameters, kinds.body),
      takesFile: parameters.some(
        ([, { factory }]) => factory === uploadedBytesOf || factory === incomingFileOf,
      ),
      needsIdempotencyKey: parameters.some(([, { factory }]) => factory === idempotencyKeyOf),
      needsIfMatch: parameters.some(([, { factory }]) => factory === ifMatchOf),
      versioned: read<boolean>(versioned, method) ?? false,
      status: read<number>(metadata.status, method) ?? (verb === RequestMethod.POST ? 201 : 200),
    };
  });
}

const read = <T>(key: string, target: object) => Reflect.getMetadata(key, target) as T | undefined;

const parametersOf = (controller: Controller, handler: string) =>
  Object.entries(
    (Reflect.getMetadata(metadata.parameters, controller, handler) ?? {}) as Record<
      string,
      Parameter
    >,
  );

function schemaOf(parameters: [string, Parameter][], kind: string): z.ZodType | undefined {
  const found = parameters.find(([key]) => key.startsWith(`${kind}:`))?.[1];
  const pipe = found?.pipes?.find((one) => one instanceof Object && 'schema' in one);
  if (pipe) return (pipe as { schema: z.ZodType }).schema;
  // A single named parameter, taken as it comes.
  return found && typeof found.data === 'string'
    ? z.object({ [found.data]: z.string().optional() })
    : undefined;
}
