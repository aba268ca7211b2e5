import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Command, Option } from 'commander';
import { CliError } from '../support/cliError.ts';
import type { Deployment } from '../support/deployment.ts';
import { contextOf } from '../support/globals.ts';
import { readSigningKeys } from './list.ts';
import { rotateByService, rotateBySteps } from './secretRotation.ts';

interface RotateOptions {
  readonly ring: keyof typeof rings;
  readonly emergency?: boolean;
}

const rings = {
  signing: { secret: 'signingKeys', rotator: 'rotateSigningKeys' },
  refresh: { secret: 'refreshKeys', rotator: 'rotateRefreshKeys' },
} as const;

export function addRotate(keys: Command, { keyCacheSeconds }: { readonly keyCacheSeconds: number }): void {
  keys
    .command('rotate')
    .description('rotates a key ring now: next becomes current, current retires, and a new key is next')
    .addOption(
      new Option('--ring <name>', 'access token keys, or the MAC keys of refresh tokens')
        .choices(Object.keys(rings))
        .default('signing'),
    )
    .option('--emergency', 'a signing key has leaked: replace current and next, and revoke what they signed')
    .addHelpText(
      'after',
      `
Tokens stay good in an ordinary rotation, which is refused until the next key has been published for a while.
In an emergency what the leaked key signed is refused within the revocation bound; clients refresh and go on.

Examples:
  $ npx gatehouse keys rotate --stage prod
  $ npx gatehouse keys rotate --emergency --stage prod`,
    )
    .action(async ({ ring, emergency = false }: RotateOptions, command: Command) => {
      if (emergency && ring !== 'signing') throw new CliError('--emergency is for the signing ring only');
      const { output, deployment } = contextOf(command);
      const stage = await deployment();
      const secretId = stage.secret(rings[ring].secret);
      const version =
        emergency || endpointIsOverridden()
          ? await rotateBySteps(new LambdaClient({}), {
              functionName: stage.functionName(rings[ring].rotator),
              secretId,
              emergency,
            })
          : await rotateBySchedule(stage, ring, keyCacheSeconds);
      await output.result({ ring, version, emergency }, () =>
        emergency ? 'replaced: the access tokens that the old keys signed are revoked' : `rotated the ${ring} keys`,
      );
    });
}

/**
 * Rotates through Secrets Manager. It would try an early rotation again and again and never say why, so an early one is
 * refused here.
 *
 * @throws CliError that says when the next rotation may begin.
 */
async function rotateBySchedule(stage: Deployment, ring: keyof typeof rings, keyCacheSeconds: number): Promise<string> {
  const secretId = stage.secret(rings[ring].secret);
  const keys = ring === 'signing' ? await readSigningKeys(stage) : undefined;
  const publishedAt = keys?.ring && keys.published.firstPublished[keys.ring.next.jwk.kid];
  const waitSeconds = publishedAt === undefined ? 0 : publishedAt + keyCacheSeconds - Date.now() / 1000;
  if (waitSeconds > 0) {
    throw new CliError(
      `the next key has to be published ${keyCacheSeconds} s before it signs: try again in ${Math.ceil(waitSeconds)} s`,
    );
  }
  return rotateByService(new SecretsManagerClient({}), { secretId });
}

/** The `RotateSecret` of a local cloud copies the secret and calls no function. */
function endpointIsOverridden(): boolean {
  return process.env['AWS_ENDPOINT_URL'] !== undefined || process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] !== undefined;
}
