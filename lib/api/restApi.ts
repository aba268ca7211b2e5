import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Logs } from '../functions/logs.ts';
import type { Settings } from '../settings.ts';
import { addGatewayResponses, commonHeaders } from './gatewayResponses.ts';

/** Never to be changed: the issuer of a deployment without a domain ends in it. */
export const stageName = 'v1';

/**
 * One line a request. No query string (a mailed token comes in one), no path (it may name a session), no header, and
 * nothing a client can write into freely.
 */
const accessLogFields = {
  request_id: AccessLogField.contextRequestId(),
  at: AccessLogField.contextRequestTimeEpoch(),
  ip: AccessLogField.contextIdentitySourceIp(),
  method: AccessLogField.contextHttpMethod(),
  route: AccessLogField.contextResourcePath(),
  status: AccessLogField.contextStatus(),
  response_bytes: AccessLogField.contextResponseLength(),
  latency_ms: AccessLogField.contextResponseLatency(),
  integration_latency_ms: AccessLogField.contextIntegrationLatency(),
  integration_request_id: '$context.integration.requestId',
  authorizer_latency_ms: AccessLogField.contextAuthorizerLatency(),
  sub: AccessLogField.contextAuthorizerPrincipalId(),
  gateway_error: '$context.error.responseType',
  waf: '$context.wafResponseCode',
};

export interface GatehouseApiProps {
  readonly settings: Settings;
  readonly logs: Logs;
}

/** The REST API without its methods: stage, throttle, access log, and the gateway's own answers. */
export class GatehouseApi extends Construct {
  readonly api: RestApi;
  /** The gateway's own address, which is switched off when the API has a domain. */
  readonly invokeUrl: string;

  constructor(scope: Construct, id: string, { settings, logs }: GatehouseApiProps) {
    super(scope, id);
    const { stage, prefix, throttle, address } = settings;
    this.api = new RestApi(this, 'Api', {
      restApiName: `${prefix}-${stage}`,
      endpointTypes: [EndpointType.REGIONAL],
      // Bodies arrive as the bytes that were sent, in base64. As text, bytes that are no UTF-8 would be U+FFFD.
      binaryMediaTypes: ['*/*'],
      disableExecuteApiEndpoint: address.kind === 'domain',
      // There is one role in an account and region, for all its APIs: making one takes the place of another's. It is
      // needed for access logs, and it stays when this deployment goes, since others log by it.
      cloudWatchRole: settings.setGatewayLogRole,
      ...(settings.setGatewayLogRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        stageName,
        throttlingRateLimit: throttle.rate,
        throttlingBurstLimit: throttle.burst,
        tracingEnabled: false,
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(logs.group(this, 'AccessLog')),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    // This output would name the gateway's own address; the address to use is the output `ApiUrl`.
    this.api.node.tryRemoveChild('Endpoint');
    addGatewayResponses(this.api, commonHeaders(settings));
    const { region, urlSuffix } = Stack.of(this);
    this.invokeUrl = `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${stageName}`;
    this.#acknowledge();
  }

  #acknowledge(): void {
    acknowledge(
      this.api,
      'AwsSolutions-APIG2',
      'The handler parses every input by one schema a route, so that each refusal is counted and looks the same.',
    );
    acknowledge(
      this.api.deploymentStage,
      'AwsSolutions-APIG6',
      'Execution logs can hold query strings and headers, and with them tokens. The access log has one line a request.',
    );
    const role = this.api.node.tryFindChild('CloudWatchRole');
    if (!role) return;
    acknowledge(
      role,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/' +
        'AmazonAPIGatewayPushToCloudWatchLogs]',
      'The role and policy that API Gateway demands for access logs; it can only write logs.',
    );
  }
}
