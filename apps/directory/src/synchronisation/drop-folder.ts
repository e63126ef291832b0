import { isAbsolute, join, relative, resolve } from 'node:path';
import { FolderUnknown } from '../sources/sources.module.js';

/** The one place that exports are read from; a name that leads out of it does not exist. */
export class DropFolder {
  private readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** Throws FolderUnknown for a path that escapes. */
  pathOf(folder: string): string {
    const path = resolve(join(this.root, folder));
    const inside = relative(this.root, path);
    const safe = /^[\w.-]+(\/[\w.-]+)*$/.test(folder) && !folder.split('/').includes('..');
    if (!safe || inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
      throw new FolderUnknown('Ce dossier n’existe pas dans la zone de dépôt : vérifiez son nom.');
    }
    return path;
  }
}
