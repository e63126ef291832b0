import { type DynamicModule, Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { Health } from './health.js';
import { createLogger, type Logger } from './logger.js';

/** Nest token of the process's pino logger. */
export const loggerToken = Symbol('logger');

/** Gives the logger and the health registry to every part, and serves the three private routes. */
@Global()
@Module({})
export class ObservabilityModule {
  static forService(service: string, level: string): DynamicModule {
    return {
      module: ObservabilityModule,
      controllers: [HealthController],
      providers: [
        { provide: loggerToken, useFactory: (): Logger => createLogger(service, level) },
        { provide: Health, useFactory: () => new Health() },
      ],
      exports: [loggerToken, Health],
    };
  }
}
