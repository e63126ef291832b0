import { Controller, Get, Header, HttpException } from '@nestjs/common';
import { Health, type Light } from './health.js';
import { registry } from './metrics.js';

/** Liveness, the two lights and metrics: the only routes of a service, on its private port. */
@Controller()
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('health/live')
  live(): { status: string } {
    return { status: 'live' };
  }

  /** For who sends requests here. */
  @Get('health/ready')
  ready(): Promise<{ status: string }> {
    return this.green('SERVING', 'ready');
  }

  /** For who watches over it: an alarm, the operator. */
  @Get('health/flowing')
  flowing(): Promise<{ status: string }> {
    return this.green('FLOWING', 'flowing');
  }

  private async green(light: Light, status: string): Promise<{ status: string }> {
    const faults = await this.health.faults(light);
    if (Object.keys(faults).length > 0)
      throw new HttpException({ status: `not ${status}`, faults }, 503);
    return { status };
  }

  @Get('metrics')
  @Header('content-type', registry.contentType)
  metrics(): Promise<string> {
    return registry.metrics();
  }
}
