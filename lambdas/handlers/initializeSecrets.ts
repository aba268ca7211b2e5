import { readEnvironment } from '../config.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { signingAlgorithmSchema } from '../core/keys/jwk.ts';
import { initializeSecrets } from '../flows/keys/initializeSecrets.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createKeyPublisher } from '../stores/keys/keyPublisher.ts';
import { createSecretsClient } from '../stores/keys/secretClient.ts';
import { createSecretVersions } from '../stores/keys/secretVersions.ts';

const env = readEnvironment('initializeSecrets');
const secrets = createSecretsClient();
const client = createDocumentClient();
const tables = { publishedKeys: env.PUBLISHED_KEYS_TABLE, auditOutbox: env.AUDIT_OUTBOX_TABLE };

const deps = {
  signingKeys: createSecretVersions(secrets, env.SIGNING_KEYS_SECRET),
  refreshKeys: createSecretVersions(secrets, env.REFRESH_KEYS_SECRET),
  mailKeys: createSecretVersions(secrets, env.MAIL_KEYS_SECRET),
  credentialKeys: createSecretVersions(secrets, env.CREDENTIAL_KEYS_SECRET),
  publisher: createKeyPublisher({ client, tables }),
  outbox: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
  algorithm: signingAlgorithmSchema.parse(env.SIGNING_ALGORITHM),
  clock,
};

/** Runs at every deployment, as a custom resource or by itself. What it made outlives the stack's resource. */
export async function handler(event: { readonly RequestType?: string } = {}): Promise<{ PhysicalResourceId: string }> {
  if (event.RequestType !== 'Delete') await initializeSecrets(deps);
  return { PhysicalResourceId: 'initial-secrets' };
}
