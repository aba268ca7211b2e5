import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { CliError } from '../../support/cliError.ts';

const stateSchema = z.object({
  schema_version: z.literal(2),
  file_sha256: z.string(),
  deployment: z.string(),
  options: z.string(),
  /** The key that makes the `sub` of a line without an id. */
  key: z.base64url(),
  through_line: z.int(),
  /** The lines that are tried again; absent when all are new. */
  only: z.array(z.int()).optional(),
  imported: z.int(),
  existing: z.int(),
  rejected: z.int(),
  /** How many of each. */
  notes: z.record(z.string(), z.int()),
  ignored: z.array(z.string()),
  finished_at: z.iso.datetime().optional(),
});
export type ImportState = z.infer<typeof stateSchema>;

/** Of the release before, which did not say of which deployment it was: begun anew, with the same ids. */
const unboundSchema = z
  .object({ schema_version: z.literal(1), file_sha256: z.string(), key: z.base64url() })
  .transform((old) => firstState({ hash: old.file_sha256, deployment: '', options: '' }, old.key));

const anySchema = z.union([stateSchema, unboundSchema]);

export function firstState(
  { hash, deployment, options }: { readonly hash: string; readonly deployment: string; readonly options: string },
  key: string,
): ImportState {
  return {
    schema_version: 2,
    file_sha256: hash,
    deployment,
    options,
    key,
    through_line: 0,
    imported: 0,
    existing: 0,
    rejected: 0,
    notes: {},
    ignored: [],
  };
}

/** @throws CliError for a file that is no state. */
export function readState(file: string): ImportState | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return anySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CliError(`${file} is not the state of an import: delete it to begin anew`, { cause });
  }
}

/** Whether a state belongs to a deployment, or to none yet. */
export function binds(file: string, deployment: string): boolean {
  return ['', deployment].includes(readState(file)?.deployment ?? '');
}
