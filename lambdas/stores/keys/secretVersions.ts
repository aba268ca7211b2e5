import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { SecretVersion, SecretVersions } from '../../core/keys/ports.ts';

/** The versions of one secret and their staging labels. */
export function createSecretVersions(client: SecretsManagerClient, secretId: string): SecretVersions {
  const read = async (which: { VersionId: string } | { VersionStage: string }): Promise<SecretVersion | undefined> => {
    try {
      const answer = await client.send(new GetSecretValueCommand({ SecretId: secretId, ...which }));
      const { VersionId: id, SecretString: text } = answer;
      return id === undefined || text === undefined ? undefined : { id, text };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };

  const put = async (id: string, text: string, stage: 'AWSCURRENT' | 'AWSPENDING'): Promise<void> => {
    try {
      await client.send(
        new PutSecretValueCommand({
          SecretId: secretId,
          ClientRequestToken: id,
          SecretString: text,
          VersionStages: [stage],
        }),
      );
    } catch (error) {
      // Another call put this version first, and its value stands.
      if (!(error instanceof ResourceExistsException)) throw error;
    }
  };

  return {
    current: () => read({ VersionStage: 'AWSCURRENT' }),
    version: (id) => read({ VersionId: id }),
    async stagesOf(id) {
      const { VersionIdsToStages: stages } = await client.send(new DescribeSecretCommand({ SecretId: secretId }));
      return stages?.[id] ?? [];
    },
    putPending: (id, text) => put(id, text, 'AWSPENDING'),
    putCurrent: (id, text) => put(id, text, 'AWSCURRENT'),
    async promote({ from, to }) {
      try {
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretId,
            VersionStage: 'AWSCURRENT',
            MoveToVersionId: to,
            RemoveFromVersionId: from,
          }),
        );
        return true;
      } catch (error) {
        if (isRefusedMove(error)) return false;
        throw error;
      }
    },
    async dropPending(id) {
      try {
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretId,
            VersionStage: 'AWSPENDING',
            RemoveFromVersionId: id,
          }),
        );
      } catch (error) {
        // The label is not on this version, which is what we want.
        if (!isRefusedMove(error)) throw error;
      }
    },
  };
}

function isRefusedMove(error: unknown): boolean {
  return (
    error instanceof InvalidParameterException ||
    error instanceof InvalidRequestException ||
    error instanceof ResourceNotFoundException
  );
}
