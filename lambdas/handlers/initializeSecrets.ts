import { systemClock as clock } from '../core/common/clock.ts';
import { initializeSecrets } from '../flows/keys/initializeSecrets.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createKeyPublisher } from '../stores/keys/keyPublisher.ts';
import { createSecretsClient } from '../stores/keys/secretClient.ts';
import { createSecretVersions } from '../stores/keys/secretVersions.ts';
import { documentClient } from './wiring/documentClient.ts';

const env = readEnvironment('initializeSecrets');
const secrets = createSecretsClient();
const client = documentClient();

const deps = {
  signingKeys: createSecretVersions(secrets, env.secrets.signingKeys),
  refreshKeys: createSecretVersions(secrets, env.secrets.refreshKeys),
  mailKeys: createSecretVersions(secrets, env.secrets.mailKeys),
  credentialKeys: createSecretVersions(secrets, env.secrets.credentialKeys),
  publisher: createKeyPublisher({ client, tables: env.tables }),
  outbox: createAuditOutbox({ client, table: env.tables.auditOutbox }),
  algorithm: env.signingAlgorithm,
  clock,
};

/** Runs at every deployment, as a custom resource or by itself. The keys that it makes outlive the resource. */
export async function handler(event: { readonly RequestType?: string } = {}): Promise<{ PhysicalResourceId: string }> {
  if (event.RequestType !== 'Delete') await initializeSecrets(deps);
  return { PhysicalResourceId: 'initial-secrets' };
}
