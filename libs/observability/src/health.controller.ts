import { Controller, Get, Header, HttpException } from '@nestjs/common';
import { Health } from './health.js';
import { registry } from './metrics.js';

/** Liveness, readiness and metrics: the only routes of a service, on its private port. */
@Controller()
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('health/live')
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(): Promise<{ status: string }> {
    const faults = await this.health.faults();
    if (Object.keys(faults).length > 0)
      throw new HttpException({ status: 'not ready', faults }, 503);
    return { status: 'ready' };
  }

  @Get('metrics')
  @Header('content-type', registry.contentType)
  metrics(): Promise<string> {
    return registry.metrics();
  }
}
