import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fakeCredentials, inProcess, ServiceError } from './awsFake.ts';

interface Version {
  text: string | undefined;
  readonly stages: Set<string>;
}

/**
 * One secret with the staging labels of the real service: a label is on one version at most, and moves by its rules.
 */
export function createFakeSecretsManager(initialText?: string) {
  const versions = new Map<string, Version>();
  let interrupt: (operation: string, when: 'before' | 'after') => void = () => {};
  let calls = 0;
  if (initialText !== undefined) versions.set('initial', { text: initialText, stages: new Set(['AWSCURRENT']) });

  const holderOf = (stage: string) => [...versions].find(([, { stages }]) => stages.has(stage))?.[0];
  const moveLabel = (stage: string, to: string) => {
    const from = holderOf(stage);
    if (from === to) return;
    if (from !== undefined) versions.get(from)?.stages.delete(stage);
    versions.get(to)?.stages.add(stage);
    if (stage === 'AWSCURRENT' && from !== undefined) moveLabel('AWSPREVIOUS', from);
  };

  const operations: Record<string, (input: Record<string, unknown>) => unknown> = {
    GetSecretValue({ VersionId, VersionStage }) {
      const id = VersionId === undefined ? holderOf(String(VersionStage ?? 'AWSCURRENT')) : String(VersionId);
      const version = id === undefined ? undefined : versions.get(id);
      if (!version || version.text === undefined) throw new ServiceError('ResourceNotFoundException');
      return { VersionId: id, SecretString: version.text, VersionStages: [...version.stages] };
    },
    DescribeSecret() {
      const labelled = [...versions].filter(([, { stages }]) => stages.size > 0);
      return { VersionIdsToStages: Object.fromEntries(labelled.map(([id, { stages }]) => [id, [...stages]])) };
    },
    PutSecretValue({ ClientRequestToken, SecretString, VersionStages }) {
      const id = String(ClientRequestToken);
      const version = versions.get(id) ?? { text: undefined, stages: new Set<string>() };
      if (version.text !== undefined && version.text !== SecretString) {
        throw new ServiceError('ResourceExistsException');
      }
      version.text = String(SecretString);
      versions.set(id, version);
      const stages = Array.isArray(VersionStages) ? VersionStages.map(String) : ['AWSCURRENT'];
      for (const stage of stages) moveLabel(stage, id);
      return { VersionId: id };
    },
    UpdateSecretVersionStage({ VersionStage, MoveToVersionId, RemoveFromVersionId }) {
      const stage = String(VersionStage);
      const holder = holderOf(stage);
      if (holder !== undefined && holder !== MoveToVersionId && holder !== RemoveFromVersionId) {
        throw new ServiceError('InvalidParameterException');
      }
      if (holder === undefined && RemoveFromVersionId !== undefined)
        throw new ServiceError('InvalidParameterException');
      if (MoveToVersionId === undefined) versions.get(String(RemoveFromVersionId))?.stages.delete(stage);
      else if (!versions.has(String(MoveToVersionId))) throw new ServiceError('ResourceNotFoundException');
      else moveLabel(stage, String(MoveToVersionId));
      return {};
    },
  };

  const client = new SecretsManagerClient({
    ...fakeCredentials,
    requestHandler: inProcess((operation, input) => {
      calls += 1;
      interrupt(operation, 'before');
      const answer = operations[operation]?.(input);
      interrupt(operation, 'after');
      return answer;
    }),
  });

  return {
    client,
    holderOf,
    stagesOf: (id: string) => [...(versions.get(id)?.stages ?? [])],
    textOf: (id: string | undefined) => (id === undefined ? undefined : versions.get(id)?.text),
    holdersOf: (stage: string) => [...versions].filter(([, { stages }]) => stages.has(stage)).map(([id]) => id),
    calls: () => calls,
    /** What the service does when it begins a rotation: it stages a version without a value, or refuses. */
    beginRotation(token: string) {
      const pending = holderOf('AWSPENDING');
      if (pending !== undefined && pending !== holderOf('AWSCURRENT') && pending !== token) {
        throw new Error('a previous rotation is not complete');
      }
      if (!versions.has(token)) versions.set(token, { text: undefined, stages: new Set() });
      moveLabel('AWSPENDING', token);
    },
    /** Called around every operation; what it throws breaks the connection before or after the effect. */
    onCall(hook: typeof interrupt) {
      interrupt = hook;
    },
  };
}
