import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { problems, problemType } from '../../lambdas/contract/problems.ts';
import type { Route } from '../../lambdas/contract/routes/route.ts';
import { routeById, routeIds } from '../../lambdas/contract/routes.ts';
import type { Settings } from '../settings.ts';
import { anyOf, pathMatches, requestsFor, type Statement } from './requestStatement.ts';
import { type Exemption, type ManagedRuleGroup, managedRuleGroups } from './wafRules.ts';

export interface WebAclProps {
  readonly stage: Stage;
  /** The stage's name as text, for patterns: that of the resource is a reference. */
  readonly stageName: string;
  readonly limits: Settings['addressLimits'];
  readonly managedRules: Settings['managedWafRules'];
  /** Of its own answers. */
  readonly headers: Readonly<Record<string, string>>;
}

type Rule = Omit<CfnWebACL.RuleProperty, 'priority'>;

const tooMany = 'rate-limited';

/** Rate rules, and AWS's managed rules where they are chosen, in front of the stage. */
export class WebAcl extends Construct {
  /** What puts the rules in front of the stage. */
  readonly association: CfnWebACLAssociation;

  constructor(scope: Construct, id: string, { stage, stageName, limits, managedRules, headers }: WebAclProps) {
    super(scope, id);
    // Without a domain, a path begins with the stage's name.
    const oauth = pathMatches(`^(/${stageName})?/oauth2/`);
    const routes = routeIds.map(routeById);
    const credentials = requestsFor(routes.filter(takesCredential), stageName);
    const published = requestsFor(routes.filter(isPublished), stageName);
    const rules: Rule[] = [
      rateRule('AllRequests', { limit: limits.all, headers }),
      rateRule('CredentialRequests', { limit: limits.credentials, headers }, credentials),
      ...(managedRules ? [...managedRuleGroups.map(managed), ...countedRules({ oauth, credentials, published })] : []),
    ];
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      description: 'Gatehouse',
      visibilityConfig: visibility('WebAcl'),
      customResponseBodies: { [tooMany]: { contentType: 'APPLICATION_JSON', content: tooManyProblem() } },
      rules: rules.map((rule, priority) => ({ ...rule, priority })),
    });
    this.association = new CfnWebACLAssociation(this, 'Association', {
      resourceArn: stage.stageArn,
      webAclArn: acl.attrArn,
    });
  }
}

const takesCredential = ({ takesCredential: takes }: Route) => takes === true;

/** What verifiers and monitors fetch: keys, metadata, health. Many of their clients send no `User-Agent`. */
const isPublished = (route: Route) => route.method === 'GET' && route.access === 'public' && !takesCredential(route);

function rateRule(
  name: string,
  { limit, headers }: { readonly limit: number; readonly headers: WebAclProps['headers'] },
  scopeDownStatement?: Statement,
): Rule {
  return {
    name,
    action: {
      block: {
        customResponse: {
          responseCode: problems.rate_limited.status,
          customResponseBodyKey: tooMany,
          responseHeaders: Object.entries({ ...headers, 'Retry-After': '60' }).map(([header, value]) => ({
            name: header,
            value,
          })),
        },
      },
    },
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        evaluationWindowSec: 300,
        limit,
        ...(scopeDownStatement && { scopeDownStatement }),
      },
    },
    visibilityConfig: visibility(name),
  };
}

function managed({ name, counted }: ManagedRuleGroup): Rule {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule.name, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  };
}

/**
 * A managed rule cannot count on some paths and block on others. So these rules count everywhere, and one rule for each
 * set of exempt paths blocks the requests that they have labelled elsewhere.
 */
function countedRules(paths: Readonly<Record<Exemption, Statement>>): Rule[] {
  const counted = managedRuleGroups.flatMap((group) => group.counted);
  const byExemption = Map.groupBy(counted, ({ exempt }) => exempt.join('And'));
  return [...byExemption].map(([exemption, rules]) => {
    const name = `CountedRulesOutside-${exemption}`;
    const labels = rules.map(({ label: key }) => ({ labelMatchStatement: { scope: 'LABEL', key } }));
    const exempt = (rules[0]?.exempt ?? []).map((one) => ({ notStatement: { statement: paths[one] } }));
    return {
      name,
      action: { block: {} },
      statement: { andStatement: { statements: [anyOf(labels), ...exempt] } },
      visibilityConfig: visibility(name),
    };
  });
}

/** No sampled requests: they would show headers, and with them tokens. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}

/** Without a request id: WAF answers before the request gets one. */
function tooManyProblem(): string {
  const { status, title } = problems.rate_limited;
  return JSON.stringify({
    type: problemType('rate_limited'),
    title,
    status,
    code: 'rate_limited',
    detail: title,
    request_id: '',
  });
}
