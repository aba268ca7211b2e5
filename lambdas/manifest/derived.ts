/** Values that follow from a deployment's settings and resources, by the names under which Lambdas read them. */
export interface DerivedValues {
  /** The API's address, which is the issuer of its tokens. */
  readonly issuer: string;
  /** Whom access tokens are for. */
  readonly audience: string;
  readonly auditBucket: string;
  /** The SES configuration set that mails are sent with. */
  readonly mailConfigurationSet: string;
  /** The path of the filter of common passwords, from the bundle on. */
  readonly commonPasswordsFile: string;
}

export type DerivedName = keyof DerivedValues;
