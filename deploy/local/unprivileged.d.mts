export type User = { uid?: number; gid?: number };
export function unprivilegedUser(): User;
export function memoryFor(bytes: number): string | undefined;
export function folderIn(place: string, wanted: string, user: User): string;
