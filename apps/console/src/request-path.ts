import type { IncomingMessage } from 'node:http';

/** Without the query. Taken as text: a target such as `//` is no URL, and no reason to fail. */
export const pathOf = (request: IncomingMessage) => (request.url ?? '/').split('?', 1)[0] ?? '/';

/** Nothing to change: each request has its path read six times. */
const plainPath = /^(?:\/[a-z0-9_.-]+)+$/;

/** As the router reads it: it knows neither case nor a slash at the end. */
export function routedPathOf(request: IncomingMessage): string {
  const path = pathOf(request);
  if (plainPath.test(path)) return path;
  return path
    .toLowerCase()
    .replace(/\/+/g, '/')
    .replace(/(?<=.)\/$/, '');
}
