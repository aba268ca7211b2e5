import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/** A request as the gateway hands it over, and the answer as it takes it. */
export type HttpEvent = APIGatewayProxyEvent;
export type HttpResult = APIGatewayProxyResult;

interface HttpHeaders {
  readonly multiValueHeaders: Readonly<Record<string, readonly string[] | undefined>> | null;
}

/** The values of a header, whatever the case of its name; empty when it was not sent. */
export function headerValues(event: HttpHeaders, name: string): readonly string[] {
  const entries = Object.entries(event.multiValueHeaders ?? {});
  return entries.flatMap(([key, values]) => (key.toLowerCase() === name ? (values ?? []) : []));
}

export function header(event: HttpEvent, name: string): string | undefined {
  return headerValues(event, name)[0];
}
