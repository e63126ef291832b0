import { defineProblem } from '#libs/problems';

/** The folder is outside the drop area, or is not there. */
export class FolderUnknown extends defineProblem('FOLDER_UNKNOWN', 'not-found') {
  constructor() {
    super(
      'Ce dossier n’existe pas dans la zone de dépôt : vérifiez son nom. Les fichiers d’un import sont effacés quand il est terminé ou refusé ; la liste des imports dit ce qu’il en est.',
    );
  }
}

/** A file is truncated, not well formed, empty or missing: nothing is imported from such an export. */
export class SourceUnreadable extends defineProblem('SOURCE_UNREADABLE', 'invalid') {}
