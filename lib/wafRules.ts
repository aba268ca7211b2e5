/** A rule of a managed group that counts instead of blocks on `/oauth2`, and blocks elsewhere. */
export interface CountedRule {
  readonly name: string;
  /** What the rule marks a request with, by which it is blocked elsewhere. */
  readonly label: string;
  readonly reason: string;
}

export interface ManagedRuleGroup {
  readonly name: string;
  readonly countedOnOAuth: readonly CountedRule[];
}

const loopback =
  'RFC 8252 §7.3: native apps redirect to a loopback address, which the rule takes for the instance metadata service.';
const remoteFile =
  'redirect_uri, request_uri and resource are URLs by RFC 6749, 9101 and 8707, and so may name an IP address.';
const longInput =
  'Authorization requests and client assertions are longer than the rule allows (RFC 6749 §4.1.1, RFC 7523 §2.2); the handlers have a limit of their own.';

function common(name: string, label: string, reason: string): CountedRule {
  return { name, label: `awswaf:managed:aws:core-rule-set:${label}`, reason };
}

/**
 * AWS's managed rules, in order. The list of anonymous addresses is not among them: it holds VPNs and hosting providers,
 * from where people sign in and where machine clients run.
 */
export const managedRuleGroups: readonly ManagedRuleGroup[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', countedOnOAuth: [] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', countedOnOAuth: [] },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    countedOnOAuth: [
      common('EC2MetaDataSSRF_QUERYARGUMENTS', 'EC2MetaDataSSRF_QueryArguments', loopback),
      common('EC2MetaDataSSRF_BODY', 'EC2MetaDataSSRF_Body', loopback),
      common('GenericRFI_QUERYARGUMENTS', 'GenericRFI_QueryArguments', remoteFile),
      common('GenericRFI_BODY', 'GenericRFI_Body', remoteFile),
      common('SizeRestrictions_QUERYSTRING', 'SizeRestrictions_QueryString', longInput),
      common('SizeRestrictions_BODY', 'SizeRestrictions_Body', longInput),
      common('NoUserAgent_HEADER', 'NoUserAgent_Header', 'A machine client need not name itself to get a token.'),
    ],
  },
];
