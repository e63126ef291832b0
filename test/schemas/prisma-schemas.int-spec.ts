import { serviceNames } from '#libs/contracts';
import { freshDatabase } from '#libs/testing';
import { schemaDifferences } from './schema-differences.js';

/**
 * Goal: what a typed read is compiled against is what the database has. Method: each service's
 * migrations on a fresh database, compared by Prisma's own engine with its schema.prisma.
 */
test.each(serviceNames)(
  '%s: schema.prisma says what the migrations made',
  async (service) => {
    const fresh = await freshDatabase(service);
    try {
      const script = await schemaDifferences(
        `apps/${service}/prisma/schema.prisma`,
        fresh.ownerUrl,
      );
      expect(withoutComments(script)).toEqual([]);
    } finally {
      await fresh.drop();
    }
  },
  60_000,
);

const withoutComments = (script: string) =>
  script.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('--'));
