import type { IncomingMessage } from 'node:http';
import { EntError } from '../graph/nodes.js';
import { basicCredentials, type Identity } from '../sessions/sessions.js';
import type { Call, Route, UploadedFile } from './route.js';

/** A request as its route reads it. */
export async function readCall(
  { headers }: IncomingMessage,
  url: URL,
  body: Buffer,
  { route, identity }: { readonly route: Route; readonly identity: Identity },
): Promise<Call> {
  const type = headers['content-type'] ?? '';
  const { form, files } = /^multipart\/form-data\b/i.test(type)
    ? await readMultipart(body, type)
    : { form: new URLSearchParams(body.toString('utf8')), files: new Map<string, UploadedFile>() };
  return {
    parameters: route.pattern.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [],
    query: url.searchParams,
    ...{ form, files },
    json: () => readJson(body.toString('utf8')),
    cookie: headers.cookie ?? '',
    basic: basicCredentials(headers.authorization ?? ''),
    scope: scopeOf(identity),
  };
}

function scopeOf(identity: Identity): readonly string[] | undefined {
  if (identity.kind !== 'user') return undefined;
  const administration = identity.administrator?.administration;
  return administration?.is === 'ADML' ? administration.scope : undefined;
}

async function readMultipart(body: Buffer, type: string) {
  const form = new URLSearchParams();
  const files = new Map<string, UploadedFile>();
  const parts = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => new FormData());
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else files.set(name, { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { form, files };
}

function readJson(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new EntError('invalid.json');
  }
}
