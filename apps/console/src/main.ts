import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { loadConfig } from '#libs/config';
import { bootstrapService } from '#libs/service';
import { consoleSettings } from './config.js';
import { ConsoleModule } from './console.module.js';
import { prepareDoor } from './public-door.js';

const settings = loadConfig(consoleSettings, process.env);
await bootstrapService({
  name: 'console',
  module: ConsoleModule.with(settings),
  settings,
  // Nobody asks the console anything but its state (OperationsService, added for every service).
  services: [],
  prepare: (app) => prepareDoor(app as NestExpressApplication, settings),
});
