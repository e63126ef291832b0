import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { pathOf, routedPathOf } from './request-path.js';

type Next = () => void;
type WebSettings = { readonly WEB_FOLDER: string; readonly BRAND: string };

const year = 'public, max-age=31536000, immutable';
const hour = 'public, max-age=3600';

/** The web application as its build wrote it: its files, and its one page at every other address. */
export function serveWebApplication(app: NestExpressApplication, settings: WebSettings): void {
  app.use(compressedFiles(settings.WEB_FOLDER));
  app.useStaticAssets(settings.WEB_FOLDER, {
    index: false,
    setHeaders: (response) => {
      // A name with a hash, or a version in the address, never means other bytes.
      const named = /^\/assets\/|[?&]v=/.test(response.req.originalUrl);
      response.setHeader('cache-control', named ? year : hour);
    },
  });
  app.use(indexPage(settings));
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * Leads a request for a text to the file that the build compressed beside it (web/precompress.mjs). Which exist is
 * read once: a build is replaced with its process.
 */
function compressedFiles(folder: string) {
  const files = new Set(
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `/${name}`)
      : [],
  );
  return (request: IncomingMessage, response: ServerResponse, next: Next) => {
    const path = pathOf(request);
    const type = types[extname(path)];
    const written = encodings.filter(([, ending]) => files.has(path + ending));
    if (!type || written.length === 0) return next();
    response.setHeader('vary', 'accept-encoding');
    const taken = written.find(([encoding]) => takes(request, encoding));
    if (taken) {
      const [encoding, ending] = taken;
      response.setHeader('content-type', type);
      response.setHeader('content-encoding', encoding);
      request.url = path + ending;
    }
    next();
  };
}

/** Whether the browser named the encoding, and not with a weight of nought. */
function takes(request: IncomingMessage, encoding: string): boolean {
  const named = String(request.headers['accept-encoding'] ?? '').split(',');
  return named.some((one) => {
    const [name, ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

/**
 * Every page of the web application is its index: its own router shows the right one. The brand is told in it,
 * since it stands on the page of who is not logged in too. It names the hashed files, so it is asked every time.
 */
function indexPage({ WEB_FOLDER, BRAND }: WebSettings) {
  const index = join(WEB_FOLDER, 'index.html');
  const brand = BRAND.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return (request: IncomingMessage, response: ServerResponse, next: Next) => {
    const path = routedPathOf(request);
    const isPage =
      request.method === 'GET' &&
      !/^\/(api|auth|health|metrics)(\/|$)/.test(path) &&
      !/\.\w+$/.test(path);
    if (!isPage) return next();
    readFile(index, 'utf8').then(
      (html) => {
        const page = html.replace('{{brand}}', () => brand);
        const etag = `"${createHash('sha256').update(page).digest('base64url').slice(0, 27)}"`;
        response.setHeader('cache-control', 'no-cache');
        response.setHeader('etag', etag);
        if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
        return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
      },
      () => next(),
    );
  };
}
