import { GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { type Check, type Finding, unless } from './check.ts';

export interface Zone {
  readonly name: string;
  readonly isPrivate: boolean;
}

type ReadZone = (id: string) => Promise<Zone | undefined>;

export interface ZoneOptions {
  readonly domain?: string;
  readonly hostedZoneId?: string;
  readonly hostedZoneName?: string;
}

export function zoneChecks(options: ZoneOptions, readZone: ReadZone = readFromRoute53): readonly Check[] {
  const { hostedZoneId: id } = options;
  return [
    {
      name: 'hosted zone',
      remedy: 'allow route53:GetHostedZone',
      async look() {
        if (id !== undefined) return judge(id, await readZone(id), options);
        return { state: 'skipped', found: 'none given (--hosted-zone-id): certificate and records are yours to make' };
      },
    },
  ];
}

function judge(id: string, zone: Zone | undefined, { domain, hostedZoneName }: ZoneOptions): Finding {
  if (!zone) {
    return { state: 'failed', found: `there is no ${id} in this account`, remedy: 'aws route53 list-hosted-zones' };
  }
  const { name, isPrivate } = zone;
  if (isPrivate) {
    return { state: 'failed', found: `${name} is private: nobody outside finds it`, remedy: 'name a public one' };
  }
  if (hostedZoneName !== undefined && hostedZoneName !== name) {
    return {
      state: 'failed',
      found: `${id} is the zone ${name}, not ${hostedZoneName}`,
      remedy: `pass -c hostedZoneName=${name}, or the id of ${hostedZoneName}`,
    };
  }
  if (domain !== undefined && domain !== name && !domain.endsWith(`.${name}`)) {
    return { state: 'failed', found: `${domain} is not in the zone ${name}`, remedy: 'name the zone that holds it' };
  }
  return { state: 'ok', found: name };
}

async function readFromRoute53(id: string): Promise<Zone | undefined> {
  const answer = await new Route53Client({})
    .send(new GetHostedZoneCommand({ Id: id }))
    .catch(unless('NoSuchHostedZone', 'InvalidInput'));
  const zone = answer?.HostedZone;
  return zone && { name: (zone.Name ?? '').replace(/\.$/, ''), isPrivate: zone.Config?.PrivateZone ?? false };
}
