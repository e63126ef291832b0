import type { IncomingMessage } from 'node:http';

/** Without the query. Taken as text: a target such as `//` is no URL, and no reason to fail. */
export const pathOf = (request: IncomingMessage) => (request.url ?? '/').split('?', 1)[0] ?? '/';

/** As the router reads it: it knows neither case nor a slash at the end. */
export const routedPathOf = (request: IncomingMessage) =>
  pathOf(request)
    .toLowerCase()
    .replace(/\/+/g, '/')
    .replace(/(?<=.)\/$/, '');
