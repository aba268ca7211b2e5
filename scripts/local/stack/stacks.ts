import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateListExports,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { UserError } from '../userError.ts';

/** A stack that is deployed, or that stopped half-way. */
export interface DeployedStack {
  readonly name: string;
  readonly status: string;
  readonly outputs: ReadonlyMap<string, string>;
}

export async function describeStack(client: CloudFormationClient, name: string): Promise<DeployedStack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (stack?.StackStatus === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
    const outputs = (stack.Outputs ?? []).map(
      ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
    );
    return { name, status: stack.StackStatus, outputs: new Map(outputs) };
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') return undefined;
    throw error;
  }
}

const deployable = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS']);

/** @throws UserError when a stack is in a state from which no deployment can go on. */
export async function refuseFailedStacks(client: CloudFormationClient, names: readonly string[]): Promise<void> {
  for (const stack of await Promise.all(names.map((name) => describeStack(client, name)))) {
    if (stack !== undefined && !deployable.has(stack.status)) {
      throw new UserError(
        `The stack ${stack.name} is in the state ${stack.status}`,
        'Start anew with: npm run reset && npm run up',
      );
    }
  }
}

/** Physical ids by logical id. */
export async function physicalIds(
  client: CloudFormationClient,
  stackName: string,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
    for (const { LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (LogicalResourceId && PhysicalResourceId) ids.set(LogicalResourceId, PhysicalResourceId);
    }
  }
  return ids;
}

export async function exportedValues(client: CloudFormationClient): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for await (const page of paginateListExports({ client }, {})) {
    for (const { Name, Value } of page.Exports ?? []) if (Name && Value) values.set(Name, Value);
  }
  return values;
}
