/** Requests that a managed rule would refuse though they are good. `published`: for what anybody may fetch. */
export type Exemption = 'oauth' | 'credentials' | 'published';

/** A rule of a managed group that counts instead of blocks on the exempt paths, and blocks elsewhere. */
export interface CountedRule {
  readonly name: string;
  /** The label that the rule gives a request. Elsewhere, requests with this label are blocked. */
  readonly label: string;
  readonly exempt: readonly Exemption[];
  readonly reason: string;
}

export interface ManagedRuleGroup {
  readonly name: string;
  readonly counted: readonly CountedRule[];
}

const loopback =
  'RFC 8252 §7.3: native apps redirect to a loopback address, which the rule takes for the instance metadata service.';
const remoteFile =
  'redirect_uri, request_uri and resource are URLs by RFC 6749, 9101 and 8707, and so may name an IP address.';
const longInput =
  'Authorization requests and client assertions are longer than the rule allows (RFC 6749 §4.1.1, RFC 7523 §2.2); ' +
  'the handlers have a limit of their own.';

const anyPassword = 'A password may be any text: what looks like an attack in it is hashed, and never interpreted.';

const oauth: readonly Exemption[] = ['oauth'];
const credentials: readonly Exemption[] = ['credentials'];
const both: readonly Exemption[] = ['oauth', 'credentials'];
const machines: readonly Exemption[] = ['oauth', 'published'];

function common(name: string, label: string, exempt: readonly Exemption[], reason: string): CountedRule {
  return { name, label: `awswaf:managed:aws:core-rule-set:${label}`, exempt, reason };
}

function badInput(name: string, label: string): CountedRule {
  return { name, label: `awswaf:managed:aws:known-bad-inputs:${label}`, exempt: credentials, reason: anyPassword };
}

/**
 * AWS's managed rules, in order. Each of their rules on bodies is counted: those that the documentation lists are these
 * (https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html). The list of
 * anonymous addresses is left out: it holds VPNs and hosting providers, where people sign in from and machine clients
 * run.
 */
export const managedRuleGroups: readonly ManagedRuleGroup[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', counted: [] },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    counted: [
      badInput('Log4JRCE_BODY', 'Log4JRCE_Body'),
      badInput('JavaDeserializationRCE_BODY', 'JavaDeserializationRCE_Body'),
      badInput('ReactJSRCE_BODY', 'ReactJSRCE_Body'),
    ],
  },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    counted: [
      common('EC2MetaDataSSRF_QUERYARGUMENTS', 'EC2MetaDataSSRF_QueryArguments', oauth, loopback),
      common('GenericRFI_QUERYARGUMENTS', 'GenericRFI_QueryArguments', oauth, remoteFile),
      common('SizeRestrictions_QUERYSTRING', 'SizeRestrictions_QueryString', oauth, longInput),
      common(
        'NoUserAgent_HEADER',
        'NoUserAgent_Header',
        machines,
        'A machine client need not name itself to get a token, nor a verifier or a monitor to fetch what is published.',
      ),
      common('EC2MetaDataSSRF_BODY', 'EC2MetaDataSSRF_Body', both, `${loopback} ${anyPassword}`),
      common('GenericRFI_BODY', 'GenericRFI_Body', both, `${remoteFile} ${anyPassword}`),
      common('SizeRestrictions_BODY', 'SizeRestrictions_Body', both, longInput),
      common('GenericLFI_BODY', 'GenericLFI_Body', credentials, anyPassword),
      common('CrossSiteScripting_BODY', 'CrossSiteScripting_Body', credentials, anyPassword),
    ],
  },
];
