import { CfnRecordSet, HostedZone } from 'aws-cdk-lib/aws-route53';
import { CfnEmailIdentity, EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { removal } from '../data/removal.ts';
import type { Settings, Zone } from '../settings.ts';

/**
 * The SES identity that sends, for an account that has none yet. If its domain is the hosted zone's, this makes the
 * DKIM records that verify it too; otherwise the operator adds them.
 */
export class MailIdentity extends Construct {
  constructor(scope: Construct, id: string, settings: Pick<Settings, 'mailIdentity' | 'address' | 'retainData'>) {
    super(scope, id);
    const zone = settings.address.kind === 'domain' ? settings.address.zone : undefined;
    new EmailIdentity(this, 'Identity', { identity: this.#identity(settings.mailIdentity, zone) });
    // Without its records a retained identity is soon no longer verified.
    const kept = this.node.findAll().filter((node) => node instanceof CfnEmailIdentity || node instanceof CfnRecordSet);
    for (const one of kept) one.applyRemovalPolicy(removal({ retain: settings.retainData }));
  }

  #identity(name: string, zone: Zone | undefined): Identity {
    if (name.includes('@')) return Identity.email(name);
    if (zone?.name !== name) return Identity.domain(name);
    return Identity.publicHostedZone(
      HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zone.id, zoneName: zone.name }),
    );
  }
}
