import { createServer, type Server, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { unreadableCharacters } from '#libs/http';
import { Health, inTrace, loggerToken, type Logger } from '#libs/observability';
import type { ConsoleSettings } from './config.js';
import { routedPathOf } from './request-path.js';
import { askerAt, RequestRate } from './request-rate.js';
import { CurrentSession } from './sessions/current-session.js';
import { lookAhead } from './sessions/look-ahead.js';
import type { RequestOfVisitor } from './visitor.js';
import { serveWebApplication } from './web-application.js';

export type DoorSettings = Pick<
  ConsoleSettings,
  | 'PUBLIC_PORT'
  | 'HTTP_PORT'
  | 'HOST'
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
  app.use(portRules(settings));
  app.use(securityHeaders(settings));
  app.set('trust proxy', settings.TRUSTED_PROXIES);
  app.use(ratesByAddress(settings));
  app.use(readableAddress);
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

function securityHeaders({ ISSUER_URL }: DoorSettings) {
  const policy = [
    `default-src 'self'`,
    // The design system positions some elements by style attributes.
    `style-src 'self' 'unsafe-inline'`,
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
    // Browsers heed it over TLS only.
    response.setHeader('strict-transport-security', 'max-age=31536000');
    // Answers are about people and money; the files of the web application say how long they are kept.
    response.setHeader('cache-control', 'no-store');
    next();
  };
}
