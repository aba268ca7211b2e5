/** The roles a deployment begins with. */
export const roles = ['admin', 'auditor', 'member'] as const;
export type Role = (typeof roles)[number];
