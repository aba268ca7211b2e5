import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const frontConfigSchema = z.object({
  /** The deployed stage at the emulator, without a trailing slash; null until there is one. */
  upstream: z.url().nullable(),
  /** Where the emulator's own list of sent mails is; null for an endpoint that has none. */
  mails: z.url().nullable(),
  /** What the emulator's guard knows the front by; null for an endpoint without that guard. */
  token: z.string().nullable().default(null),
});
export type FrontConfig = z.infer<typeof frontConfigSchema>;

/** Replaces the configuration in one step, so that a running front never reads half of it. */
export function writeFrontConfig(file: string, config: FrontConfig): void {
  writeFileSync(`${file}.new`, JSON.stringify(config), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** A reader that notices a change of the file: a new deployment may have a new API id. */
export function watchFrontConfig(file: string): () => FrontConfig {
  let seen = Number.NaN;
  let config: FrontConfig = { upstream: null, mails: null, token: null };
  return () => {
    const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed !== seen && changed !== 0) config = frontConfigSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    seen = changed;
    return config;
  };
}
