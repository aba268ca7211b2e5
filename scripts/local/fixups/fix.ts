import type { Clients } from '../cloud/clients.ts';

/** Makes one resource what its template says. Returns in words what it changed: nothing the second time. */
export type Fix = (clients: Clients, physicalId: string, properties: Record<string, unknown>) => Promise<string[]>;
