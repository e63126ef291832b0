import { defineProblem } from '#libs/problems';

/** The folder is outside the drop area, or is not there. */
export class FolderUnknown extends defineProblem('FOLDER_UNKNOWN', 'not-found') {}

/** A file is truncated, not well formed, empty or missing: nothing is imported from such an export. */
export class SourceUnreadable extends defineProblem('SOURCE_UNREADABLE', 'invalid') {}
