import { RemovalPolicy } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Settings, Zone } from '../settings.ts';

/**
 * The SES identity that sends, for an account that has none yet. If its domain is the hosted zone's, this makes the
 * DKIM records that verify it too; otherwise the operator adds them.
 */
export class MailIdentity extends Construct {
  constructor(scope: Construct, id: string, settings: Pick<Settings, 'mailIdentity' | 'address' | 'retainData'>) {
    super(scope, id);
    const zone = settings.address.kind === 'domain' ? settings.address.zone : undefined;
    const identity = new EmailIdentity(this, 'Identity', { identity: this.#identity(settings.mailIdentity, zone) });
    identity.applyRemovalPolicy(settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  }

  #identity(name: string, zone: Zone | undefined): Identity {
    if (name.includes('@')) return Identity.email(name);
    if (zone?.name !== name) return Identity.domain(name);
    return Identity.publicHostedZone(
      HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zone.id, zoneName: zone.name }),
    );
  }
}
