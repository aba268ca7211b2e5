import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { type Check, type Finding, unless } from './check.ts';

const soonDays = 30;

export function domainChecks(
  {
    domain,
    certificateArn,
    required = false,
  }: { readonly domain?: string; readonly certificateArn?: string; readonly required?: boolean },
  client: Pick<ACMClient, 'send' | 'config'> = new ACMClient({}),
): readonly Check[] {
  return [
    {
      name: 'domain',
      remedy: 'give the host name alone, such as auth.example.com',
      async look() {
        if (domain === undefined && required) {
          return {
            state: 'failed',
            found: 'none given, and this stage has to have one',
            remedy: 'give it with --domain',
          };
        }
        if (domain === undefined)
          return { state: 'skipped', found: 'none given (--domain): the API has its own address' };
        if (/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(domain)) {
          return { state: 'ok', found: domain };
        }
        return { state: 'failed', found: `${domain} is no host name`, remedy: 'give it as in auth.example.com' };
      },
    },
    {
      name: 'certificate',
      remedy: 'allow acm:DescribeCertificate',
      async look() {
        if (certificateArn === undefined) {
          return { state: 'skipped', found: 'none given (--certificate-arn); a hosted zone can have one made' };
        }
        const [, , , of] = certificateArn.split(':');
        const region = await client.config.region();
        if (of !== region) {
          return {
            state: 'failed',
            found: `it is of ${of}, and the API goes to ${region}`,
            remedy: `ask for one in ${region}, or set AWS_REGION=${of}`,
          };
        }
        const answer = await client
          .send(new DescribeCertificateCommand({ CertificateArn: certificateArn }))
          .catch(unless('ResourceNotFoundException', 'ValidationException', 'InvalidArnException'));
        return judge(answer?.Certificate, domain);
      },
    },
  ];
}

interface Certificate {
  readonly Status?: string | undefined;
  readonly DomainName?: string | undefined;
  readonly SubjectAlternativeNames?: readonly string[] | undefined;
  readonly NotAfter?: Date | undefined;
}

function judge(certificate: Certificate | undefined, domain: string | undefined): Finding {
  if (!certificate) {
    return {
      state: 'failed',
      found: 'there is no such certificate',
      remedy:
        "ask for one in the API's own region: aws acm request-certificate --validation-method DNS --domain-name …",
    };
  }
  if (certificate.Status !== 'ISSUED') {
    return {
      state: 'failed',
      found: `its status is ${certificate.Status}`,
      remedy: 'publish the validation records that ACM shows for it, and wait',
    };
  }
  const names = certificate.SubjectAlternativeNames ?? [certificate.DomainName ?? ''];
  if (domain !== undefined && !names.some((name) => covers(name, domain))) {
    return { state: 'failed', found: `it is for ${names.join(', ')}`, remedy: `ask for one that covers ${domain}` };
  }
  const days = certificate.NotAfter ? (certificate.NotAfter.getTime() - Date.now()) / 86_400_000 : soonDays;
  if (days >= soonDays) return { state: 'ok', found: `issued for ${names.join(', ')}` };
  return { state: 'failed', found: `it ends in ${Math.floor(days)} day(s)`, remedy: 'renew it' };
}

/** RFC 6125 §6.4.3: a wildcard stands for one label. */
function covers(name: string, domain: string): boolean {
  return name === domain || (name.startsWith('*.') && name.slice(2) === domain.slice(domain.indexOf('.') + 1));
}
