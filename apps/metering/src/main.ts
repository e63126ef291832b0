import 'reflect-metadata';
import { loadConfig } from '#libs/config';
import { bootstrapService } from '#libs/service';
import { meteringSettings } from './config.js';
import { MeteringModule } from './metering.module.js';

const settings = loadConfig(meteringSettings, process.env);
await bootstrapService({
  name: 'metering',
  module: MeteringModule.with(settings),
  settings,
});
