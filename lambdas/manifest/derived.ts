/** What a deployment knows once it is synthesized, by the names that a Lambda reads it under. */
export interface DerivedValues {
  /** Where clients find the API, and who its tokens are from. */
  readonly issuer: string;
  /** Whom access tokens are for. */
  readonly audience: string;
  readonly auditBucket: string;
  /** The SES configuration set that mails are sent with. */
  readonly mailConfigurationSet: string;
  /** Where the filter of common passwords is, from the bundle on. */
  readonly commonPasswordsFile: string;
}

export type DerivedName = keyof DerivedValues;
