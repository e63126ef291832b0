import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AccessLog } from './access-log.js';
import { BackupFile } from './backup-file.js';
import { Clock } from './clock.js';
import type { Upload } from './csv/csv-check.js';
import { wizardRoutes } from './csv/wizard-routes.js';
import { deadlockDetected, Deadlocks } from './deadlocks.js';
import { Faults, shortened, wrongAnswer } from './faults.js';
import { purge } from './graph/deletions.js';
import { Graph } from './graph/graph.js';
import { EntError, type Entry } from './graph/nodes.js';
import { Importer, timedOut } from './importer.js';
import { Journal } from './journal.js';
import { classRoutes } from './routes/class-routes.js';
import { refusalAtTheGate } from './routes/gate.js';
import { readCall } from './routes/read-call.js';
import { type Answer, json, notFound } from './routes/route.js';
import { schoolRoutes } from './routes/school-routes.js';
import { userRoutes } from './routes/user-routes.js';
import { sessionRoutes } from './sessions/session-routes.js';
import { type Credentials, Sessions } from './sessions/sessions.js';
import { simulatorRoute } from './simulator-routes.js';
import { Throttle, type ServiceRate } from './throttle.js';

/** What it has of the platform, by the names under which calls are counted. */
export const routes = [
  ...sessionRoutes,
  ...schoolRoutes,
  ...wizardRoutes,
  ...classRoutes,
  ...userRoutes,
];

export type SimulatorOptions = {
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  /** Its `delete-user-delay`; 90 unless told. */
  readonly purgeDays?: number;
  /** Folder of the journal; undefined: nothing outlives the process. */
  readonly dataFolder?: string | undefined;
  /** Each call and its answer are logged in the folder of the journal. */
  readonly hasAccessLog?: boolean;
  readonly rate?: ServiceRate;
  /** What a line of the wizard's files takes, by its own clock; 2 unless told. */
  readonly importMsPerLine?: number;
  readonly credentials?: Partial<Credentials>;
  /** Those who administer the platform besides the connector. */
  readonly administrators?: readonly { readonly login: string; readonly password: string }[];
};

/** Open ENT-NG as far as our chain needs it, in one process, by plain HTTP. */
export class OpenEntNg {
  readonly faults = new Faults();
  readonly deadlocks = new Deadlocks();
  readonly clock = new Clock();
  readonly throttle: Throttle;
  readonly sessions: Sessions;
  readonly graph: Graph;
  readonly importer: Importer;
  readonly uploads = new Map<string, Upload>();
  readonly calls = new Map<string, number>();
  private readonly accessLog: AccessLog;
  private readonly backup: BackupFile;
  private readonly journal: Journal<Entry>;
  private readonly server: Server;

  private constructor(private readonly options: SimulatorOptions) {
    this.throttle = new Throttle(options.rate ?? { perSecond: 0, latencyMs: 0 });
    this.journal = new Journal<Entry>(options.dataFolder);
    this.accessLog = new AccessLog(options.hasAccessLog ? options.dataFolder : undefined);
    this.backup = new BackupFile(options.dataFolder);
    this.graph = new Graph(this.journal, this.clock, options.purgeDays);
    this.importer = new Importer(this.clock, () => void this.journal.flushed());
    const credentials = {
      login: 'connecteur',
      password: 'connecteur-secret',
      clientId: 'connecteur',
      clientSecret: 'connecteur-secret',
      ...options.credentials,
    };
    this.sessions = new Sessions(this.graph, credentials, options.administrators);
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
    });
    this.server.keepAliveTimeout = 60_000;
  }

  static async start(options: SimulatorOptions = {}): Promise<OpenEntNg> {
    const simulator = new OpenEntNg(options);
    await new Promise<void>((resolve, reject) => {
      simulator.server.once('error', reject);
      simulator.server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
    return simulator;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://${this.options.host ?? '127.0.0.1'}:${port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    await this.journal.flushed();
    this.journal.close();
    this.accessLog.close();
  }

  makeBackup(): void {
    this.backup.write(this.graph.backup());
  }

  /** The platform put back to its last backup: whoever was logged in must log in again. */
  restoreBackup(): void {
    this.graph.restoreBackup(this.backup.read());
    this.sessions.expireAll();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const body = await readBody(request);
    const method = request.method ?? 'GET';
    if (url.pathname.startsWith('/__simulator')) {
      const answer = simulatorRoute(this, method, url.pathname, body.toString('utf8'));
      await this.journal.flushed();
      return send(response, answer);
    }
    const route = routes.find((each) => each.method === method && each.pattern.test(url.pathname));
    const name = route?.name ?? 'unknown';
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const answered = this.accessLog.begin(name, `${method} ${request.url}`, body);
    response.once('close', () => answered('closed'));
    this.sessions.countCall();
    await this.throttle.pass();
    const work = () => this.answer(request, url, body);
    const fault = this.faults.hit(`${method} ${url.pathname}`, () => body.toString('utf8'));
    if (!fault) {
      const answer = await this.kept(work);
      if (!response.destroyed) answered(outcomeOf(answer));
      return send(response, answer);
    }
    const { mode, waitMs } = fault;
    answered(mode);
    if (mode === 'timeout-after-success') {
      await this.kept(work);
      await sleep(waitMs, undefined, { ref: false });
      request.socket.destroy();
    } else if (mode === 'importer-busy') {
      await sleep(waitMs);
      send(response, json(400, { error: timedOut(30_000) }));
      setTimeout(() => void this.kept(work), waitMs).unref();
    } else if (mode === 'disconnect') request.socket.destroy();
    else if (mode === 'empty-list' || mode === 'half-list')
      send(response, shortened(await work(), mode));
    else send(response, wrongAnswer(fault));
  }

  /** Nobody hears of what could still be lost. */
  private async kept(work: () => Answer | Promise<Answer>): Promise<Answer> {
    const answer = await work();
    await this.journal.flushed();
    return answer;
  }

  private async answer(request: IncomingMessage, url: URL, body: Buffer): Promise<Answer> {
    const route = routes.find(
      ({ method, pattern }) => method === request.method && pattern.test(url.pathname),
    );
    if (!route) return notFound;
    purge(this.graph);
    const { headers } = request;
    const identity = this.sessions.identify(headers);
    const call = await readCall(request, url, body, { route, identity });
    const refusal = refusalAtTheGate(this.graph, route, {
      ...{ identity, call, url: `http://${headers.host ?? ''}${url.pathname}${url.search}` },
      xsrf: [headers['x-xsrf-token']].flat()[0],
      hasAuthorization: headers.authorization !== undefined,
    });
    if (refusal) return refusal;
    try {
      const answer = () => route.answer(this, call);
      if (!route.isWritten) return answer();
      const creation = route.creationOf?.(this, call);
      // Behind an import creations are done one after the other (row O).
      if (creation && !this.importer.isAtWork && (await this.deadlocks.refuses(creation)))
        return json(400, deadlockDetected);
      const lines = route.linesOf?.(this, call);
      if (lines === undefined) return await this.importer.run(answer);
      return await this.importer.import(answer, lines * (this.options.importMsPerLine ?? 2));
    } catch (error) {
      if (!(error instanceof EntError)) throw error;
      if (error.message === '') return { ...notFound, status: error.status };
      return json(error.status, { error: error.message });
    }
  }
}

/** By its status; a failed transaction (row A) and an ended session by name. */
function outcomeOf({ status, body, headers }: Answer): string {
  if (body.includes('Neo.TransientError.')) return 'deadlock';
  return String(headers?.['location']).startsWith('/auth/login?') ? 'session-ended' : `${status}`;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'cache-control': 'no-cache, must-revalidate',
    expires: '-1',
    ...answer.headers,
  });
  response.end(answer.body);
}
