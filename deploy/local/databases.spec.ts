import { prepareDatabases } from './databases.mjs';

test('a database given for a service without the address of its owner is refused, and said what to do next', async () => {
  const prepared = prepareDatabases({
    dir: '/nowhere',
    postgres: { address: 'postgresql://postgres@127.0.0.1:1/postgres', given: true },
    secret: () => 'secret',
    environment: { MEMBERSHIP_DATABASE_URL: 'postgresql://owner@127.0.0.1:1/membership' },
  });
  await expect(prepared).rejects.toThrow(
    /Set MEMBERSHIP_MIGRATION_DATABASE_URL too, to the address of the owner/,
  );
});
