import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/** A request as the gateway hands it over, and the answer as it takes it. */
export type HttpEvent = APIGatewayProxyEvent;
export type HttpResult = APIGatewayProxyResult;

interface HttpHeaders {
  readonly multiValueHeaders: Readonly<Record<string, readonly string[] | undefined>> | null;
}

/** The values of a header, whatever the case of its name; empty when it was not sent. */
export function headerValues(event: HttpHeaders, name: string): readonly string[] {
  const found: string[] = [];
  const headers = event.multiValueHeaders;
  for (const key in headers) {
    // The authorizer asks this of every request: most names are told apart by their length.
    if (key.length === name.length && key.toLowerCase() === name) found.push(...(headers[key] ?? []));
  }
  return found;
}

export function header(event: HttpEvent, name: string): string | undefined {
  return headerValues(event, name)[0];
}
