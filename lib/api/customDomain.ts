import { DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Address } from '../settings.ts';

export interface CustomDomainProps {
  readonly api: RestApi;
  readonly address: Extract<Address, { kind: 'domain' }>;
}

/** The API at the root of a domain, which is the issuer; TLS 1.2 at least. */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, { api, address }: CustomDomainProps) {
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
    domain.addBasePathMapping(api, { stage: api.deploymentStage });
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
