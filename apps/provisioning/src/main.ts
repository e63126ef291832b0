import 'reflect-metadata';
import { loadConfig } from '#libs/config';
import { bootstrapService } from '#libs/service';
import { provisioningSettings } from './config.js';
import { ProvisioningModule } from './provisioning.module.js';

const settings = loadConfig(provisioningSettings, process.env);
await bootstrapService({
  name: 'provisioning',
  module: ProvisioningModule.with(settings),
  settings,
});
