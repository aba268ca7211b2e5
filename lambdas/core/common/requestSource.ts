/** Where a request came from, as the gateway saw it. */
export interface RequestSource {
  /** `requestContext.identity.sourceIp`; never a header. */
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
}
