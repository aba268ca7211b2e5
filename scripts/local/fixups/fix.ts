import type { Clients } from '../cloud/clients.ts';

/** Brings one resource to what its template says. Returns what it had to change, in words; nothing the second time. */
export type Fix = (clients: Clients, physicalId: string, properties: Record<string, unknown>) => Promise<string[]>;
