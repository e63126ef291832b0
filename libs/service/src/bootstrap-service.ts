import type { DescService } from '@bufbuild/protobuf';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import type { ServiceSettings } from '#libs/config';
import { OperationsService, servicesOf } from '#libs/contracts';
import { TokenVerifier } from '#libs/identity';
import { BatchConsumer } from '#libs/messaging';
import { collectProcessMetrics, Health, loggerToken, type Logger } from '#libs/observability';
import { grpcDoor, packageDefinitionOf } from '#libs/rpc';
import { AnyErrorFilter } from './any-error.filter.js';
import { NestLogger } from './nest-logger.js';

export type Process = {
  readonly name: string;
  readonly module: Type | DynamicModule;
  readonly settings: Pick<ServiceSettings, 'HTTP_PORT' | 'HOST' | 'DRAIN_SECONDS'>;
  /** Before anything listens: middleware of the console. */
  readonly prepare?: (app: INestApplication) => void | Promise<void>;
};

export type ServiceProcess = Process & {
  readonly settings: Pick<ServiceSettings, 'GRPC_PORT'>;
};

/**
 * Starts a service: private HTTP (health, metrics), gRPC, and the Kafka consumer where the module has
 * one; it answers what its package says (`servicesOf`), and OperationsService. SIGTERM and SIGINT drain: readiness turns red, DRAIN_SECONDS pass, consumers close, calls in flight
 * end, ports close, pools last.
 */
export function bootstrapService(options: ServiceProcess): Promise<INestApplication> {
  const { settings } = options;
  const services = [...servicesOf(options.name), OperationsService];
  return bootstrapProcess({
    ...options,
    prepare: async (app) => {
      const logger = app.get<Logger>(loggerToken);
      app.connectMicroservice(
        {
          transport: Transport.GRPC,
          options: {
            url: `${settings.HOST}:${settings.GRPC_PORT}`,
            package: [...new Set(services.map(packageOf))],
            packageDefinition: packageDefinitionOf(services),
            gracefulShutdown: true,
            ...grpcDoor(services, app.get(TokenVerifier), logger),
          },
        },
        { inheritAppConfig: true },
      );
      const consumer = app.get(BatchConsumer, { strict: false });
      app.connectMicroservice({ strategy: consumer }, { inheritAppConfig: true });
      await options.prepare?.(app);
    },
  });
}

/** Starts what every process has: its log, private HTTP (health, metrics), an orderly end. */
export async function bootstrapProcess(options: Process): Promise<INestApplication> {
  const { name, module, settings } = options;
  process.title = `ent-${name}`;
  // What a service writes is of people or of members: nobody else of the machine reads it.
  process.umask(0o077);
  collectProcessMetrics(name);
  const app = await NestFactory.create(module, { bufferLogs: true });
  const logger = app.get<Logger>(loggerToken);
  app.useLogger(new NestLogger(logger));
  // Before connectMicroservice with inheritAppConfig, or every error would be UNKNOWN.
  app.useGlobalFilters(new AnyErrorFilter(logger));
  await options.prepare?.(app);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.startAllMicroservices();
  await app.listen(settings.HTTP_PORT, settings.HOST);
  const health = app.get(Health);
  health.drainMs = settings.DRAIN_SECONDS * 1_000;
  health.add('SERVING', 'http', () => (app.getHttpServer().listening ? undefined : 'closed'));
  closeIdleConnectionsWhileStopping(app);
  logger.info({ port: settings.HTTP_PORT }, 'serving');
  return app;
}

const packageOf = (service: DescService): string => service.file.proto.package;

/** A client's kept-alive connection would hold the process for seconds; requests in flight still end. */
function closeIdleConnectionsWhileStopping(app: INestApplication): void {
  const server = app.getHttpServer() as import('node:http').Server;
  const close = server.close.bind(server);
  server.close = (callback) => {
    const result = close(callback);
    server.closeIdleConnections();
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    server.once('close', () => clearInterval(sweep));
    return result;
  };
}
