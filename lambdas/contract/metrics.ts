import type { RejectionReason } from './rejectionReasons.ts';
import type { CalledRoute } from './routes.ts';

export const metricNamespace = 'Gatehouse';

/**
 * The dimensions and what each may say. The lists are closed: every value of a dimension is a metric of its own, which
 * is paid for. `deployment` (`gatehouse-prod`) comes with every metric, and `service`, the name of the Lambda, with all
 * but those that an alarm watches.
 */
export interface MetricDimensions {
  /** `other` is a method and path that the contract does not name: the gateway lets none of them through. */
  readonly route: CalledRoute | 'other';
  readonly reason: RejectionReason;
}

interface Metric {
  readonly unit: 'Count';
  /** What it counts, in a few words. */
  readonly counts: string;
}

/** Every metric that a Lambda emits, by the dimension it has. */
export const metrics = {
  route: {
    Requests: { unit: 'Count', counts: 'requests that a handler answered' },
    ServerErrors: { unit: 'Count', counts: 'answers of 500 and above' },
  },
  reason: {
    RefusedRequests: { unit: 'Count', counts: 'requests that the authorizer refused' },
  },
  /** Of all Lambdas together: an alarm watches one metric, and is paid for. The log names the Lambda. */
  alarmed: {
    UnknownForms: {
      unit: 'Count',
      counts: 'entries, events, mails, and parts of items, of a form that this release does not know',
    },
    MailsWithheld: { unit: 'Count', counts: 'mails too many in an hour to addresses that never confirmed one' },
  },
  /** Without a dimension of their own. */
  none: {
    AuthorizerFailures: { unit: 'Count', counts: 'requests that the authorizer could not decide' },
    RefusedKeys: { unit: 'Count', counts: 'readings of published keys of which some were not admitted' },
    TransactionConflicts: { unit: 'Count', counts: 'writes that met another transaction, and were tried again' },
    RefreshTokenReuse: { unit: 'Count', counts: 'refresh tokens that were used again, which ended their session' },

    AuditEventsShipped: { unit: 'Count', counts: 'events written into the log' },
    AuditEventsAdopted: { unit: 'Count', counts: 'events that the log already held' },
    AuditPoisonRecords: { unit: 'Count', counts: 'records of the outbox that hold no event' },
    AuditConflicts: { unit: 'Count', counts: 'batches whose place in the chain another writer took' },
    AuditShipFailures: { unit: 'Count', counts: 'runs that failed' },
    AuditOverdueEvents: { unit: 'Count', counts: 'events that the stream did not bring' },

    MailsSent: { unit: 'Count', counts: 'mails that SES took' },
    MailsNotAsked: { unit: 'Count', counts: 'decoys: jobs that ask for no mail' },
    MailsExpired: { unit: 'Count', counts: 'mails that came too late to be sent' },
    MailsGone: { unit: 'Count', counts: 'jobs that were gone from the outbox, or whose account is' },
    MailsSuppressed: { unit: 'Count', counts: 'mails to addresses that bounced or complained' },
    MailsRefused: { unit: 'Count', counts: 'mails that SES refused for good' },
    MailsWithoutKey: { unit: 'Count', counts: 'mails whose key is no longer known' },
    MailsPoisoned: { unit: 'Count', counts: 'jobs that cannot be read' },
    MailsRetried: { unit: 'Count', counts: 'mails to be tried again' },
    MailsBounced: { unit: 'Count', counts: 'bounces that SES reported' },
    MailComplaints: { unit: 'Count', counts: 'complaints that SES reported' },
    MailEventsUnreadable: { unit: 'Count', counts: 'reports of SES that cannot be read' },
  },
} as const satisfies Readonly<Record<keyof MetricDimensions | 'alarmed' | 'none', Readonly<Record<string, Metric>>>>;

/** The metrics of a dimension, or those without. */
export type MetricName<D extends keyof typeof metrics> = keyof (typeof metrics)[D];
