/** A person or a job that administers the deployment with AWS credentials. */
export interface Operator {
  readonly type: 'operator';
  /** ARN of the AWS principal. */
  readonly id: string;
}
