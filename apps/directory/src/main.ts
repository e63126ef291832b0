import { loadConfig } from '#libs/config';
import { bootstrapService } from '#libs/service';
import { settingsSchema } from './config.js';
import { DirectoryModule } from './directory.module.js';

const settings = loadConfig(settingsSchema, process.env);
await bootstrapService({
  name: 'directory',
  module: DirectoryModule.with(settings),
  settings,
});
