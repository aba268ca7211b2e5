import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { CliError } from './cliError.ts';

const stackFileSchema = z.object({ endpoint_url: z.url(), region: z.string() });

/**
 * Points this process at the local cloud, for the stage `local` only: at `AWS_ENDPOINT_URL` where that is set, else at
 * what `npm run up` left behind. Nothing of the user's own AWS configuration is used then, so that no command meant for
 * the local cloud can reach an account.
 */
export function useLocalCloud(stage: string, root: string, env: NodeJS.ProcessEnv = process.env): void {
  if (stage !== 'local') return;
  const file = env['GATEHOUSE_STACK_FILE'] ?? resolve(root, env['GATEHOUSE_STATE_DIR'] ?? '.local', 'stack.json');
  const given = env['AWS_ENDPOINT_URL'];
  const { endpoint_url, region } = given
    ? { endpoint_url: given, region: env['AWS_REGION'] ?? 'us-east-1' }
    : readStackFile(file);
  for (const name of Object.keys(env)) if (name.startsWith('AWS_') && name !== 'AWS_CA_BUNDLE') delete env[name];
  Object.assign(env, {
    AWS_ENDPOINT_URL: endpoint_url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}

function readStackFile(file: string): z.infer<typeof stackFileSchema> {
  try {
    return stackFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CliError('no local stack: start one with `npm run up`, or name a stage with --stage', { cause });
  }
}
