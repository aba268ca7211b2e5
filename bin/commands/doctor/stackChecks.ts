import { type DeploymentId, stackNames } from '../../../lambdas/manifest/deployment.ts';
import type { StackState } from '../support/stackState.ts';
import type { Check, Finding } from './check.ts';

export type ReadStack = (name: string) => Promise<StackState | undefined>;

/** Whether CloudFormation takes a deployment of the stacks, or an earlier one left them in a state that it refuses. */
export function stackChecks(id: DeploymentId, read: ReadStack): readonly Check[] {
  const { data, api } = stackNames(id);
  return [
    { kind: 'data stack', name: data },
    { kind: 'API stack', name: api },
  ].map(({ kind, name }) => ({
    name: kind,
    remedy: 'allow cloudformation:DescribeStacks',
    look: async () => judge(name, await read(name)),
  }));
}

/**
 * A stack that failed as it was made can only be deleted. The CDK does so before it deploys again, and termination
 * protection, which is on from the first try, forbids it.
 */
function judge(name: string, stack: StackState | undefined): Finding {
  if (!stack) return { state: 'ok', found: `${name} is not there yet` };
  const { status, isProtected } = stack;
  const found = `${name} is ${status}`;
  const aws = (command: string) => `aws cloudformation ${command} --stack-name ${name}`;
  const lift = isProtected ? `${aws('update-termination-protection --no-enable-termination-protection')} && ` : '';
  switch (status) {
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
      return isProtected
        ? { state: 'failed', found: `${found} and protected from deletion`, remedy: `${lift}npx cdk deploy …` }
        : { state: 'ok', found: `${found}: the next deployment deletes it first` };
    case 'DELETE_FAILED':
      return { state: 'failed', found, remedy: `${lift}${aws('delete-stack --deletion-mode FORCE_DELETE_STACK')}` };
    case 'CREATE_FAILED':
    case 'UPDATE_FAILED':
      return { state: 'failed', found, remedy: `${aws('rollback-stack')}, wait, and look again` };
    case 'UPDATE_ROLLBACK_FAILED':
      return { state: 'failed', found, remedy: `${aws('continue-update-rollback')}, wait, and look again` };
    default:
      return isMoving(status) ? { state: 'failed', found, remedy: 'wait until it has ended' } : { state: 'ok', found };
  }
}

/** While it is in review there is a change set that nobody has carried out. */
function isMoving(status: string): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}
