import type { Kind } from './world.ts';

export const hashAlone = 'Argon2id alone';
export const kinds: readonly Kind[] = ['new device', 'known device', 'wrong password'];
export const nameOf = (kind: Kind) => `Gatehouse, ${kind}`;
export const kindOf = (name: string): Kind => kinds.find((kind) => nameOf(kind) === name) ?? 'new device';
