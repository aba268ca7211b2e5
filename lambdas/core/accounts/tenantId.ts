import * as z from 'zod/mini';

/** What a tenant may be called, whoever names it: an operator, or a record of an import. */
export const tenantIdSchema = z.string().check(z.regex(/^[\w.:-]{1,128}$/, 'is no tenant id'));
