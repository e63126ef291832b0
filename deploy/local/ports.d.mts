export class Ports {
  constructor(file?: string);
  take(name: string, preferred?: number): Promise<number>;
}
export function isFree(port: number): Promise<boolean>;
