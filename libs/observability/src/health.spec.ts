import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '#libs/testing';
import { Health } from './health.js';
import { ObservabilityModule } from './observability.module.js';

describe('two lights', () => {
  let app: INestApplication;
  let health: Health;
  let url: string;
  beforeEach(async () => {
    app = await NestFactory.create(ObservabilityModule.forService('test', 'silent'), {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    health = app.get(Health);
  });
  afterEach(() => app.close());

  const statusOf = async (light: string) =>
    (await fetch(`${url}/health/${light}`, { headers: { connection: 'close' } })).status;

  test('what does not flow is told, and what the process knows is served on', async () => {
    health.add('SERVING', 'postgresql', () => undefined);
    health.add('FLOWING', 'kafka-consumer', () => 'no assignment yet');
    expect(await statusOf('ready')).toBe(200);
    expect(await statusOf('flowing')).toBe(503);
    expect(await health.faults('FLOWING')).toEqual({ 'kafka-consumer': 'no assignment yet' });
    const metrics = await (
      await fetch(`${url}/metrics`, { headers: { connection: 'close' } })
    ).text();
    expect(metrics).toContain('ent_light{light="SERVING"} 1\nent_light{light="FLOWING"} 0');
  });

  test('what cannot be served is told apart from what flows', async () => {
    health.add('SERVING', 'postgresql', () => Promise.reject(new Error('gone')));
    expect(await statusOf('ready')).toBe(503);
    expect(await statusOf('flowing')).toBe(200);
    expect(await health.faults('SERVING')).toEqual({ postgresql: 'gone' });
  });

  test('asked to stop, it is not ready at once, and serves on while it drains', async () => {
    health.drainMs = 500 * patience;
    const begun = performance.now();
    const closed = app.close();
    await sleep(50);
    expect(await statusOf('ready')).toBe(503);
    expect(await statusOf('live')).toBe(200);
    await closed;
    expect(performance.now() - begun).toBeGreaterThan(490 * patience);
    await expect(statusOf('live')).rejects.toThrow();
    // The hook after this one closes it a second time.
    health.drainMs = 0;
  });
});
