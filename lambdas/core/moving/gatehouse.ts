import { z } from 'zod';
import { roles } from '../accounts/account.ts';
import type { ReadDraft } from './draft.ts';
import { hashOfText, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

/** What `users export` writes, and what somebody's own file has to look like. Only `email` is required. */
const schema = z.object({
  sub: z.uuid().toLowerCase().optional(),
  source_id: z.string().min(1).max(256).optional(),
  email: z.string(),
  email_verified: z.boolean().optional(),
  password_hash: z.string().nullish(),
  status: z.enum(['active', 'disabled']).optional(),
  roles: z.array(z.enum(roles)).optional(),
  tenant_id: z
    .string()
    .regex(/^[\w.:-]{1,128}$/, 'is no tenant id')
    .optional(),
  created_at: instantSchema.optional(),
  factor_methods: z.array(z.string()).optional(),
});

export const readGatehouse: ReadDraft = (record) => {
  const parsed = parseRecord(schema, record);
  return {
    sub: parsed.sub,
    sourceId: parsed.source_id,
    email: parsed.email,
    emailVerified: parsed.email_verified,
    hash: hashOfText(parsed.password_hash),
    disabled: parsed.status === 'disabled',
    roles: parsed.roles,
    tenantId: parsed.tenant_id,
    createdAt: parsed.created_at,
    factors: parsed.factor_methods,
    ignored: ignoredFields(record, schema.shape),
  };
};

const csvBooleans: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
const listFields = ['roles', 'factor_methods'];

/** A row of CSV, whose cells are all text: an empty cell is an absent member, and a list is separated by spaces. */
export const readGatehouseCsv: ReadDraft = (row) => {
  const cells = Object.entries(parseRecord(z.record(z.string(), z.string()), row)).filter(([, text]) => text !== '');
  return readGatehouse(Object.fromEntries(cells.map(([name, text]) => [name, cellValue(name, text)])));
};

function cellValue(name: string, text: string): unknown {
  if (name === 'email_verified') return csvBooleans[text.toLowerCase()] ?? text;
  return listFields.includes(name) ? text.split(/\s+/).filter(Boolean) : text;
}
