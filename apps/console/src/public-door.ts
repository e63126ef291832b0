import { createHash } from 'node:crypto';
import { createServer, type Server, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { problemOfStatus, unreadableCharacters } from '#libs/http';
import { Health, inTrace, loggerToken, type Logger } from '#libs/observability';
import type { ConsoleSettings } from './config.js';
import { routedPathOf } from './request-path.js';
import { askerAt, RequestRate } from './request-rate.js';
import { CurrentSession } from './sessions/current-session.js';
import { lookAhead } from './sessions/look-ahead.js';
import { keepPlaces, requestsAtOnce } from './sessions/requests-at-once.js';
import type { RequestOfVisitor } from './visitor.js';
import { serveWebApplication } from './web-application.js';

export type DoorSettings = Pick<
  ConsoleSettings,
  | 'PUBLIC_PORT'
  | 'HTTP_PORT'
  | 'HOST'
  | 'CONSOLE_URL'
  | 'ISSUER_URL'
  | 'BRAND'
  | 'WEB_FOLDER'
  | 'REQUESTS_PER_MINUTE_AND_ADDRESS'
  | 'LOGINS_PER_MINUTE_AND_ADDRESS'
  | 'TRUSTED_PROXIES'
>;
export const doorSettings = Symbol('door settings');

/** The port people reach, next to the private one (health, metrics) that every service has. */
@Injectable()
export class PublicDoor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly health: Health,
    @Inject(doorSettings) private readonly settings: DoorSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { PUBLIC_PORT, HOST } = this.settings;
    const handler = this.adapter.httpAdapter.getInstance<Parameters<typeof createServer>[1]>();
    const server = createServer(handler as Parameters<typeof createServer>[0]);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(PUBLIC_PORT, HOST, resolve);
    });
    this.server = server;
    this.health.add('SERVING', 'public-port', () => (server.listening ? undefined : 'closed'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server) return;
    // Requests in flight end; idle connections that browsers keep would hold the process.
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    clearInterval(sweep);
  }
}

type Next = () => void;

/** What stands before the routes: which port serves what, security headers, the web application. */
export function prepareDoor(app: NestExpressApplication, settings: DoorSettings): void {
  app.disable('x-powered-by');
  // Answers are not stored (no-store): a digest of each would serve nobody. Versioned ones set their own.
  app.set('etag', false);
  app.use(requestEvents(app.get<Logger>(loggerToken)));
  app.use(securityHeaders(settings));
  app.use(portRules(settings));
  app.use(ownAddress(settings));
  app.set('trust proxy', settings.TRUSTED_PROXIES);
  app.use(ratesByAddress(settings));
  app.use(readableAddress);
  app.use(requestsAtOnce());
  keepPlaces(app);
  app.use(lookAhead(app.get(CurrentSession)));
  serveWebApplication(app, settings);
}

/** One wide event per request, in its trace. Never the query: it may hold a name (SUP-4). */
function requestEvents(logger: Logger) {
  return (request: IncomingMessage & RequestOfVisitor, response: ServerResponse, next: Next) => {
    const begun = performance.now();
    const path = routedPathOf(request);
    // Every request begins a trace of its own: a browser's would let it write into another's.
    inTrace(undefined, () => {
      response.once('close', () => {
        if (!/^\/(api|auth)\//.test(path)) return;
        logger.info(
          {
            kind: 'request',
            method: request.method,
            path,
            status: response.statusCode,
            user: request.visitor?.userId,
            durationMs: Math.round((performance.now() - begun) * 10) / 10,
          },
          'request',
        );
      });
      next();
    });
  };
}

/** Health and metrics tell about the machinery: they are for the private port, but for « is it alive ». */
function portRules(settings: Pick<DoorSettings, 'HTTP_PORT'>) {
  return (request: IncomingMessage, response: ServerResponse, next: Next) => {
    const path = routedPathOf(request);
    const isMachinery = /^\/(metrics|health)(\/|$)/.test(path);
    const isPrivate = request.socket.localPort === settings.HTTP_PORT;
    if (isPrivate === isMachinery || path === '/health/live') return next();
    response.writeHead(404).end();
  };
}

/**
 * Answers at the public address alone, so that no foreign name gets a page, and no link or cookie could be made of one
 * (DNS rebinding, a poisoned cache). The private port and « is it alive » are called by the address of the machine.
 */
function ownAddress(settings: Pick<DoorSettings, 'HTTP_PORT' | 'CONSOLE_URL'>) {
  const { host } = new URL(settings.CONSOLE_URL);
  const detail = `Cette adresse n’est pas celle du service. Ouvrez ${settings.CONSOLE_URL}.`;
  const problem = JSON.stringify(problemOfStatus(421, 'HOST_UNKNOWN', detail));
  const isNamed = (header: string | string[] | undefined) =>
    header === host ||
    String(header)
      .split(',')
      .every((one) => one.trim().toLowerCase() === host);
  return (request: IncomingMessage, response: ServerResponse, next: Next) => {
    const { url = '', headers, socket } = request;
    const isPrivate = socket.localPort === settings.HTTP_PORT;
    if (isPrivate || routedPathOf(request) === '/health/live') return next();
    // A target that begins with a scheme names a host of its own.
    const isOwn =
      url.startsWith('/') && isNamed(headers.host) && isNamed(headers['x-forwarded-host'] ?? host);
    if (isOwn) return next();
    response
      .writeHead(421, { 'content-type': 'application/problem+json; charset=utf-8' })
      .end(problem);
  };
}

/** Before a session is looked for: who has none costs nothing but this. Of a person: SessionGuard. */
function ratesByAddress(settings: DoorSettings) {
  const requests = new RequestRate(settings.REQUESTS_PER_MINUTE_AND_ADDRESS);
  const logins = new RequestRate(settings.LOGINS_PER_MINUTE_AND_ADDRESS);
  return (request: IncomingMessage & { ip?: string }, _response: ServerResponse, next: Next) => {
    const path = routedPathOf(request);
    const asker = askerAt(request.ip ?? '');
    if (/^\/(api|auth)\//.test(path)) requests.take(asker);
    if (path === '/auth/login') logins.take(asker);
    next();
  };
}

/** A path or a query is text too; what stands in a body is judged with its bounds. */
function readableAddress({ url }: IncomingMessage, _response: ServerResponse, next: Next) {
  if (url?.includes('%00')) throw unreadableCharacters('');
  next();
}

/** The style element that the design system adds for each colour scheme, byte for byte (its `useIsDark`). */
const schemeStyles = ['light', 'dark'].map((scheme) => {
  const text = `:root { color-scheme: ${scheme}; }`;
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
});

/** What a browser lets pages do and this application never needs; the list has no « all ». */
const deniedFeatures = [
  ...[
    'accelerometer',
    'autoplay',
    'camera',
    'clipboard-read',
    'clipboard-write',
    'display-capture',
  ],
  ...['encrypted-media', 'fullscreen', 'geolocation', 'gyroscope', 'hid', 'idle-detection'],
  ...['local-fonts', 'magnetometer', 'microphone', 'midi', 'payment', 'picture-in-picture'],
  ...['publickey-credentials-get', 'screen-wake-lock', 'serial', 'usb', 'xr-spatial-tracking'],
];
const permissions = deniedFeatures.map((feature) => `${feature}=()`).join(', ');

function securityHeaders({ ISSUER_URL }: DoorSettings) {
  const policy = [
    `default-src 'self'`,
    `style-src 'self' ${schemeStyles.join(' ')}`,
    `img-src 'self' data:`,
    `object-src 'none'`,
    `base-uri 'self'`,
    `form-action 'self' ${new URL(ISSUER_URL).origin}`,
    `frame-ancestors 'none'`,
  ].join('; ');
  return (_request: IncomingMessage, response: ServerResponse, next: Next) => {
    response.setHeader('content-security-policy', policy);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'same-origin');
    response.setHeader('permissions-policy', permissions);
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    // Browsers heed it over TLS only.
    response.setHeader('strict-transport-security', 'max-age=31536000');
    // Answers are about people and money; the files of the web application say how long they are kept.
    response.setHeader('cache-control', 'no-store');
    next();
  };
}
