import { ConfigurationInvalid, loadConfig } from '#libs/config';
import { membershipSettings } from './config.js';

const settings = {
  ...{ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/membership', ANCHOR_FOLDER: 'unused' },
  ...{ KAFKA_BROKERS: '127.0.0.1:1', GRPC_PORT: '1', HTTP_PORT: '1' },
  ...{ ISSUER_URL: 'http://127.0.0.1:1', CLIENT_SECRET: 'secret-of-a-test' },
  ...{ FACT_KEY_FILE: 'unused', FACT_KEY_RING_FILE: 'unused' },
  ...{ PROVISIONING_RPC: 'unused:1', BILLING_RPC: 'unused:1', LDAP_URL: 'ldaps://127.0.0.1:1' },
};

function mistakesOf(own: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(membershipSettings, { ...settings, ...own });
    return [];
  } catch (error) {
    return (error as ConfigurationInvalid).mistakes;
  }
}

test('MKT-4: refuses SCHEDULER=on with CALENDAR=player, and names the setting beside other mistakes', () => {
  const refused = /^SCHEDULER: on needs CALENDAR=clock/;
  expect(mistakesOf({ SCHEDULER: 'on', CALENDAR: 'player' })).toEqual([
    expect.stringMatching(refused),
  ]);
  expect(mistakesOf({ SCHEDULER: 'on', CALENDAR: 'player', GRPC_PORT: '0' })).toEqual([
    expect.stringMatching(/^GRPC_PORT/),
    expect.stringMatching(refused),
  ]);
  expect(mistakesOf({ SCHEDULER: 'on' })).toEqual([]);
  expect(mistakesOf({ CALENDAR: 'player' })).toEqual([]);
});
