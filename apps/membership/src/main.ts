import 'reflect-metadata';
import { loadConfig } from '#libs/config';
import { bootstrapService } from '#libs/service';
import { membershipSettings } from './config.js';
import { MembershipModule } from './membership.module.js';

const settings = loadConfig(membershipSettings, process.env);
await bootstrapService({
  name: 'membership',
  module: MembershipModule.with(settings),
  settings,
});
