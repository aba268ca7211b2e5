import * as z from 'zod/mini';
import { roles } from '../accounts/account.ts';
import { tenantIdSchema } from '../accounts/tenantId.ts';
import type { ReadDraft } from './draft.ts';
import { booleanSchema, draftHashOfText, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

/** A column like `is_active` serves as well as the words. */
const statusSchema = z.pipe(
  z.union([z.enum(['active', 'disabled']), booleanSchema]),
  z.transform((status) => (typeof status === 'boolean' ? !status : status === 'disabled')),
);

/** What `users export` writes, and what somebody's own file has to look like. Only `email` is required. */
const schema = z.object({
  sub: z.optional(z.uuid().check(z.toLowerCase())),
  source_id: z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
  email: z.string({ error: 'there is no address' }),
  email_verified: z.optional(booleanSchema),
  password_hash: z.optional(z.string()),
  status: z.optional(statusSchema),
  disabled: z.optional(booleanSchema),
  roles: z.optional(z.array(z.enum(roles))),
  tenant_id: z.optional(tenantIdSchema),
  created_at: z.optional(instantSchema),
  factor_methods: z.optional(z.array(z.string())),
});

export const gatehouseFields: readonly string[] = Object.keys(schema.shape);

export const readGatehouse: ReadDraft = (record) => {
  const parsed = parseRecord(schema, record);
  return {
    sub: parsed.sub,
    sourceId: parsed.source_id,
    email: parsed.email,
    emailVerified: parsed.email_verified,
    ...draftHashOfText(parsed.password_hash),
    disabled: parsed.status === true || parsed.disabled === true,
    roles: parsed.roles,
    tenantId: parsed.tenant_id,
    createdAt: parsed.created_at,
    factors: parsed.factor_methods,
    ignored: ignoredFields(record, schema.shape),
  };
};

const listFields = ['roles', 'factor_methods'];
/** An empty cell, and what databases write for NULL. */
const absent = /^(?:|null|\\N)$/i;

/** A row of CSV, whose cells are all text: a list is separated by spaces. */
export const readGatehouseCsv: ReadDraft = (row) => {
  const cells = Object.entries(parseRecord(z.record(z.string(), z.string()), row));
  const present = cells.filter(([, text]) => !absent.test(text.trim()));
  return readGatehouse(Object.fromEntries(present.map(([name, text]) => [name, cellValue(name, text.trim())])));
};

function cellValue(name: string, text: string): unknown {
  return listFields.includes(name) ? text.split(/[\s,]+/).filter(Boolean) : text;
}
