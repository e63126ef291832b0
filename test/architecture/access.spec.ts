import { readdirSync } from 'node:fs';
import { services } from '#libs/contracts';
import { accessOf, rpcOfHandler } from '#libs/identity';

const rpcs = services.flatMap((service) =>
  service.methods.map((rpc) => ({ name: `${service.typeName}.${rpc.name}`, rpc })),
);

test('every method of the contracts says who may call it (ent.http.v1.access)', () => {
  expect(rpcs.length).toBeGreaterThan(150);
  const closed = rpcs.filter(({ rpc }) => {
    const { roles = [], also = [], callers = [] } = accessOf(rpc) ?? {};
    return [...roles, ...also, ...callers].length === 0;
  });
  expect(closed.map(({ name }) => name)).toEqual([]);
});

test('whoever is let in by name is a service of ours', () => {
  const named = new Set(rpcs.flatMap(({ rpc }) => accessOf(rpc)?.callers ?? []));
  expect(readdirSync('apps')).toEqual(expect.arrayContaining([...named]));
});

test('every method of the contracts is handled by a service, so that no route answers for nobody', async () => {
  const files = ['apps', 'libs']
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => file.endsWith('.rpc.ts'));
  const modules = await Promise.all(
    files.map((file) => import(`../../${file.replace(/ts$/, 'js')}`) as Promise<object>),
  );
  const handled = modules
    .flatMap((module) => Object.values(module) as { prototype?: object }[])
    .flatMap(({ prototype }) =>
      Object.values(Object.getOwnPropertyDescriptors(prototype ?? {})).flatMap(
        ({ value }) => (typeof value === 'function' && rpcOfHandler(value)) || [],
      ),
    )
    .map((rpc) => `${rpc.parent.typeName}.${rpc.name}`);
  expect(rpcs.map(({ name }) => name).filter((name) => !handled.includes(name))).toEqual([]);
});
