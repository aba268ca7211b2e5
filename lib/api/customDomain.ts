import {
  CfnDomainName,
  DomainName,
  EndpointType,
  IpAddressType,
  type RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct, type IDependable } from 'constructs';
import type { Address } from '../settings.ts';

export interface CustomDomainProps {
  readonly api: RestApi;
  readonly address: Extract<Address, { kind: 'domain' }>;
  /** What has to stand before the API answers at its domain. */
  readonly after: readonly IDependable[];
}

/**
 * The API at the root of a domain, which is the issuer; TLS 1.2 at least. The domain speaks IPv6 as well, as the AAAA
 * record says, and as an operator's own record may.
 */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, { api, address, after }: CustomDomainProps) {
    super(scope, id);
    const { domainName, zone } = address;
    const hostedZone =
      zone && HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zone.id, zoneName: zone.name });
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate: this.#certificate(address, hostedZone),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    dualStack(domain);
    const mapping = domain.addBasePathMapping(api, { stage: api.deploymentStage });
    mapping.node.addDependency(...after);
    if (!hostedZone) return;
    const target = RecordTarget.fromAlias(new ApiGatewayDomain(domain));
    const record = { zone: hostedZone, recordName: `${domainName}.`, target };
    new ARecord(this, 'Ipv4', record);
    new AaaaRecord(this, 'Ipv6', record);
  }

  #certificate(
    { certificateArn, domainName }: CustomDomainProps['address'],
    zone: IHostedZone | undefined,
  ): ICertificate {
    return certificateArn
      ? Certificate.fromCertificateArn(this, 'Certificate', certificateArn)
      : new Certificate(this, 'Certificate', { domainName, validation: CertificateValidation.fromDns(zone) });
  }
}

/** Of an IPv4 domain an AAAA record would lead nowhere. The construct has no property for it. */
function dualStack({ node }: DomainName): void {
  if (!(node.defaultChild instanceof CfnDomainName)) throw new Error(`${node.path} is no domain`);
  node.defaultChild.endpointConfiguration = { types: [EndpointType.REGIONAL], ipAddressType: IpAddressType.DUAL_STACK };
}
