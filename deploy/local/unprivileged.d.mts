export type User = { uid?: number; gid?: number };
export function unprivilegedUser(): User;
export function canReach(path: string, user: User): boolean;
export function memoryFor(bytes: number): string | undefined;
export function folderIn(place: string, wanted: string, user: User): string;
