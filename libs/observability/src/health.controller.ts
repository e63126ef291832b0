import { Controller, Get, Header, HttpException } from '@nestjs/common';
import { Health, type Light, lights } from './health.js';
import { Gauge, registry } from './metrics.js';

const lightGauge = new Gauge({
  name: 'ent_light',
  help: '1: green, 0: red. SERVING: requests may be sent here; FLOWING: facts come in and go out',
  labelNames: ['light'],
  registers: [registry],
});

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
  async metrics(): Promise<string> {
    for (const light of lights) {
      const faults = await this.health.faults(light);
      lightGauge.set({ light }, Object.keys(faults).length === 0 ? 1 : 0);
    }
    return registry.metrics();
  }
}
