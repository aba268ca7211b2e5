import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** What CloudFormation says of a stack. */
export interface StackState {
  readonly name: string;
  /** As `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly isProtected: boolean;
  readonly outputs: ReadonlyMap<string, string>;
}

/** Returns undefined where there is no such stack. */
export async function readStack(
  name: string,
  client: Pick<CloudFormationClient, 'send'>,
): Promise<StackState | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return (
      stack && {
        name,
        status: stack.StackStatus ?? '',
        isProtected: stack.EnableTerminationProtection ?? false,
        outputs: new Map(stack.Outputs?.map((one) => [one.OutputKey ?? '', one.OutputValue ?? ''])),
      }
    );
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
