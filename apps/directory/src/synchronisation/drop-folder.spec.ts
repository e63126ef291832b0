import { DropFolder } from './drop-folder.js';

describe('the drop folder', () => {
  const folder = new DropFolder('/var/depot');

  test('gives the path of a folder inside it', () => {
    expect(folder.pathOf('2022-09-01/complet')).toBe('/var/depot/2022-09-01/complet');
  });

  test.each([
    '..',
    '../autre',
    '2022/../../autre',
    '/etc',
    '',
    '.',
    'a b',
    'a/../..',
    'a\0b',
    '.removed-1',
    '.full.12',
    'a/.b',
  ])('FOLDER_UNKNOWN: refuses %p', (name) =>
    expect(() => folder.pathOf(name)).toThrow('zone de dépôt'),
  );
});
