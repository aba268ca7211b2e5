/** What EventBridge hands on of SES, whole, as the SES guide shows it. */
function sesEvent(detailType: string, detail: object, recipient: string) {
  return {
    version: '0',
    id: '12a18625-3f5a-b2d1-d1e1-000000000000',
    'detail-type': detailType,
    source: 'aws.ses',
    account: '111122223333',
    time: '2026-11-25T20:00:01Z',
    region: 'us-east-1',
    resources: ['arn:aws:ses:us-east-1:111122223333:configuration-set/gatehouse-prod'],
    detail: {
      ...detail,
      mail: {
        timestamp: '2026-11-25T19:59:58.000Z',
        source: 'no-reply@example.com',
        sourceArn: 'arn:aws:ses:us-east-1:111122223333:identity/example.com',
        sendingAccountId: '111122223333',
        messageId: '0100018f-0000',
        destination: [recipient],
        headersTruncated: false,
        headers: [{ name: 'From', value: 'no-reply@example.com' }],
        commonHeaders: { from: ['no-reply@example.com'], to: [recipient], subject: 'Set a new password' },
        tags: { 'ses:configuration-set': ['gatehouse-prod'], 'ses:from-domain': ['example.com'] },
      },
    },
  };
}

const timestamp = '2026-11-25T20:00:00.000Z';

export function bounceEvent(recipient: string, bounceType = 'Permanent') {
  const bounce = {
    bounceType,
    bounceSubType: 'General',
    bouncedRecipients: [
      { emailAddress: recipient, action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
    ],
    timestamp,
    feedbackId: '0100018f-bounce',
    reportingMTA: 'dsn; a1-2.smtp-out.amazonses.com',
  };
  const event = sesEvent('Email Bounced', {}, recipient);
  return { ...event, detail: { ...event.detail, eventType: 'Bounce', bounce } };
}

export function complaintEvent(recipient: string, complaintFeedbackType: string | null = 'abuse') {
  const complaint = {
    complainedRecipients: [{ emailAddress: recipient }],
    timestamp,
    feedbackId: '0100018f-complaint',
    complaintSubType: null,
    complaintFeedbackType,
    userAgent: 'ExampleCorp Feedback Loop (V0.01)',
    arrivalDate: timestamp,
  };
  const event = sesEvent('Email Complaint Received', {}, recipient);
  return { ...event, detail: { ...event.detail, eventType: 'Complaint', complaint } };
}
