import { ConfigurationInvalid, loadConfig, serviceSettings } from './index.js';

const good = {
  DATABASE_URL: 'postgres://billing@127.0.0.1:5432/billing',
  ANCHOR_FOLDER: '/srv/anchors',
  KAFKA_BROKERS: '127.0.0.1:9092, 127.0.0.1:9093',
  FACT_KEY_FILE: '/srv/fact-keys/billing.json',
  FACT_KEY_RING_FILE: '/srv/fact-keys/ring.json',
  GRPC_PORT: '5101',
  HTTP_PORT: '5201',
  ISSUER_URL: 'http://127.0.0.1:4201',
  CLIENT_SECRET: 'a-long-secret',
};

test('reads numbers, lists and defaults', () => {
  expect(loadConfig(serviceSettings, good)).toMatchObject({
    GRPC_PORT: 5101,
    KAFKA_BROKERS: ['127.0.0.1:9092', '127.0.0.1:9093'],
    LOG_LEVEL: 'info',
  });
});

test('MKT-4: days begin by the clock where CALENDAR is not set, and an unknown mode is refused', () => {
  expect(loadConfig(serviceSettings, good).CALENDAR).toBe('clock');
  expect(loadConfig(serviceSettings, { ...good, CALENDAR: 'player' }).CALENDAR).toBe('player');
  expect(() => loadConfig(serviceSettings, { ...good, CALENDAR: 'playr' })).toThrow('CALENDAR');
});

test('reports all mistakes together and repeats no value', () => {
  const wrong = { ...good, GRPC_PORT: '0', ISSUER_URL: 'nowhere', CLIENT_SECRET: 'secret1' };
  expect.assertions(3);
  try {
    loadConfig(serviceSettings, wrong);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationInvalid);
    const { mistakes } = error as ConfigurationInvalid;
    expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual([
      'GRPC_PORT',
      'ISSUER_URL',
      'CLIENT_SECRET',
    ]);
    expect(mistakes.join()).not.toContain('secret1');
  }
});
