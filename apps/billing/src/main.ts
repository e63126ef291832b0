import 'reflect-metadata';
import { loadConfig } from '#libs/config';
import { bootstrapService } from '#libs/service';
import { BillingModule } from './billing.module.js';
import { billingSettings } from './config.js';

const settings = loadConfig(billingSettings, process.env);
await bootstrapService({
  name: 'billing',
  module: BillingModule.with(settings),
  settings,
});
