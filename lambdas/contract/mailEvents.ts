import * as z from 'zod/mini';

const recipients = z
  .array(z.object({ emailAddress: z.string().check(z.minLength(3), z.maxLength(1024)) }))
  .check(z.maxLength(50));

const bounceSchema = z.object({
  eventType: z.literal('Bounce'),
  bounce: z.object({
    bounceType: z.enum(['Permanent', 'Transient', 'Undetermined']),
    bouncedRecipients: recipients,
    timestamp: z.iso.datetime(),
  }),
});

const complaintSchema = z.object({
  eventType: z.literal('Complaint'),
  complaint: z.object({
    complainedRecipients: recipients,
    timestamp: z.iso.datetime(),
    /** RFC 5965 §7.3, `not-spam` among them: the mail was taken out of the junk folder. */
    complaintFeedbackType: z.nullish(z.string()),
  }),
});

/**
 * A bounce or a complaint as SES hands it to EventBridge: of all that is in it, what is needed
 * (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-eventbridge.html).
 */
export const mailEventSchema = z.object({
  source: z.literal('aws.ses'),
  detail: z.discriminatedUnion('eventType', [bounceSchema, complaintSchema]),
});
export type MailEvent = z.infer<typeof mailEventSchema>;
