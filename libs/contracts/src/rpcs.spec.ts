import { services, servicesOf } from './index.js';

test('a process answers the services of its package, and each service has its process', () => {
  const named = (process: string) => servicesOf(process).map(({ name }) => name);
  expect(named('directory')).toEqual(['DirectoryService', 'StaffService']);
  expect(named('nobody')).toEqual([]);
  const processes = ['billing', 'console', 'directory', 'membership', 'metering', 'provisioning'];
  const answered = processes.flatMap(named);
  // It is every process's.
  expect([...answered, 'OperationsService'].sort()).toEqual(
    services.map(({ name }) => name).sort(),
  );
});
