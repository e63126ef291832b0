import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Health, loggerToken, type Logger } from '#libs/observability';
import { AnswerSearch } from './answer-search.js';
import { BindAccount } from './bind-account.js';
import { Connection, connectionBounds } from './connection.js';
import { ConnectionPlaces } from './domain/connection-places.js';
import { operations } from './ldap-metrics.js';
import { LdapsSettings } from './ldaps-settings.js';

const handshakeMs = 10_000;
const certificateReadAgainMs = 86_400_000;
const closingMax = 64;

const idOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/** The port of members' clients: TLS from the first byte, so many connections (`ConnectionPlaces`). */
@Injectable()
export class LdapsDoor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private server: Server | undefined;
  private rereading: NodeJS.Timeout | undefined;
  /** By address and port of the client; also those that are being closed. */
  private readonly sockets = new Map<string, Socket>();
  private readonly places: ConnectionPlaces<string>;
  /** Of each connection; a test makes them short. */
  bounds = connectionBounds;

  constructor(
    private readonly settings: LdapsSettings,
    private readonly bind: BindAccount,
    private readonly search: AnswerSearch,
    private readonly health: Health,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    const { connectionsMax, connectionsMaxPerAddress, connectionsMaxPerAccount } = settings;
    this.places = new ConnectionPlaces(
      ...([connectionsMax, connectionsMaxPerAddress, connectionsMaxPerAccount] as const),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    const { host, port, connectionsMax } = this.settings;
    const server = createServer(
      { ...this.certificate(), minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs },
      (socket) => this.accept(socket),
    );
    // Some come while others are being closed for them.
    server.maxConnections = connectionsMax + closingMax;
    server.on('connection', (socket: Socket) => this.count(socket));
    // No TLS, a certificate that is not trusted, a port scan: the client's matter, counted.
    server.on('tlsClientError', (_error, socket) => {
      operations.inc({ operation: 'HANDSHAKE', outcome: 'protocolError' });
      socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    server.on('error', (error) => this.logger.error({ err: error }, 'LDAPS port failed'));
    this.server = server;
    this.rereading = setInterval(() => this.reread(), certificateReadAgainMs).unref();
    this.health.add('SERVING', 'ldaps-port', () => (server.listening ? undefined : 'closed'));
  }

  /** A search under way ends with its connection: the client asks again, and nothing was written. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.rereading);
    const { server } = this;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of this.sockets.values()) socket.destroy();
    });
  }

  get port(): number {
    const address = this.server?.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Open now. */
  get connections(): number {
    return this.places.size;
  }

  private count(socket: Socket): void {
    const id = idOf(socket);
    const { isTaken, givenUp } = this.places.take(id, socket.remoteAddress ?? '');
    if (!isTaken) return void socket.destroy();
    this.sockets.set(id, socket);
    socket.once('close', () => {
      this.places.leave(id);
      this.sockets.delete(id);
    });
    if (givenUp === undefined) return;
    operations.inc({ operation: 'CONNECTION', outcome: 'givenUp' });
    this.sockets.get(givenUp)?.destroy();
  }

  private accept(socket: TLSSocket): void {
    const { bind, search, logger, bounds, places } = this;
    const [id, address] = [idOf(socket), socket.remoteAddress ?? ''];
    const take = (membershipId: string | undefined) => places.bind(id, membershipId);
    new Connection(socket, address, { bind, search, logger, bounds, take }).start();
  }

  private certificate() {
    const { certificateFile, keyFile } = this.settings;
    return { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
  }

  /** Renewed files hold from then on for new connections; broken ones leave the old in place. */
  private reread(): void {
    try {
      this.server?.setSecureContext(this.certificate());
    } catch (error) {
      this.logger.error({ err: error }, 'LDAPS certificate not read again');
    }
  }
}
